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
        .wait_for("document.querySelector('.lane-a .outcome .ok b').textContent == '40'")
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

/// A good second, an expiry that the reader causes, a guess, and the herd: in both
/// languages.
#[tokio::test]
async fn an_expiry_is_caused_and_then_the_herd() -> Result<()> {
    for language in ["en-US", "ja-JP"] {
        let visit = Visit::new("", Options { language, ..Options::default() }).await?;
        let browser = &visit.browser;
        browser.wait_for("document.querySelector('[name=expire]')").await?;
        browser
            .wait_for("document.querySelector('.lane-a .outcome .ok b').textContent > 5")
            .await?;
        assert_eq!(visit.db_calls().await?, strings("0", "0"));
        browser.click("[name=expire]").await?;
        // On a calm day a few fetch it, in each lane.
        let few = "[...document.querySelectorAll('.lane-big strong')].every(n => n.textContent >= 1 && n.textContent < 9)";
        browser.wait_for(few).await?;
        visit.finish().await?;
        assert_eq!(browser.eval(&format!("return {few}")).await?, true);
        // Now everybody, if somebody has guessed.
        browser.eval("document.querySelectorAll('.predict .row button')[1].click()").await?;
        browser
            .wait_for("document.querySelector('[data-test=db-calls-a]').textContent == '100'")
            .await?;
        browser.wait_for("document.querySelector('.predict .gap')").await?;
        assert_eq!(visit.db_calls().await?, strings("100", "1"));
        visit.end().await?;
    }
    Ok(())
}

/// λ and Δ where the formula stands, and the size of the herd at its figure.
#[tokio::test]
async fn sizes_are_drawn_in_the_text() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    visit.reveal().await?;
    let draw = |path: &str, to: u32| {
        format!(
            "const bar = document.querySelector('.slides [data-slide=\"{path}\"]'); bar.value = {to};
             bar.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
             bar.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        )
    };
    browser.wait_for("document.querySelector('.slides')").await?;
    browser.eval(&draw("load.requests", 60)).await?;
    browser.wait_for("location.hash.includes('load.requests=1000')").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("1,000", "1"));
    assert_eq!(browser.text("output b").await?, "51");
    browser.eval(&draw("db.query_ms", 60)).await?;
    browser.wait_for("document.querySelector('output b').textContent == '201'").await?;
    browser
        .wait_for("document.querySelector('.lane-a .lane-title')?.textContent && !document.querySelector('.time em')")
        .await?;
    visit.finish().await?;
    // Twice so many: a cold start, and an expiry.
    let calls = visit.db_calls().await?.0.replace(',', "").parse::<f64>()?;
    assert!((280.0..=520.0).contains(&calls), "{calls}");
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
