//! What happens without a click, and what the page needs for it.

use anyhow::Result;
use journeys::Options;
use serde_json::Value;

use super::{DEMO, Visit, strings};

/// Nobody touches anything: a herd is answered from the cache, and no number is
/// given away; then there is the question.
#[tokio::test]
async fn a_first_visit_opens_without_a_click() -> Result<()> {
    let visit = Visit::new("", Options::default()).await?;
    visit
        .browser
        .wait_for("document.querySelector('.lane-a .outcome .ok b').textContent == '100'")
        .await?;
    visit
        .browser
        .wait_for("document.querySelector('.transport .primary').textContent == 'Play'")
        .await?;
    assert_eq!(visit.db_calls().await?, strings("0", "0"));
    assert_eq!(visit.browser.eval("return location.hash").await?, "");
    visit.browser.wait_for("document.querySelector('.predict button')").await?;
    visit.browser.eval("document.querySelectorAll('.predict .row button')[2].click()").await?;
    visit
        .browser
        .wait_for("document.querySelector('[data-test=db-calls-a]').textContent == '100'")
        .await?;
    visit.end().await
}

/// Asked for by a link, the herd hits, and is stopped, within seconds.
#[tokio::test]
async fn the_first_figure_teaches_without_a_click() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    // Whoever opens a link knows what they see.
    visit.browser.wait_for("document.querySelector('.predict')").await?;
    let note = "return document.querySelector('.chapter > p.note')";
    assert_eq!(visit.browser.eval(note).await?, Value::Null);
    visit
        .browser
        .wait_for("document.querySelector('[data-test=db-calls-a]').textContent > 20")
        .await?;
    visit
        .browser
        .wait_for("document.querySelector('[data-test=queue]').textContent.startsWith('6')")
        .await?;
    visit
        .browser
        .wait_for("document.querySelector('[data-test=db-calls-a]').textContent == '100'")
        .await?;
    visit
        .browser
        .wait_for("document.querySelector('.transport .primary').textContent == 'Play'")
        .await?;
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    visit.end().await
}

/// With reduced motion it starts paused, and keeps its controls.
#[tokio::test]
async fn reduced_motion_starts_paused() -> Result<()> {
    let visit = Visit::new(DEMO, Options { reduced_motion: true, ..Options::default() }).await?;
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(visit.browser.text("[data-test=time]").await?, "0.0 ms");
    visit.browser.click(".buttons button:nth-child(4)").await?;
    visit
        .browser
        .wait_for("document.querySelector('[data-test=time]').textContent != '0.0 ms'")
        .await?;
    visit.end().await
}

/// A Japanese browser gets Japanese; a choice is remembered.
#[tokio::test]
async fn language_follows_the_browser_and_then_the_choice() -> Result<()> {
    let visit = Visit::new(DEMO, Options { language: "ja-JP", ..Options::default() }).await?;
    visit
        .browser
        .wait_for("document.querySelector('h1')?.textContent.includes('スタンピード')")
        .await?;
    visit.browser.click(".languages [lang=en]").await?;
    visit
        .browser
        .wait_for("document.querySelector('h1')?.textContent.includes('stampede')")
        .await?;
    assert_eq!(visit.browser.eval("return document.documentElement.lang").await?, "en");
    visit.open(DEMO).await?;
    visit
        .browser
        .wait_for("document.querySelector('h1')?.textContent.includes('stampede')")
        .await?;
    visit.browser.click(".languages [lang=ja]").await?;
    visit.browser.wait_for("document.documentElement.lang == 'ja'").await?;
    visit.end().await
}
