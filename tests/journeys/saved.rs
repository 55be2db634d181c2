//! What saved you? The table, a row on the stage, the smallest set, and an end to
//! all of it.

use anyhow::Result;
use journeys::{Browser, Options, folder};

use super::Visit;
use super::accessibility::nothing_in_either_theme;
use super::workers::slow_workers;

const DAY: &str = "#v=1&a=unprotected&b=layered&t=9000";

/// Lock and singleflight do the same for a single process.
const EITHER: &str = "#v=1&b.protect.lock=true&t=1";

/// What the table says of a number without a defence: small, and large.
async fn cell(browser: &Browser, defence: &str, column: usize) -> Result<[String; 2]> {
    let cell = format!(
        "document.querySelector('[name=\"{defence}\"]').closest('tbody').querySelectorAll('td')[{column}]"
    );
    let read = format!(
        "const cell = {cell}; return cell.lastChild.textContent + '|' + cell.firstChild.textContent"
    );
    let said = browser.eval(&read).await?;
    let (small, large) = said.as_str().and_then(|said| said.split_once('|')).unwrap_or_default();
    Ok([small.to_owned(), large.to_owned()])
}

async fn table(visit: &Visit) -> Result<()> {
    visit.panel("saved").await?;
    visit.browser.click("[name=ablate]").await?;
    let all = "document.querySelector('.saved tbody td') && !document.querySelector('.saved table').textContent.includes('…')";
    visit.browser.wait_for(all).await?;
    visit.browser.wait_for("!document.querySelector('[name=cancel]')").await
}

/// Each defence has a row, and what it says is what its run on the stage comes to.
#[tokio::test]
async fn every_defence_is_taken_away_and_a_row_is_a_run() -> Result<()> {
    let visit = Visit::new(DAY, Options::default()).await?;
    let browser = &visit.browser;
    table(&visit).await?;
    let rows = "return [...document.querySelectorAll('.saved tbody button')].map(row => row.name.slice(8)).join(' ')";
    let rows = browser.eval(rows).await?;
    assert_eq!(rows, "jitter stale singleflight recheck lock breaker");
    let [errors, more] = cell(browser, "protect.stale", 1).await?;
    assert_eq!(format!("+{errors}"), more, "with all of them there is none");
    let [calls, _] = cell(browser, "protect.stale", 3).await?;
    // By the keyboard; it stands beside the whole, whose numbers stay.
    browser.eval("document.querySelector('[name=\"protect.stale\"]').focus()").await?;
    browser.press(&[super::ENTER]).await?;
    browser.wait_for("location.hash.includes('a.protect.stale=false')").await?;
    assert!(browser.eval("return location.hash").await?.to_string().contains("a=layered"));
    browser
        .wait_for("document.querySelector('[name=\"protect.stale\"]').getAttribute('aria-pressed') == 'true'")
        .await?;
    visit.finish().await?;
    assert_eq!(cell(browser, "protect.stale", 3).await?[0], calls);
    visit.panel("numbers").await?;
    browser
        .wait_for(
            "document.querySelector('.numbers table')?.textContent.includes('database calls')",
        )
        .await?;
    let number = async |name: &str| -> Result<String> {
        let cell = format!(
            "return [...document.querySelectorAll('.numbers tr')].find(row => row.cells[0].textContent.trim() === '{name}')?.cells[1].textContent"
        );
        Ok(browser.eval(&cell).await?.as_str().unwrap_or_default().to_owned())
    };
    assert_eq!([number("database calls").await?, number("errors").await?], [calls, errors]);
    visit.end().await
}

/// What cannot be taken away says why.
#[tokio::test]
async fn a_refusal_is_said_in_the_table() -> Result<()> {
    let visit = Visit::new("#v=1&b=failover-async&t=1", Options::default()).await?;
    table(&visit).await?;
    let said = visit.browser.text(".saved .refused").await?;
    assert!(said.contains("events[0].do.fail-over"), "{said}");
    let disabled = "return document.querySelector('[name=\"replicas.count\"]').disabled";
    assert_eq!(visit.browser.eval(disabled).await?, true);
    visit.end().await
}

/// Two sets of one defence each; one is shown. A bound that is no number is not
/// taken, and one that nothing keeps is said.
#[tokio::test]
async fn the_smallest_set_is_found() -> Result<()> {
    let visit = Visit::new(EITHER, Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("saved").await?;
    browser.click("[name=smallest]").await?;
    browser.wait_for("document.querySelectorAll('.found li').length == 2").await?;
    let sets = "return [...document.querySelectorAll('.found li b')].map(set => set.textContent).join('; ')";
    assert_eq!(browser.eval(sets).await?, "singleflight; lock");
    assert!(browser.text(".found").await?.contains("no smaller set does"));
    browser.click(".found li:last-child [name=show]").await?;
    browser.wait_for("location.hash.includes('a.protect.singleflight=false')").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, super::strings("1", "1"));

    let set = |value: &str| {
        format!(
            "const field = document.querySelector('[name=\"goal.goodput\"]'); field.value = '{value}';
             field.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        )
    };
    browser.eval(&set("much")).await?;
    browser.wait_for("document.querySelector('.saved [aria-invalid=true]')").await?;
    browser.eval(&set("100")).await?;
    browser.wait_for("!document.querySelector('.saved [aria-invalid=true]')").await?;
    let calls = set("0.5").replace("goal.goodput", "goal.db_calls");
    browser.eval(&calls).await?;
    browser.click("[name=smallest]").await?;
    browser
        .wait_for("document.querySelector('.found .now')?.textContent.includes('Not even all')")
        .await?;
    visit.end().await
}

/// What is cancelled ends at once, and leaves no worker behind; so does what is
/// left by opening another panel.
#[tokio::test]
async fn cancelling_leaves_nothing_running() -> Result<()> {
    let visit = Visit::new(DAY, Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("saved").await?;
    slow_workers(browser).await?;
    for (name, begun) in [("ablate", 2), ("smallest", 4)] {
        browser.click(&format!("[name={name}]")).await?;
        browser.wait_for(&format!("window.begun == {begun}")).await?;
        browser.click("[name=cancel]").await?;
        browser.wait_for(&format!("window.ended == {begun}")).await?;
        browser.wait_for("!document.querySelector('[name=cancel]')").await?;
    }
    browser.click("[name=ablate]").await?;
    browser.wait_for("window.begun == 6").await?;
    visit.panel("luck").await?;
    browser.wait_for("window.ended == 6").await?;
    visit.end().await
}

/// With all that it can show.
#[tokio::test]
async fn axe_finds_nothing_in_it() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    for (size, language) in [((1440, 900), "en-US"), ((390, 844), "ja-JP")] {
        let visit = Visit::new(DAY, Options { size, language, ..Options::default() }).await?;
        let browser = &visit.browser;
        visit.panel("saved").await?;
        browser.click("[name=smallest]").await?;
        browser.wait_for("document.querySelector('.found li')").await?;
        browser.eval(&axe).await?;
        nothing_in_either_theme(&visit, &format!("{size:?}")).await?;
        visit.end().await?;
    }
    Ok(())
}
