//! Chaos: a failure is found, said in words, and put on the stage; and where there is
//! none, that is said.

use anyhow::Result;
use journeys::{Browser, Options, folder};

use super::Visit;
use super::accessibility::nothing_in_either_theme;
use super::workers::slow_workers;

const DAY: &str = "#v=1&a=unprotected&b=layered&t=1";

async fn set(browser: &Browser, name: &str, value: &str) -> Result<()> {
    browser
        .eval(&format!(
            "const field = document.querySelector('[name=\"{name}\"]'); field.value = '{value}';
             field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        ))
        .await?;
    browser
        .wait_for(&format!("document.querySelector('[name=\"{name}\"]').value == '{value}'"))
        .await
}

/// The steady state of chapter 13: right answers alone.
async fn lenient(browser: &Browser, goodput: &str) -> Result<()> {
    set(browser, "steady.goodput", goodput).await?;
    set(browser, "steady.p99", "1000").await?;
    set(browser, "steady.db_calls", "1000").await
}

/// What chapter 13 tells: four attempts, five faults, one of which is enough. Shown by
/// the keyboard, beside the run without it, it costs as many errors as was said.
#[tokio::test]
async fn a_failure_is_found_and_shown() -> Result<()> {
    let visit = Visit::new(DAY, Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("chaos").await?;
    lenient(browser, "60").await?;
    browser.click("[name=find]").await?;
    browser.wait_for("document.querySelector('.chaos [name=show]')").await?;
    let said = browser.text(".chaos .found").await?;
    for part in [
        "Attempt 4 breaks it, with 5 faults. One of them is enough:",
        "at 15.457 s: cache outage, for 1.712 s",
        "Right answers: 0.0 % at worst (bound: 60.0 %), outside for 1.5 s between 15.5 s and 17 s",
        "Of 9,974 requests, 838 more end with an error",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let faults = "return document.querySelectorAll('.chaos .faults li').length";
    assert_eq!(browser.eval(faults).await?, 1);
    browser.eval("document.querySelector('.chaos [name=show]').focus()").await?;
    browser.press(&[super::ENTER]).await?;
    browser.wait_for("location.hash.includes('a.actions=')").await?;
    let link = browser.eval("return location.hash").await?.to_string();
    assert!(link.contains("a=layered") && link.contains("b=layered"), "{link}");
    assert!(link.contains("cache-outage") && !link.contains("b.actions"), "{link}");
    // What was found stays, and can be read beside the run.
    assert_eq!(browser.text(".chaos .found").await?, said);
    visit.finish().await?;
    visit.panel("numbers").await?;
    let errors = "[...document.querySelectorAll('.numbers tr')].find(row => row.cells[0]?.textContent.trim() == 'errors')";
    browser.wait_for(&format!("{errors}?.cells[1].textContent == '838'")).await?;
    browser.wait_for(&format!("{errors}.cells[2].textContent == '0'")).await?;
    visit.end().await
}

/// Nothing that is found is not praised; and what does not hold by itself is not
/// broken. A bound that is none is not taken.
#[tokio::test]
async fn nothing_found_is_said_so() -> Result<()> {
    let visit = Visit::new(DAY, Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("chaos").await?;
    lenient(browser, "0").await?;
    set(browser, "chaos.attempts", "3").await?;
    browser.click("[name=find]").await?;
    browser
        .wait_for("document.querySelector('.chaos .now')?.textContent.startsWith('Nothing found in 3 attempts. That says how long')")
        .await?;
    assert_eq!(
        browser.eval("return document.querySelector('.chaos [name=show]')").await?,
        serde_json::Value::Null
    );
    set(browser, "chaos.faults", "11").await?;
    browser.wait_for("document.querySelector('.chaos [aria-invalid=true]')").await?;
    set(browser, "chaos.faults", "1").await?;
    browser.wait_for("!document.querySelector('.chaos [aria-invalid=true]')").await?;
    // The day without a protector.
    browser.click(".chaos [role=group] button:first-child").await?;
    set(browser, "steady.goodput", "99").await?;
    browser.click("[name=find]").await?;
    browser
        .wait_for("document.querySelector('.chaos .now')?.textContent.includes('by itself')")
        .await?;
    visit.end().await
}

/// What is cancelled ends at once, and leaves no worker behind.
#[tokio::test]
async fn a_cancelled_search_leaves_nothing_running() -> Result<()> {
    let visit = Visit::new(DAY, Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("chaos").await?;
    slow_workers(browser).await?;
    browser.click("[name=find]").await?;
    browser.wait_for("window.begun == 2").await?;
    browser.click("[name=cancel]").await?;
    browser.wait_for("window.ended == 2").await?;
    browser.wait_for("!document.querySelector('[name=cancel]')").await?;
    visit.end().await
}

/// With all that it can show.
#[tokio::test]
async fn axe_finds_nothing_in_chaos() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    for (size, language) in [((1440, 900), "en-US"), ((390, 844), "ja-JP")] {
        let visit = Visit::new(DAY, Options { size, language, ..Options::default() }).await?;
        let browser = &visit.browser;
        visit.panel("chaos").await?;
        browser.click("[name=find]").await?;
        browser.wait_for("document.querySelector('.chaos [name=show]')").await?;
        browser.eval(&axe).await?;
        nothing_in_either_theme(&visit, &format!("{size:?}")).await?;
        visit.end().await?;
    }
    Ok(())
}
