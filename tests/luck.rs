//! What workers save: two hundred seeds with them, and on the page's own
//! thread; part of `cargo xtask bench`.

use anyhow::{Context, Result};
use journeys::visit::Visit;
use journeys::{Browser, Options, folder};
use serde_json::json;

/// The run whose luck is measured.
const RUN: &str = "#v=1&a=expiry-without-singleflight&b=expiry-with-singleflight&t=100";
/// How many times each is measured; the medians are compared.
const ROUNDS: usize = 5;
/// How much faster two cores are to be.
const BUDGET: f64 = 1.6;

/// Notes what keeps the page's thread busy for more than 50 ms.
const PROBE: &str = "
    window.long_ = [];
    new PerformanceObserver(list => list.getEntries().forEach(task => long_.push(task.duration)))
        .observe({ type: 'longtask' });";

/// Takes workers away, or gives them back.
const WITHOUT: &str = "window.Real ??= window.Worker; window.Worker = undefined;";
const WITH: &str = "window.Worker = window.Real ?? window.Worker;
    Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2, configurable: true });";

#[tokio::main]
async fn main() -> Result<()> {
    let visit = Visit::of(&folder("STAMPEDE_PAGE")?, Options::default()).await?;
    let browser = &visit.browser;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": PROBE })).await?;
    visit.open(RUN).await?;
    visit.panel("luck").await?;
    let (mut alone, mut workers) = (Vec::new(), Vec::new());
    let mut long = Vec::new();
    for _ in 0..ROUNDS {
        browser.eval(WITHOUT).await?;
        alone.push(survey(browser).await?);
        browser.eval(WITH).await?;
        browser.eval("window.long_.length = 0").await?;
        workers.push(survey(browser).await?);
        let tasks = browser.eval("return window.long_").await?;
        long.extend(tasks.as_array().into_iter().flatten().filter_map(|task| task.as_f64()));
    }
    let (alone, workers) = (median(alone), median(workers));
    let ratio = alone / workers;
    println!("200 seeds of expiry-without-singleflight, medians of {ROUNDS} alternating rounds:");
    println!("on the page's own thread {alone:7.0} ms");
    println!("with two workers         {workers:7.0} ms   {ratio:4.2} × as fast");
    println!(
        "tasks over 50 ms on the page's thread while workers run: {} (the longest {:.0} ms)",
        long.len(),
        long.iter().copied().fold(0.0, f64::max)
    );
    let met = ratio >= BUDGET && long.is_empty();
    println!(
        "budgets: ≥ {BUDGET} × as fast, none over 50 ms: {}",
        if met { "met" } else { "MISSED" }
    );
    visit.browser.close().await
}

/// Measures luck; how long that takes, in milliseconds, as the page sees it.
async fn survey(browser: &Browser) -> Result<f64> {
    let script = "const done = arguments[arguments.length - 1];
        const begin = performance.now();
        let going = false;
        const look = () => {
            const cancel = document.querySelector('[name=cancel]');
            if (going && !cancel) return done(performance.now() - begin);
            going ||= !!cancel;
            requestAnimationFrame(look);
        };
        document.querySelector('[name=survey]').click();
        look();";
    let took = browser.client.execute_async(script, vec![]).await?;
    took.as_f64().context("a time")
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
