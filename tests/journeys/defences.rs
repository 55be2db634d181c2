//! Each defence: switch it on in one lane, run, read the effect.

use anyhow::{Context, Result};
use journeys::Options;

use super::{DEMO, Visit};

/// A row of the numbers, lanes A and B, at the end of the run.
async fn row(visit: &Visit, name: &str) -> Result<(f64, f64)> {
    visit.panel("numbers").await?;
    let script = format!(
        "const row = [...document.querySelectorAll('.numbers tr')].find(r => r.cells[0].textContent == '{name}');
         return row ? [...row.cells].slice(1).map(c => parseFloat(c.textContent.replace(/,/g, ''))) : [0, 0];"
    );
    let cells = visit.browser.eval(&script).await?;
    let cell = |i: usize| cells[i].as_f64().context("a number");
    Ok((cell(0)?, cell(1)?))
}

/// Opens a preset in both lanes, switches a defence over in lane B, and plays
/// to the end.
async fn switched(visit: &Visit, preset: &str, defence: &str) -> Result<()> {
    visit.open(&format!("#v=1&a={preset}&b={preset}")).await?;
    visit.panel("defences").await?;
    let switch = format!("[name='b.{defence}']");
    visit.browser.wait_for(&format!("document.querySelector(\"{switch}\")")).await?;
    let before = visit
        .browser
        .eval(&format!("return document.querySelector(\"{switch}\").ariaChecked"))
        .await?;
    visit.browser.eval(&format!("document.querySelector(\"{switch}\").click()")).await?;
    visit.browser.wait_for(&format!("location.hash.includes('b.protect.{defence}')")).await?;
    visit
        .browser
        .wait_for(&format!("document.querySelector(\"{switch}\").ariaChecked != {before}"))
        .await?;
    visit.finish().await
}

/// Where fewer queries reach the database: preset, defence, and at most what
/// share of them.
const FEWER: [(&str, &str, f64); 9] = [
    ("demo-without-singleflight", "singleflight", 0.01),
    ("gap-race", "recheck", 0.5),
    ("four-processes", "lock", 0.25),
    ("four-processes", "lease", 0.25),
    ("hot-key", "xfetch", 0.3),
    ("ttl-fixed", "adaptive_ttl", 0.6),
    ("not-found", "negative", 0.1),
    ("outage-without-breaker", "breaker", 0.7),
    ("outage-without-breaker", "throttle", 0.95),
];

#[tokio::test]
async fn fewer_queries_reach_the_database() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    for (preset, defence, share) in FEWER {
        switched(&visit, preset, defence).await?;
        let (a, b) = row(&visit, "database calls").await?;
        assert!(b >= 1.0 && b <= share * a, "{defence}: {a} and {b}");
        // The lane says what it has.
        let title = visit.browser.text(".lane-b .lane-title").await?;
        assert_ne!(title, visit.browser.text(".lane-a .lane-title").await?, "{defence}");
    }
    visit.end().await
}

#[tokio::test]
async fn others_are_refused_served_stale_or_spread_out() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    for (preset, defence, name) in [
        ("event-loop-followers", "shed", "refused by a defence"),
        ("greedy-client", "gateway", "refused by a defence"),
        ("outage-errors", "fallback", "very old values in place of an error"),
        ("l1-none", "local", "hits in the process (L1)"),
        ("backup-none", "backup", "hits in the backup cache (L3)"),
        ("demo-without-singleflight", "limiter", "refused by a defence"),
        ("demo-without-singleflight", "codel", "refused by a defence"),
        ("demo-without-singleflight", "concurrency", "refused by a defence"),
        ("demo-without-singleflight", "bulkhead", "refused by a defence"),
        ("outage-without-breaker", "throttle", "refused by a defence"),
        ("outage-without-breaker", "breaker", "breaker trips"),
        ("expiry-with-singleflight", "stale", "stale answers"),
        ("expiry-with-singleflight", "stale", "background refreshes"),
        ("four-processes", "lock", "locks acquired"),
        ("four-processes", "lease", "leases given"),
        ("hot-key", "xfetch", "early reloads"),
        ("waves-cold", "warming", "loaded in advance"),
    ] {
        switched(&visit, preset, defence).await?;
        let (a, b) = row(&visit, name).await?;
        assert!(a == 0.0 && b > 0.0, "{defence}, {name}: {a} and {b}");
    }
    switched(&visit, "warm-cliff", "jitter").await?;
    let (a, b) = row(&visit, "most at the database at once").await?;
    assert!(b < 0.6 * a, "jitter: {a} and {b}");
    // It is on in this preset; without it every request is an error.
    switched(&visit, "cache-down", "spill").await?;
    let (with, without) = row(&visit, "answered with a value").await?;
    assert!(with > without + 1000.0, "spill: {with} and {without}");
    visit.end().await
}

/// A flawed version beside the one that does it right: its listing is there, and
/// what it does. (What is to be found in it, `spot.rs`.)
#[tokio::test]
async fn flaws_can_be_seen_and_read() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit.panel("experiments").await?;
    for (pair, title) in [
        ("followers-save-flawed/demo-with-singleflight", "Puzzle 10: singleflight"),
        ("lock-outlived-flawed/lock-outlived", "Puzzle 4: lock"),
        ("half-open-flawed/half-open", "Puzzle 7: breaker"),
    ] {
        visit.panel("experiments").await?;
        visit.browser.click(&format!("[name='{pair}']")).await?;
        let flawed =
            "document.querySelector('.lane-a .lane-title').textContent.startsWith('flawed')";
        visit.browser.wait_for(flawed).await?;
        visit.panel("code").await?;
        assert_eq!(
            visit.browser.text(".code .row .row + .row button[aria-pressed=true]").await?,
            title
        );
        visit.browser.wait_for("document.querySelector('.puzzle .pick')").await?;
    }
    visit.panel("experiments").await?;
    visit.browser.click("[name='followers-save-flawed/demo-with-singleflight']").await?;
    visit.browser.wait_for("location.hash.includes('followers-save')").await?;
    visit.finish().await?;
    assert_eq!(row(&visit, "writes to the cache").await?, (100.0, 1.0));
    visit.end().await
}

/// The button with the four acceptance tests.
#[tokio::test]
async fn the_acceptance_tests_pass_in_the_page() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit.panel("experiments").await?;
    visit.browser.click("[name=check]").await?;
    visit.browser.wait_for("document.querySelectorAll('.verdicts .pass').length == 4").await?;
    let text = visit.browser.text(".verdicts").await?;
    assert!(text.contains("1,000 concurrent requests, 1 database query"), "{text}");
    visit.browser.click(".languages [lang=ja]").await?;
    visit
        .browser
        .wait_for("document.querySelector('.verdicts').textContent.includes('合格')")
        .await?;
    visit.end().await
}

/// Knobs and order for one lane; what does not go together is refused with the
/// reason, and nothing changes.
#[tokio::test]
async fn knobs_order_and_refusals() -> Result<()> {
    let visit = Visit::new("#v=1&a=unprotected&b=layered", Options::default()).await?;
    visit.panel("defences").await?;
    // The knobs of what is on stand right below it, words first; the others'
    // can be had.
    let knob = "document.querySelector(\"[name='b.breaker.failures']\")";
    visit.browser.wait_for(knob).await?;
    let above = format!("{knob}.closest('tr').previousElementSibling.querySelector('th b')");
    assert_eq!(visit.browser.eval(&format!("return {above}.textContent")).await?, "breaker");
    let label = visit.browser.eval(&format!("return {knob}.labels[0].textContent")).await?;
    assert_eq!(label, "Failures in a row breaker.failures");
    let other = "document.querySelector(\"[name='b.xfetch.beta']\")";
    assert_eq!(visit.browser.eval(&format!("return !!{other}")).await?, false);
    visit.browser.click("[name='knobs.xfetch']").await?;
    visit.browser.wait_for(other).await?;
    visit.browser.click("[name='knobs.xfetch']").await?;
    visit.browser.wait_for(&format!("!{other}")).await?;
    visit
        .browser
        .eval(
            "const input = document.querySelector(\"[name='b.breaker.failures']\");
             input.value = '9'; input.dispatchEvent(new Event('change', { bubbles: true }));",
        )
        .await?;
    visit.browser.wait_for("location.hash.includes('b.breaker.failures=9')").await?;
    // The lock one place to the front.
    visit.browser.click(".order:nth-of-type(2) li:nth-child(2) button").await?;
    visit
        .browser
        .wait_for(
            "decodeURIComponent(location.hash).includes('\"lock\",\"singleflight\",\"breaker\"')",
        )
        .await?;
    visit.browser.click("[name='b.lease']").await?;
    visit.browser.wait_for("document.querySelector('.notice.bad')").await?;
    let notice = visit.browser.text(".notice.bad").await?;
    assert!(
        notice.contains("protect.lease: this and protect.lock cannot be on together"),
        "{notice}"
    );
    assert_eq!(
        visit
            .browser
            .eval("return document.querySelector(\"[name='b.lease']\").ariaChecked")
            .await?,
        "false"
    );
    // All of it is in the link.
    let hash = visit.browser.eval("return location.hash").await?;
    visit.open(hash.as_str().unwrap_or_default()).await?;
    visit.panel("defences").await?;
    let order = visit.browser.text(".order:nth-of-type(2)").await?;
    assert!(order.find("lock") < order.find("singleflight"), "{order}");
    visit.end().await
}

/// Things to break while it plays.
#[tokio::test]
async fn faults_are_part_of_the_run() -> Result<()> {
    let visit =
        Visit::new("#v=1&a=expiry-with-singleflight&b=expiry-stale&t=3000", Options::default())
            .await?;
    visit.panel("act").await?;
    for deed in ["db-outage", "cache-outage", "crash"] {
        visit.browser.click(&format!(".act [name={deed}]")).await?;
        visit
            .browser
            .wait_for(&format!("decodeURIComponent(location.hash).includes('{deed}')"))
            .await?;
    }
    visit.finish().await?;
    let (a, b) = row(&visit, "errors").await?;
    assert!(a > 0.0 && b > 0.0, "{a} {b}");
    assert_eq!(row(&visit, "process crashes").await?, (1.0, 1.0));
    visit.end().await
}
