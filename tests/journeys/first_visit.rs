//! What happens without a click, and what the page needs for it.

use anyhow::Result;
use journeys::Options;
use serde_json::Value;

use super::{PANELS, Visit, strings};

/// Nobody touches anything: the herd hits, and is stopped, within seconds.
#[tokio::test]
async fn the_first_figure_teaches_without_a_click() -> Result<()> {
    let visit = Visit::new("", Options::default()).await?;
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

/// Everything comes from the page's own address; a plain file server under
/// any path is enough.
#[tokio::test]
async fn nothing_is_loaded_from_elsewhere() -> Result<()> {
    let visit = Visit::new("", Options::default()).await?;
    let loaded = visit
        .browser
        .eval("return performance.getEntriesByType('resource').map(e => e.name)")
        .await?;
    let loaded: Vec<&str> =
        loaded.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(loaded.len() >= 4, "{loaded:?}");
    for address in loaded {
        assert!(address.starts_with(visit.server.address()), "{address}");
    }
    // The panels' half of the program is not among it, until one is opened.
    let lab = "performance.getEntriesByType('resource').some(e => e.name.includes('/lab/'))";
    assert_eq!(visit.browser.eval(&format!("return {lab}")).await?, false);
    visit.panel("why").await?;
    assert_eq!(visit.browser.eval(&format!("return {lab}")).await?, true);
    visit.end().await
}

/// The page forbids what it does not need; every journey runs under that.
#[tokio::test]
async fn a_strict_policy_holds() -> Result<()> {
    let visit = Visit::new("", Options::default()).await?;
    let policy = visit
        .browser
        .eval("return document.querySelector('meta[http-equiv=Content-Security-Policy]').content")
        .await?;
    let policy = policy.as_str().unwrap_or_default();
    assert!(policy.contains("default-src 'none'") && !policy.contains("http"), "{policy}");
    assert!(
        !policy.contains("script-src 'self' 'unsafe-inline'") && !policy.contains("'unsafe-eval'")
    );
    // A script that somebody slips in does not run.
    visit
        .browser
        .eval("const s = document.createElement('script'); s.textContent = 'window.slipped = 1'; document.body.append(s)")
        .await?;
    assert_eq!(visit.browser.eval("return window.slipped ?? null").await?, Value::Null);
    // That refusal is on the console, and nothing else.
    let errors = visit.browser.console_errors().await?;
    assert!(errors.len() == 1 && errors[0].contains("Content Security Policy"), "{errors:?}");
    visit.end().await
}

/// After a visit the page works without a network: every panel, every chapter,
/// every source.
#[tokio::test]
async fn it_works_offline_after_a_visit() -> Result<()> {
    let mut visit = Visit::new("", Options::default()).await?;
    visit.browser.press(&["\u{e008}"]).await?;
    visit.browser.wait_for("navigator.serviceWorker.controller?.state == 'activated'").await?;
    visit.cut().await?;
    visit.open("#v=1&ch=4&a=layered&b=metastable-breaker").await?;
    visit.browser.wait_for("document.querySelector('h1')?.textContent.startsWith('4')").await?;
    visit.panel("code").await?;
    visit
        .browser
        .wait_for("document.querySelector('.listing')?.textContent.includes('pub struct')")
        .await?;
    visit.browser.click(".languages [lang=ja]").await?;
    visit.browser.wait_for("document.querySelector('h1')?.textContent.includes('古い値')").await?;
    visit.end().await
}

/// Without the other half the page says so, and the figure plays on.
#[tokio::test]
async fn a_panel_that_cannot_be_fetched_says_so() -> Result<()> {
    let visit = Visit::new("", Options::default()).await?;
    visit.browser.eval("window.fetch = () => Promise.reject(new TypeError('offline'))").await?;
    visit.browser.eval("document.getElementById('tab-why').click()").await?;
    visit
        .browser
        .wait_for("document.getElementById('panel').textContent.includes('could not be fetched')")
        .await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    visit.end().await
}

/// With reduced motion it starts paused, and keeps its controls.
#[tokio::test]
async fn reduced_motion_starts_paused() -> Result<()> {
    let visit = Visit::new("", Options { reduced_motion: true, ..Options::default() }).await?;
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
    let visit = Visit::new("", Options { language: "ja-JP", ..Options::default() }).await?;
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
    visit.open("").await?;
    visit
        .browser
        .wait_for("document.querySelector('h1')?.textContent.includes('stampede')")
        .await?;
    visit.browser.click(".languages [lang=ja]").await?;
    visit.browser.wait_for("document.documentElement.lang == 'ja'").await?;
    visit.end().await
}

/// No sideways scrolling, on any screen.
#[tokio::test]
async fn fits_every_screen() -> Result<()> {
    // The last one is a laptop's screen at 400 %.
    for size in [(1440, 900), (1280, 800), (1024, 768), (960, 600), (390, 844), (320, 256)] {
        let layered = "#v=1&a=lock-outlived-flawed&b=layered&t=9000";
        let visit = Visit::new(layered, Options { size, ..Options::default() }).await?;
        for language in ["en", "ja"] {
            visit.browser.click(&format!(".languages [lang={language}]")).await?;
            for panel in PANELS {
                visit.panel(panel).await?;
                if panel == "class" {
                    let tasks = "document.querySelector('[name=class-task] option')";
                    visit.browser.wait_for(tasks).await?;
                }
                let over = visit
                    .browser
                    .eval("return document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
                    .await?;
                assert_eq!(over, 0, "{size:?} {language} {panel}");
            }
        }
        visit.end().await?;
    }
    Ok(())
}
