//! A visit to the very files that visitors get, on a slow phone. It measures
//! time, so nothing else may run beside it.

use anyhow::Result;
use journeys::visit::Visit;
use journeys::{Browser, Options, folder};
use serde_json::json;

/// How many times in a tenth of a second a fast desktop computer, slowed down
/// four times, makes a text of 10,000 letters: what Lighthouse takes for a phone of
/// the middle class (`docs/throttling.md` there: 1,500 to 2,000 for the desktop).
const PHONE: f64 = 1_750.0 / 4.0;

/// How much this machine is to be slowed down: the slower it is, the less.
async fn throttling(browser: &Browser) -> Result<f64> {
    let count = "
        let made = 0;
        const begin = performance.now();
        while (performance.now() - begin < 300) {
            let text = '';
            for (let i = 0; i < 10000; i++) text += 'a';
            made += text.length == 10000;
        }
        return made / (performance.now() - begin) * 100;";
    let mut best: f64 = 0.0;
    for _ in 0..5 {
        best = best.max(browser.eval(count).await?.as_f64().unwrap_or_default());
    }
    Ok((best / PHONE).clamp(1.0, 4.0))
}

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
    let rate = throttling(browser).await?;
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
