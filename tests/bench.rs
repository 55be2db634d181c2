//! The browser's side of `cargo xtask bench`: runs the page of benchmarks and
//! prints rates and ratios, all from one run.

use anyhow::{Context, Result, ensure};
use journeys::{Browser, Options, Server, folder};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<()> {
    let server = Server::start(&folder("STAMPEDE_BENCH")?, "bench").await?;
    let browser = Browser::start(&Options::default()).await?;
    browser.client.goto(&format!("{}bench.html", server.address())).await?;
    browser.wait_for("globalThis.result").await?;
    let result = browser.eval("return globalThis.result").await?;
    browser.close().await?;

    let median = |name: &str| -> Result<f64> {
        let rates = result["rates"][name].as_array().context("rates")?;
        let mut rates: Vec<f64> = rates.iter().filter_map(Value::as_f64).collect();
        rates.sort_by(f64::total_cmp);
        rates.get(rates.len() / 2).copied().context("no rates")
    };
    let rounds = result["rates"]["counters"].as_array().map_or(0, Vec::len);
    let (counters, trace, javascript) =
        (median("counters")?, median("trace")?, median("javascript")?);
    let line = |name: &str, rate: f64| {
        let ratio = rate / javascript;
        println!("{name:<28} {:6.2} M requests/s   {ratio:5.2} × JavaScript", rate / 1e6);
    };
    println!("reference workload, medians of {rounds} alternating rounds:");
    line("Wasm, counters", counters);
    line("Wasm, full trace", trace);
    line("JavaScript by hand", javascript);

    println!("\nwith one defence more, or another in place of singleflight; counters:");
    let mut slow = Vec::new();
    for name in result["defences"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        let rate = median(name)?;
        println!(
            "{name:<28} {:6.2} M requests/s   {:5.2} × singleflight alone",
            rate / 1e6,
            rate / counters
        );
        let least = match name {
            "everything" => 1e6,
            "layered" => 1.5e6,
            _ => 2e6,
        };
        if rate < least {
            slow.push(name);
        }
        let requests = result["did"][name]["requests"].as_f64().unwrap_or(f64::NAN);
        ensure!((requests / 1e6 - 1.0).abs() < 0.01, "{name}: requests");
    }
    println!(
        "budgets: each defence ≥ 2 M/s, layered ≥ 1.5 M/s, everything ≥ 1 M/s: {}",
        verdict(slow.is_empty())
    );

    println!("\ntwo lanes at once, with what the page keeps, without a page:");
    for (requests, ms) in result["lanes"].as_object().into_iter().flatten() {
        println!("{requests:>9} requests  {:8.0} ms", ms.as_f64().unwrap_or(f64::NAN));
    }

    for (who, name) in [("bytes", "waits for a connection"), ("followers", "follows a flight")] {
        let bytes = result[who].as_f64().unwrap_or(f64::NAN);
        println!(
            "a request that {name}, without a trace: {bytes:.0} bytes (budget 300: {})",
            verdict(bytes <= 300.0)
        );
    }

    // A comparison counts only if both did the same work.
    for name in ["counters", "trace", "javascript"] {
        println!("{name:<12} {}", result["did"][name]);
        let number = |field: &str| result["did"][name][field].as_f64().unwrap_or(f64::NAN);
        ensure!((number("requests") / 1e6 - 1.0).abs() < 0.01, "{name}: requests");
        ensure!((9.0..=11.0).contains(&number("db_calls")), "{name}: one load an expiry");
        ensure!((number("shared") / 51_000.0 - 1.0).abs() < 0.15, "{name}: λ·Δ + 1 each expiry");
    }
    println!(
        "budgets: counters {} (≥ 3 M/s), {} (≥ 2 × JavaScript); trace {} (≥ 1.5 M/s)",
        verdict(counters >= 3e6),
        verdict(counters >= 2.0 * javascript),
        verdict(trace >= 1.5e6)
    );
    Ok(())
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "MISSED" }
}
