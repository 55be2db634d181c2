//! Journeys through the very files that visitors get: what they cost, what they
//! may do, what is left of them without a network. Everything else is done on
//! the page with assertions (`tests/journeys/`).

#[path = "../journeys/faults.rs"]
mod faults;
mod offline;
mod story;

use anyhow::Result;
use journeys::visit::{DEMO, Visit, strings};
use journeys::{Options, folder};
use serde_json::{Value, json};

/// Every panel and every chapter, with nothing on the console.
#[tokio::test]
async fn everything_is_there() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit.tour().await?;
    visit.end().await
}

/// Everything comes from the page's own address; a plain file server under
/// any path is enough.
#[tokio::test]
async fn nothing_is_loaded_from_elsewhere() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let loaded = visit
        .browser
        .eval("return performance.getEntriesByType('resource').map(e => e.name)")
        .await?;
    let loaded: Vec<&str> =
        loaded.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    assert!(loaded.len() >= 4, "{loaded:?}");
    for address in loaded {
        assert!(address.starts_with(visit.address()), "{address}");
    }
    visit.end().await
}

/// The page forbids what it does not need; every journey runs under that.
#[tokio::test]
async fn a_strict_policy_holds() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
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

/// Without its other parts the page says so, and the figure plays on.
#[tokio::test]
async fn a_panel_that_cannot_be_fetched_says_so() -> Result<()> {
    let visit = Visit::of(&folder("STAMPEDE_PAGE")?, Options::default()).await?;
    let without = json!({ "source": "const all = window.fetch; window.fetch = (what, ...more) =>
        String(what).includes('lab/') ? Promise.reject(new TypeError('offline')) : all(what, ...more)" });
    visit.browser.devtools("Page.addScriptToEvaluateOnNewDocument", without).await?;
    visit.open("").await?;
    visit.browser.eval("document.getElementById('tab-why').click()").await?;
    visit
        .browser
        .wait_for("document.getElementById('panel').textContent.includes('could not be fetched')")
        .await?;
    // The same for a sheet; keys go on working.
    visit.browser.press(&["?"]).await?;
    visit
        .browser
        .wait_for("document.querySelector('.notice')?.textContent.includes('could not be fetched')")
        .await?;
    visit.finish().await?;
    let sent = "document.querySelector('.lane-b .label-clients').textContent.includes('40')";
    visit.browser.wait_for(sent).await?;
    assert_eq!(visit.db_calls().await?, strings("0", "0"));
    // Just that is on the console.
    let errors = visit.browser.console_errors().await?;
    assert!(errors.iter().all(|error| error.contains("TypeError: offline")), "{errors:?}");
    visit.end().await
}
