//! Whatever panics, the page says so, and nothing is lost. These run on the
//! page with assertions and on the one that visitors get.

use anyhow::Result;
use journeys::faults::{self, NO_WINDOW, PANIC, kept, leave, noticed};
use journeys::visit::{DEMO, Visit, strings};
use journeys::{Options, folder};
use serde_json::json;

const RUN: &str = "#v=1&load.requests=50";

/// In the half of the program that comes first: the run is in the address, and
/// reloading shows it again.
#[tokio::test]
async fn a_panic_is_said_and_the_run_is_kept() -> Result<()> {
    let visit = Visit::new(RUN, Options::default()).await?;
    visit.finish().await?;
    faults::press_without_a_window(&visit.browser, "Escape").await?;
    let details = noticed(&visit.browser).await?;
    assert!(details.contains(PANIC) && details.contains("src/web/mod.rs:"), "{details}");
    // Escape leads nowhere.
    visit.browser.press(&[journeys::visit::ESCAPE]).await?;
    noticed_still(&visit).await?;
    leave(&visit.browser, "reload").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("50", "1"));
    // An error that goes through the program is no better.
    faults::press_without_a_window(&visit.browser, " ").await?;
    let details = noticed(&visit.browser).await?;
    assert!(details.contains("unwrap_throw"), "{details}");
    leave(&visit.browser, "reload").await?;
    visit.finish().await?;
    visit.end().await
}

async fn noticed_still(visit: &Visit) -> Result<()> {
    visit.drawn().await?;
    let open = "return document.querySelector('.fault').open";
    assert_eq!(visit.browser.eval(open).await?, true);
    Ok(())
}

fn type_into(field: &str, text: &str) -> String {
    format!(
        "const field = document.querySelector('{field}'); field.value = '{text}';
         field.dispatchEvent(new Event('input', {{ bubbles: true }}))"
    )
}

/// In another part; in Japanese. What was typed is there after reloading.
#[tokio::test]
async fn a_panic_in_a_panel_keeps_what_was_typed() -> Result<()> {
    let visit = Visit::new(RUN, Options { language: "ja-JP", ..Options::default() }).await?;
    visit.finish().await?;
    let browser = &visit.browser;
    visit.panel("system").await?;
    let type_pool = "const i = document.querySelector('.system [name=pool]'); i.value = '33';
        i.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.eval(type_pool).await?;
    visit.panel("class").await?;
    browser.wait_for("document.querySelector('[name=make-code]:not([disabled])')").await?;
    browser.click("[name=make-code]").await?;
    browser.wait_for("document.querySelector('[name=answers]')").await?;
    browser.eval(&type_into("[name=answers]", "one two")).await?;
    visit.turn_to(6).await?;
    let lift = "document.querySelector('.curve svg').dispatchEvent(new KeyboardEvent('keydown',
        { key: 'ArrowUp', bubbles: true }))";
    browser.eval(lift).await?;
    browser.wait_for("!document.querySelector('.curve [name=commit]').disabled").await?;
    visit.turn_to(7).await?;
    browser.eval(&type_into(".predict input", "77")).await?;
    faults::panic_in_a_panel(&visit).await?;
    let details = noticed(browser).await?;
    assert!(details.contains(PANIC) && details.contains("wasm-function"), "{details}");
    assert_eq!(browser.eval("return document.querySelector('.fault').lang").await?, "ja");
    leave(browser, "reload").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("50", "1"));
    visit.panel("system").await?;
    browser.wait_for("document.querySelector('.system [name=pool]').value == '33'").await?;
    visit.panel("class").await?;
    browser.wait_for("document.querySelector('[name=answers]')?.value == 'one two'").await?;
    browser.wait_for("document.querySelector('.predict input')?.value == '77'").await?;
    visit.turn_to(6).await?;
    browser.wait_for("!document.querySelector('.curve [name=commit]').disabled").await?;
    visit.end().await
}

/// A run that panics at each start: starting afresh leaves it, and puts aside
/// what is kept; Settings brings that back.
#[tokio::test]
async fn starting_afresh_leaves_the_link_and_loses_nothing() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    let progress = r#"{"version":1,"stars":{"01/four":1},"answers":{"01/herd":"20"}}"#;
    let keep = format!("localStorage.setItem('stampede-playground.progress', {})", json!(progress));
    browser.eval(&keep).await?;
    let source = format!("if (location.hash) {{ {NO_WINDOW} }}");
    let script = json!({ "source": source });
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", script).await?;
    browser.client.goto("about:blank").await?;
    browser.client.goto(&format!("{}{RUN}", visit.address())).await?;
    assert!(noticed(browser).await?.contains(PANIC));
    leave(browser, "reload").await?;
    assert!(noticed(browser).await?.contains(PANIC));
    leave(browser, "afresh").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("0", "0"));
    assert_eq!(browser.eval("return location.hash").await?, "");
    assert_eq!(kept(browser, ".progress").await?, json!(null));
    assert_eq!(kept(browser, ".progress.aside-1").await?, progress);
    // Meanwhile there is something new: both stay.
    let newer = r#"{"version":1,"stars":{"01/one":2},"answers":{}}"#;
    let keep = format!("localStorage.setItem('stampede-playground.progress', {})", json!(newer));
    browser.eval(&keep).await?;
    // And something that nobody can read is not thrown away.
    browser.eval("localStorage.setItem('stampede-playground.progress.aside-2', '{')").await?;
    visit.open("").await?;
    visit.panel("settings").await?;
    browser.click("[name=bring-back]").await?;
    browser.wait_for("!document.querySelector('[name=bring-back]')").await?;
    let all = kept(browser, ".progress").await?;
    let all: serde_json::Value = serde_json::from_str(all.as_str().unwrap_or_default())?;
    assert_eq!(all["stars"], json!({ "01/four": 1, "01/one": 2 }));
    assert_eq!(all["answers"], json!({ "01/herd": "20" }));
    assert_eq!(kept(browser, ".progress.aside-1").await?, json!(null));
    assert_eq!(kept(browser, ".progress.damaged").await?, "{");
    visit.end().await
}

/// A program that arrives damaged, or not at all, is said as well.
#[tokio::test]
async fn a_program_that_does_not_load_is_said() -> Result<()> {
    let page = folder("STAMPEDE_PAGE")?;
    for (end, language) in [("_bg.wasm", "en-US"), (".js", "ja-JP")] {
        let broken = tempfile::tempdir()?;
        for entry in std::fs::read_dir(&page)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let program = name.starts_with("stampede-playground") && name.ends_with(end);
            match path.is_file() {
                true if program && end == ".js" => {}
                true if program => {
                    let whole = std::fs::read(&path)?;
                    std::fs::write(broken.path().join(name), &whole[..whole.len() / 2])?;
                }
                true => drop(std::fs::copy(&path, broken.path().join(name))?),
                false => {}
            }
        }
        let visit = Visit::of(broken.path(), Options { language, ..Options::default() }).await?;
        visit.browser.client.goto(visit.address()).await?;
        let details = noticed(&visit.browser).await?;
        assert!(
            details.contains("could not be loaded") || details.contains("WebAssembly"),
            "{details}"
        );
        let lang = visit.browser.eval("return document.querySelector('.fault').lang").await?;
        assert_eq!(lang, language[..2]);
        visit.browser.close().await?;
    }
    Ok(())
}

/// What is no fault of the program's is not shown as one.
#[tokio::test]
async fn a_harmless_error_is_no_fault() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit
        .browser
        .eval(
            "dispatchEvent(new ErrorEvent('error', { message: 'ResizeObserver loop completed with undelivered notifications.' }));
             dispatchEvent(new ErrorEvent('error', { error: new Error('an extension'), filename: 'chrome-extension://x/y.js' }));
             Promise.reject(new DOMException('not allowed', 'NotAllowedError'))",
        )
        .await?;
    visit.finish().await?;
    assert_eq!(visit.browser.eval("return document.querySelector('.fault')").await?, json!(null));
    // The refused promise is on the console.
    visit.browser.console_errors().await?;
    visit.end().await
}
