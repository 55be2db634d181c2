//! The page's side of `cargo xtask bench`: what a frame and a seek cost the
//! main thread, what the trace weighs, and that nothing happens at rest.
//!
//! A frame's work is the time inside its animation frame's callback: moving
//! the playhead, finding who is on stage, painting. A seek's work is all that
//! the main thread did for it, as Chromium accounts for it: handler, frame,
//! the page's text and numbers.

use std::time::Duration;

use anyhow::{Context, Result};
use journeys::visit::HOME;
use journeys::{Browser, Options, Server, folder};
use serde_json::{Value, json};

/// Notes how long animation frames take, and where the program's memory is.
const PROBE: &str = "
    window.work_ = [];
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = call => ask(time => {
        const begin = performance.now();
        call(time);
        window.work_.push(performance.now() - begin);
    });
    addEventListener('TrunkApplicationStarted', event => { window.memory_ = event.detail.wasm.memory; look(); });
    const began = performance.now();
    const look = () => {
        const bar = document.querySelector('.time');
        if (!bar || bar.querySelector('em')) return setTimeout(look, 20);
        window.computed_ = [performance.now() - began, window.work_.slice()];
    };";

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::start(&folder("STAMPEDE_PAGE")?, "bench").await?;
    let browser = Browser::start(&Options::default()).await?;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": PROBE })).await?;
    browser.devtools("Performance.enable", json!({})).await?;
    let page = Page { server, browser };

    page.two_lanes().await?;
    page.millions().await?;

    println!("\nwork per frame, one lane with so many dots, in headless Chromium:");
    let mut missed = Vec::new();
    for (dots, budget) in [(1_000, 1.0), (10_000, 1.0), (100_000, 8.0), (500_000, 8.0)] {
        // All on their way at once, then nearly all waiting in the queue.
        for (what, at, speed) in [("moving", 1.0, 1.0), ("waiting", 40.0, 5.0)] {
            page.open(&format!("a.load.requests={dots}&a.load.spread_ms=1"), at, speed).await?;
            let work = page.frames().await?;
            let (median, p99) = (quantile(&work, 0.5), quantile(&work, 0.99));
            println!(
                "{dots:>9} {what:<8} median {median:6.2} ms   p99 {p99:6.2} ms   ({} frames)",
                work.len()
            );
            if median > budget {
                missed.push(format!("{dots} {what}"));
            }
        }
    }
    println!("budgets: median ≤ 1 ms up to 10,000, ≤ 8 ms up to 500,000: {}", verdict(&missed));

    println!("\nwork per seek to a random instant, the whole page with it:");
    let mut missed = Vec::new();
    for (requests, budget) in [(1_000, 12.0), (100_000, 12.0), (500_000, 50.0)] {
        page.open(&format!("a.load.requests={requests}"), 0.0, 30.0).await?;
        let work = page.seeks().await?;
        let (median, p99) = (quantile(&work, 0.5), quantile(&work, 0.99));
        println!(
            "{requests:>9} requests  median {median:6.2} ms   p99 {p99:6.2} ms   ({} seeks)",
            work.len()
        );
        if median > budget {
            missed.push(requests.to_string());
        }
    }
    println!("budgets: median ≤ 12 ms up to 100,000, ≤ 50 ms at 500,000: {}", verdict(&missed));

    // Half a million over five minutes, so that few are in flight at once.
    let long = |rate: u32| {
        format!(
            "a=expiry-with-singleflight&a.load.rate={rate}&a.load.duration_ms=250000&a.cache.ttl_ms=60000"
        )
    };
    page.open(&long(1), 0.0, 30.0).await?;
    let little = page.number("window.memory_.buffer.byteLength").await?;
    page.open(&long(2_000), 0.0, 30.0).await?;
    let much = page.number("window.memory_.buffer.byteLength").await?;
    page.open("a.load.requests=500000", 0.0, 30.0).await?;
    let herd = page.number("window.memory_.buffer.byteLength").await?;
    let each = |bytes: f64| (bytes - little) / 500_000.0;
    println!(
        "\nmemory of 500,000 requests with their trace: {:.0} bytes each over time, {:.0} all at once",
        each(much),
        each(herd)
    );

    page.open("a.load.requests=100", 60.0, 30.0).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    page.browser.eval("window.work_.length = 0").await?;
    let before = page.busy().await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let share = (page.busy().await? - before) / 3_000.0;
    let frames = page.number("window.work_.length").await?;
    println!(
        "at rest: {frames} frames in 3 s, main thread busy {:.2} % of the time",
        100.0 * share
    );
    page.browser.close().await
}

/// What happened until a run was computed.
struct Computing {
    ms: f64,
    frames: Vec<f64>,
}

struct Page {
    server: Server,
    browser: Browser,
}

impl Page {
    /// Both lanes of the first figure while they are computed, and afterwards:
    /// how long that takes, and what a frame costs.
    async fn two_lanes(&self) -> Result<()> {
        println!("two lanes at once, playing from the start:");
        let mut missed = Vec::new();
        for requests in [1_000, 100_000, 500_000] {
            let run = format!(
                "a=demo-without-singleflight&b=demo-with-singleflight&load.requests={requests}&db.pool=1000&db.cores=1000&speed=30"
            );
            let computing = self.watch(&run).await?;
            let worst = quantile(&computing.frames, 1.0);
            println!(
                "{requests:>9} requests  computed in {:6.0} ms, frames median {:6.2} ms, longest {worst:6.2} ms",
                computing.ms,
                quantile(&computing.frames, 0.5),
            );
            if worst > 50.0 {
                missed.push(format!("{requests} computing"));
            }
            // From the start, where most of it happens, whether it plays or is over.
            let pause = "[...document.querySelectorAll('.transport button')].find(button => button.textContent == 'Pause')?.click()";
            self.browser.eval(pause).await?;
            self.browser.press(&[HOME]).await?;
            let work = self.frames().await?;
            println!(
                "{:>9} computed  frames median {:6.2} ms, longest {:6.2} ms",
                "",
                quantile(&work, 0.5),
                quantile(&work, 1.0)
            );
        }
        println!("budget: no frame over 50 ms while computing: {}", verdict(&missed));
        Ok(())
    }

    /// Five million requests in a tab: time, memory, seeks.
    async fn millions(&self) -> Result<()> {
        let run = "a=demo-with-singleflight&a.load.requests=5000000&a.load.spread_ms=5000&a.fleet.processes=20&b=demo-with-singleflight&b.load.requests=1&t=0";
        let computing = self.watch(run).await?;
        let memory = self.number("window.memory_.buffer.byteLength").await? / 1e6;
        let seeks = self.seeks().await?;
        println!(
            "\n5,000,000 requests in 5 s: computed in {:.1} s, longest frame {:.2} ms, {memory:.0} MB, seeks median {:.2} ms",
            computing.ms / 1e3,
            quantile(&computing.frames, 1.0),
            quantile(&seeks, 0.5),
        );
        let missed = if memory > 1_500.0 { vec![format!("{memory} MB")] } else { Vec::new() };
        println!("budget: at most 1,500 MB: {}", verdict(&missed));
        Ok(())
    }

    /// Opens a run and waits until it is computed: how long that takes from the
    /// page's first line on, and what each frame costs meanwhile.
    async fn watch(&self, run: &str) -> Result<Computing> {
        self.browser.client.goto("about:blank").await?;
        self.browser.client.goto(&format!("{}#v=1&{run}", self.server.address())).await?;
        // Longer than anything else takes.
        for _ in 0..4 {
            if self.browser.wait_for("window.computed_").await.is_ok() {
                break;
            }
        }
        let result = self.browser.eval("return window.computed_").await?;
        let numbers = |value: &Value| -> Vec<f64> {
            value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
        };
        let ms = result[0].as_f64().context("no time")?;
        Ok(Computing { ms, frames: numbers(&result[1]) })
    }

    /// Opens a run with something in lane A, paused, once it is computed.
    async fn open(&self, lane: &str, at_ms: f64, speed_ms: f64) -> Result<()> {
        let fragment = format!("#v=1&{lane}&b.load.requests=1&t={at_ms}&speed={speed_ms}");
        self.browser.client.goto("about:blank").await?;
        self.browser.client.goto(&format!("{}{fragment}", self.server.address())).await?;
        self.browser.wait_for("document.querySelector('.lane canvas')?.width > 10").await?;
        self.browser.wait_for("!document.querySelector('.time em')").await
    }

    /// Plays for three seconds; what each frame cost, in milliseconds.
    async fn frames(&self) -> Result<Vec<f64>> {
        self.browser.press(&[" "]).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        self.browser.eval("window.work_.length = 0").await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let work = self.browser.eval("return window.work_").await?;
        self.browser.press(&[" "]).await?;
        Ok(work.as_array().into_iter().flatten().filter_map(Value::as_f64).collect())
    }

    /// Seeks sixty times, five in a row for each number: what one cost, in
    /// milliseconds. In a row, so that the driver's own work hardly counts.
    async fn seeks(&self) -> Result<Vec<f64>> {
        let mut work = Vec::new();
        for i in 0..12_u32 {
            let before = self.busy().await?;
            // Spread over the run, back and forth.
            let seek = format!(
                "const done = arguments[arguments.length - 1];
                 const bar = document.querySelector('.time input');
                 let n = {i} * 5, last = n + 5;
                 const next = () => {{
                     if (n++ == last) return done();
                     bar.value = bar.max * (n * 0.6180339887 % 1);
                     bar.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
                     requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(next, 5)));
                 }};
                 next();"
            );
            self.browser.client.execute_async(&seek, vec![]).await?;
            work.push((self.busy().await? - before) / 5.0);
        }
        Ok(work)
    }

    /// How long the main thread has been busy, in milliseconds.
    async fn busy(&self) -> Result<f64> {
        let answer = self.browser.devtools("Performance.getMetrics", json!({})).await?;
        let metrics = answer["metrics"].as_array().context("metrics")?;
        let found = metrics.iter().find(|metric| metric["name"] == "TaskDuration");
        Ok(found.and_then(|metric| metric["value"].as_f64()).context("TaskDuration")? * 1e3)
    }

    async fn number(&self, expression: &str) -> Result<f64> {
        let value = self.browser.eval(&format!("return {expression}")).await?;
        value.as_f64().with_context(|| format!("{expression} is no number"))
    }
}

fn quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(((sorted.len().max(1) - 1) as f64 * q) as usize).copied().unwrap_or(f64::NAN)
}

fn verdict(missed: &[String]) -> String {
    if missed.is_empty() { "met".to_owned() } else { format!("MISSED: {}", missed.join(", ")) }
}
