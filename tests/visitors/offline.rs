//! What is left of the page without a network.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use journeys::visit::{DEMO, Visit};
use journeys::{Options, folder};
use serde_json::json;

/// A visit during which somebody has moved, so that the page is kept.
async fn kept(visit: Visit) -> Result<Visit> {
    visit.open(DEMO).await?;
    visit.browser.press(&["\u{e008}"]).await?;
    visit.browser.wait_for("navigator.serviceWorker.controller?.state == 'activated'").await?;
    Ok(visit)
}

/// Whether a file is kept whose address ends so.
async fn is_kept(visit: &Visit, end: &str) -> Result<bool> {
    let script = "const [end, done] = arguments;
        (async () => {
            for (const key of await caches.keys())
                for (const { url } of await (await caches.open(key)).keys())
                    if (url.endsWith(end)) return true;
            return false;
        })().then(done)";
    let found = visit.browser.client.execute_async(script, vec![json!(end)]).await?;
    Ok(found == true)
}

/// Waits until it is.
async fn until_kept(visit: &Visit, end: &str) -> Result<()> {
    let mut looks = 0..600;
    while !is_kept(visit, end).await? {
        looks.next().with_context(|| format!("{end} is not kept"))?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// The parts of the program that have been asked for, by name: which of two comes
/// first is the network's affair.
async fn parts(visit: &Visit) -> Result<serde_json::Value> {
    let named = "return performance.getEntriesByType('resource').map(e => e.name)
        .filter(name => name.includes('/parts/'))
        .map(name => name.split('_').pop()).sort()";
    visit.browser.eval(named).await
}

/// After a visit the page works without a network: every panel, every chapter;
/// and every source and the other language, once they have been asked for.
#[tokio::test]
async fn it_works_offline_after_a_visit() -> Result<()> {
    let mut visit = kept(Visit::of(&folder("STAMPEDE_PAGE")?, Options::default()).await?).await?;
    visit.panel("code").await?;
    until_kept(&visit, "protect/xfetch.rs").await?;
    until_kept(&visit, "_code.wasm").await?;
    until_kept(&visit, "en/04-serve-stale.txt").await?;
    assert!(!is_kept(&visit, "ja/04-serve-stale.txt").await?);
    visit.browser.click(".languages [lang=ja]").await?;
    until_kept(&visit, "ja/04-serve-stale.txt").await?;
    visit.browser.click(".languages [lang=en]").await?;
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

/// What only one panel needs is fetched when that is opened, and not before; then
/// it opens without a network, and says so if it was never opened.
#[tokio::test]
async fn a_panel_comes_when_it_is_opened() -> Result<()> {
    let mut visit = kept(Visit::of(&folder("STAMPEDE_PAGE")?, Options::default()).await?).await?;
    for other in ["experiments", "defences", "act", "settings", "why", "log", "numbers"] {
        visit.panel(other).await?;
    }
    assert_eq!(parts(&visit).await?, json!([]));
    visit.panel("charts").await?;
    // With what it has in common with others, which comes once.
    assert_eq!(parts(&visit).await?, json!(["charts.wasm", "common.wasm"]));
    until_kept(&visit, "_charts.wasm").await?;
    until_kept(&visit, "_common.wasm").await?;
    assert!(!is_kept(&visit, "_own.wasm").await?);
    // Runs of others are made by workers, which have the part from the page.
    visit.panel("luck").await?;
    until_kept(&visit, "_own.wasm").await?;
    assert_eq!(parts(&visit).await?, json!(["charts.wasm", "common.wasm", "own.wasm"]));
    visit.cut().await?;
    visit.open(DEMO).await?;
    visit.panel("charts").await?;
    visit.browser.wait_for("document.querySelector('#panel svg path')").await?;
    visit.panel("luck").await?;
    visit.browser.click("[name=survey]").await?;
    visit.browser.wait_for("document.querySelector('#panel .histogram')").await?;
    visit.browser.eval("document.getElementById('tab-class').click()").await?;
    let refused = "document.getElementById('panel').textContent.includes('could not be fetched')";
    visit.browser.wait_for(refused).await?;
    only_fetching_failed(&visit).await?;
    visit.end().await
}

/// An address with a system whose parts the first seven chapters do without.
const LARGER: &str = "#v=1&a=edge-pops&b=edge-shield";
/// What the lanes show.
const LANES: &str =
    "[...document.querySelectorAll('.lane-about')].map(about => about.textContent).join()";

/// What only larger systems have comes with the first run that needs it, and not
/// before; then it is there without a network.
#[tokio::test]
async fn a_larger_system_comes_when_it_is_run() -> Result<()> {
    let mut visit = kept(Visit::of(&folder("STAMPEDE_PAGE")?, Options::default()).await?).await?;
    // Nor does any figure of the first seven chapters need it.
    for chapter in 1..=7 {
        visit.open(&format!("#v=1&ch={chapter}")).await?;
        let begins = format!("document.querySelector('h1')?.textContent.startsWith('{chapter}')");
        visit.browser.wait_for(&begins).await?;
        // A chapter goes on when its question is answered, or passed over.
        let asks = "!!document.querySelector('[name=reveal]')";
        visit.browser.wait_for(asks).await?;
        while visit.browser.eval(&format!("return {asks}")).await? == true {
            visit.browser.click("[name=reveal]").await?;
            visit.drawn().await?;
        }
        let all = "document.querySelectorAll('#text figure button')";
        let count = visit.browser.eval(&format!("return {all}.length")).await?.as_u64();
        assert!(count > Some(0), "chapter {chapter} has no figure");
        for figure in 0..count.unwrap_or_default() {
            visit.browser.eval(&format!("{all}[{figure}].click()")).await?;
        }
    }
    assert_eq!(parts(&visit).await?, json!([]));
    visit.open(LARGER).await?;
    let shown = format!("{LANES}.includes('shield')");
    visit.browser.wait_for(&shown).await?;
    assert_eq!(parts(&visit).await?, json!(["beyond.wasm", "common.wasm"]));
    until_kept(&visit, "_beyond.wasm").await?;
    visit.cut().await?;
    visit.open(LARGER).await?;
    visit.browser.wait_for(&shown).await?;
    visit.end().await
}

/// Where it never came, that is said, and the run that there is stays.
#[tokio::test]
async fn a_larger_system_that_cannot_be_had_changes_nothing() -> Result<()> {
    let mut visit = kept(Visit::of(&folder("STAMPEDE_PAGE")?, Options::default()).await?).await?;
    let before = visit.browser.eval(&format!("return {LANES}")).await?;
    assert_ne!(before, json!(""));
    visit.cut().await?;
    visit.browser.eval(&format!("location.hash = '{LARGER}'")).await?;
    let refused = "document.body.textContent.includes('could not be fetched')";
    visit.browser.wait_for(refused).await?;
    assert_eq!(visit.browser.eval(&format!("return {LANES}")).await?, before);
    visit.browser.eval(&format!("location.hash = '{DEMO}'")).await?;
    visit.browser.wait_for(&format!("!({refused})")).await?;
    only_fetching_failed(&visit).await?;
    visit.end().await
}

/// Nothing else is on the console.
async fn only_fetching_failed(visit: &Visit) -> Result<()> {
    let errors = visit.browser.console_errors().await?;
    let fetching =
        |error: &String| error.to_lowercase().contains("fetch") || error.contains("ERR_");
    assert!(errors.iter().all(fetching), "{errors:?}");
    Ok(())
}

/// A newer version keeps what an older one was asked to, and nothing else.
#[tokio::test]
async fn a_newer_version_keeps_what_was_asked_for() -> Result<()> {
    let page = tempfile::tempdir()?;
    copy(&folder("STAMPEDE_PAGE")?, page.path())?;
    let visit = kept(Visit::of(page.path(), Options::default()).await?).await?;
    // Two that need the same.
    for part in ["charts", "code"] {
        visit.panel(part).await?;
        until_kept(&visit, &format!("kept/{part}")).await?;
    }
    let script = page.path().join("sw.js");
    let newer = fs::read_to_string(&script)?.replacen("\"stampede-", "\"stampede-newer-", 1);
    fs::write(&script, newer)?;
    visit.open(DEMO).await?;
    visit.browser.press(&["\u{e008}"]).await?;
    until(&visit, "keys.length == 2").await?;
    // The newer one has all it needs.
    let look = "navigator.serviceWorker.getRegistration().then(r => window.there = r)";
    visit.browser.wait_for(&format!("({look}, window.there && !there.installing)")).await?;
    // When nobody has the older one any more, it takes its place. What one may go
    // back to is still had: so in another tab, when this one has been closed.
    let (client, older) = (&visit.browser.client, visit.browser.client.window().await?);
    let tab = client.new_window(true).await?;
    client.switch_to_window(older).await?;
    client.close_window().await?;
    client.switch_to_window(tab.handle).await?;
    visit.open(DEMO).await?;
    until(&visit, "keys.length == 1 && keys[0].includes('newer')").await?;
    for kept in ["_charts.wasm", "kept/charts", "_code.wasm", "kept/code", "_common.wasm"] {
        assert!(is_kept(&visit, kept).await?, "{kept}");
    }
    assert!(
        !is_kept(&visit, "_own.wasm").await? && !is_kept(&visit, "ja/04-serve-stale.txt").await?
    );
    visit.end().await
}

/// Waits until something is so of the names of what has been kept.
async fn until(visit: &Visit, so: &str) -> Result<()> {
    let script = format!("const [done] = arguments; caches.keys().then(keys => done({so}))");
    for _ in 0..600 {
        if visit.browser.client.execute_async(&script, vec![]).await? == true {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("of what is kept it is not so: {so}")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &to)?,
            false => drop(fs::copy(entry.path(), to)?),
        }
    }
    Ok(())
}
