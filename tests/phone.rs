//! A visit to the very files that visitors get, on a slow phone. It measures
//! time, so nothing else may run beside it.

use anyhow::Result;
use journeys::visit::Visit;
use journeys::{Options, folder};
use serde_json::json;

/// Nobody touches anything, on a phone as slow as Lighthouse's: the question of
/// the first chapter can be answered three seconds after the first figure is
/// there. What answers it comes after the figure, and nothing else does.
#[tokio::test]
async fn the_first_question_waits_for_nobody() -> Result<()> {
    let visit = Visit::of(&folder("STAMPEDE_PAGE")?, Options::default()).await?;
    let browser = &visit.browser;
    let slow = json!({ "offline": false, "latency": 150, "downloadThroughput": 1.6e6 / 8.0, "uploadThroughput": 0.75e6 / 8.0 });
    browser.devtools("Network.enable", json!({})).await?;
    browser.devtools("Network.emulateNetworkConditions", slow).await?;
    // The slower this machine is, the less.
    let rate = (4.0 * browser.speed().await?).clamp(1.0, 4.0);
    browser.devtools("Emulation.setCPUThrottlingRate", json!({ "rate": rate })).await?;
    let watch = "
        window.since_ = {};
        const marks = { figure: '.lane canvas', question: '.predict button' };
        new MutationObserver(() => {
            for (const [name, selector] of Object.entries(marks)) {
                if (!(name in since_) && document.querySelector(selector)) since_[name] = performance.now();
            }
        }).observe(document, { subtree: true, childList: true });";
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": watch })).await?;
    visit.open("").await?;
    browser.wait_for("since_.question").await?;
    let of = async |what: &str| -> Result<f64> {
        Ok(browser.eval(&format!("return {what}")).await?.as_f64().unwrap_or(f64::NAN))
    };
    let (figure, question) = (of("since_.figure").await?, of("since_.question").await?);
    let lab = "performance.getEntriesByType('resource').find(e => e.name.endsWith('_lab.wasm'))";
    let (asked, came) =
        (of(&format!("{lab}.startTime")).await?, of(&format!("{lab}.responseEnd")).await?);
    println!(
        "slowed down {rate:.1} times; milliseconds: the figure {figure:.0}, asked for the rest {asked:.0}, which came {came:.0}, the question {question:.0}"
    );
    assert!(question - figure < 3000.0, "{figure} {question}");
    assert!(asked > figure, "it was asked for before the figure");
    // What is for use without a network is fetched when somebody uses the page.
    let kept = "return navigator.serviceWorker.getRegistration().then(kept => !!kept)";
    assert_eq!(browser.eval(kept).await?, false);
    visit.end().await
}
