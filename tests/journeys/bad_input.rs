//! Whatever comes in, the page says what is wrong and stays usable.

use anyhow::Result;
use journeys::Options;
use journeys::faults::kept;
use serde_json::json;

use super::{DEMO, Visit, strings};

async fn still_works(visit: &Visit) -> Result<()> {
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    Ok(())
}

#[tokio::test]
async fn bad_links_are_explained() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    for (link, message) in [
        ("#v=1.abcdef&load.requests=1000", "this link was cut or changed on its way"),
        ("#v=7&x=1", "version 7"),
        ("#section-4", "v: this field is missing"),
        ("#v=1&db.pool=0", "db.pool: 0 is not allowed; allowed is a whole number from 1 to 10,000"),
        (
            "#v=1&cache.ttl_ms=-1",
            "cache.ttl_ms: -1 is not allowed; allowed is a whole number from 1 to 86,400,000",
        ),
        (
            "#v=1&load.requests=1000000000000",
            "load.requests: 1000000000000 is not allowed; allowed is a whole number from 1 to 5,000,000",
        ),
        ("#v=1&cache.size=3", "cache.size: there is no such field; allowed is enabled, ttl_ms"),
        ("#%E0%A4%A", "v: this field is missing"),
    ] {
        visit.open(link).await?;
        visit.browser.wait_for("document.querySelector('.notice.bad')").await?;
        let text = visit.browser.text(".notice p").await?;
        assert!(text.contains(message), "{link}: {text}");
        still_works(&visit).await?;
    }
    visit.open("#v=1&lang=ja").await?;
    visit.browser.eval("location.hash = 'v=1&db.pool=0'").await?;
    visit
        .browser
        .wait_for(
            "document.querySelector('.notice.bad')?.innerText.includes('db.pool:0 は使えません')",
        )
        .await?;
    visit.end().await
}

#[tokio::test]
async fn a_bad_setting_changes_nothing() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit.panel("settings").await?;
    visit.browser.wait_for("document.querySelector('[name=\"db.pool\"]')").await?;
    visit
        .browser
        .eval("const i = document.querySelector('[name=\"db.pool\"]'); i.focus(); i.select()")
        .await?;
    visit.browser.press(&["a", "b", super::ENTER]).await?;
    visit.browser.wait_for("document.querySelector('.notice.bad')?.innerText.includes('db.pool: \"ab\" is not allowed; allowed is a whole number')").await?;
    still_works(&visit).await?;
    visit.browser.click(".notice button").await?;
    visit.browser.wait_for("!document.querySelector('.notice.bad')").await?;
    visit.end().await
}

/// What is damaged is put aside, not destroyed, and said.
#[tokio::test]
async fn damaged_local_storage_is_put_aside() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let (settings, progress) = ("{\"lang\": 5", "{\"version\": 1}");
    let damage = format!(
        "localStorage.setItem('stampede-playground', '{settings}');
         localStorage.setItem('stampede-playground.progress', '{progress}')"
    );
    visit.browser.eval(&damage).await?;
    visit.open(DEMO).await?;
    let notice = "document.querySelector('.notice.bad')?.innerText";
    visit.browser.wait_for(&format!("{notice}.includes('could not be read')")).await?;
    let said = visit.browser.text(".notice.bad").await?;
    assert!(said.contains("(stampede-playground: ") && said.contains("progress: "), "{said}");
    for (name, text) in [("", settings), (".progress", progress)] {
        assert_eq!(kept(&visit.browser, &format!("{name}.damaged")).await?, text);
        assert_eq!(kept(&visit.browser, name).await?, json!(null));
    }
    still_works(&visit).await?;
    visit.end().await
}
