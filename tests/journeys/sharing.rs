//! A link shows the same run, moment and picture to somebody else.

use anyhow::Result;
use journeys::Options;

use super::{DEMO, Visit, strings};

#[tokio::test]
async fn a_written_link_opens_what_it_says() -> Result<()> {
    let visit = Visit::new("#v=1&load.requests=1000&seed=7", Options::default()).await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("1,000", "1"));
    visit.end().await
}

#[tokio::test]
async fn a_copied_link_shows_the_same_picture_elsewhere() -> Result<()> {
    let mine = Visit::new("#v=1&db.pool=10&seed=3&t=75.5", Options::default()).await?;
    mine.browser
        .wait_for("document.querySelector('[data-test=time]').textContent == '75.5 ms'")
        .await?;
    mine.browser.click(".tools > button:nth-of-type(2)").await?;
    mine.browser.wait_for("location.hash.startsWith('#v=1.')").await?;
    let link = mine.browser.eval("return location.hash").await?;
    let link = link.as_str().unwrap_or_default().to_owned();
    assert!(link.len() < 200, "{link}");
    let theirs = Visit::new(&link, Options::default()).await?;
    theirs
        .browser
        .wait_for("document.querySelector('[data-test=time]').textContent == '75.5 ms'")
        .await?;
    // That it was copied is said above the stage, for a while.
    mine.browser.wait_for("!document.querySelector('.notice')").await?;
    theirs.drawn().await?;
    mine.drawn().await?;
    assert!(mine.pixels().await? == theirs.pixels().await?, "not the same picture");
    assert_eq!(mine.db_calls().await?, theirs.db_calls().await?);
    assert_eq!(mine.browser.text(".narration").await?, theirs.browser.text(".narration").await?);
    theirs.end().await?;
    mine.end().await
}

/// Changing the address by hand changes the run, without a reload.
#[tokio::test]
async fn a_new_fragment_is_read() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit.browser.eval("location.hash = 'v=1&fleet.processes=2&lang=ja'").await?;
    visit.browser.wait_for("document.documentElement.lang == 'ja'").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("100", "2"));
    visit.end().await
}

/// One that names another chapter, and no other run, opens the chapter.
#[tokio::test]
async fn a_new_fragment_turns_to_another_chapter() -> Result<()> {
    let visit = Visit::new("#v=1&ch=2", Options::default()).await?;
    let begins = |begin: &str| {
        format!("document.querySelector('.chapter h1')?.textContent.startsWith('{begin}')")
    };
    visit.browser.wait_for(&begins("2 ·")).await?;
    for (fragment, begin) in [("v=1&ch=3", "3 ·"), ("v=1&ch=4&lang=ja", "4")] {
        visit.panel("settings").await?;
        visit.browser.eval(&format!("location.hash = '{fragment}'")).await?;
        visit.browser.wait_for(&begins(begin)).await?;
    }
    assert_eq!(visit.browser.eval("return document.documentElement.lang").await?, "ja");
    visit.end().await
}
