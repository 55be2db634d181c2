//! What is announced to whoever does not see the page: each thing once.

use anyhow::Result;
use journeys::{Browser, Options};
use serde_json::Value;

use super::{DEMO, HOME, Visit};

/// Notes whatever a live region says from now on.
const LISTEN: &str = "
    window.said_ = [];
    const live = '[role=status], [role=alert], [aria-live]:not([aria-live=off]), output';
    const now = new Map();
    const look = () => document.querySelectorAll(live).forEach(e => {
        const text = e.textContent.trim().replace(/\\\\s+/g, ' ');
        if (now.get(e) !== text) { now.set(e, text); if (text) window.said_.push(text); }
    });
    look();
    window.said_.length = 0;
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });";

async fn said(browser: &Browser) -> Result<Vec<String>> {
    let said = browser.eval("return said_.splice(0)").await?;
    Ok(said.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect())
}

#[tokio::test]
async fn each_thing_is_announced_once() -> Result<()> {
    let options = Options { reduced_motion: true, ..Options::default() };
    let visit = Visit::new(DEMO, options).await?;
    let browser = &visit.browser;
    visit.reveal().await?;
    visit.finish().await?;
    browser.eval(LISTEN).await?;
    // One play, from the start to the end: what is on the stage, the moments, and
    // how it ended.
    browser.press(&[HOME]).await?;
    visit.drawn().await?;
    said(browser).await?;
    browser.press(&[" "]).await?;
    browser.wait_for("document.querySelector('.transport .primary').textContent == 'Play' && document.querySelector('.time input').valueAsNumber > 300").await?;
    visit.drawn().await?;
    let play = said(browser).await?;
    let (end, moments) = play.split_last().expect("something");
    assert_eq!(moments[0], "A: no defence; B: singleflight");
    assert!(
        moments[1..].iter().all(|moment| moment.starts_with("A: ") || moment.starts_with("B: ")),
        "{play:#?}"
    );
    assert!(play.len() <= 10, "{play:#?}");
    assert!(end.starts_with("At 3"), "{play:#?}");
    let mut once = play.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), play.len(), "{play:#?}");
    // A moment, when one gets there by hand: its name, then where everybody is.
    browser.press(&[HOME]).await?;
    visit.drawn().await?;
    said(browser).await?;
    browser.press(&["]"]).await?;
    visit.drawn().await?;
    let moment = said(browser).await?;
    assert_eq!(moment.len(), 1, "{moment:#?}");
    assert!(moment[0].contains("the first miss: #") && moment[0].contains("asking"), "{moment:#?}");
    // A task that is begun, and done.
    browser.eval("document.querySelector('[data-task=\"01/four\"] [name=solve], [data-task=\"01/four\"] [name=begin]').click()").await?;
    browser.wait_for("said_.length > 0").await?;
    said(browser).await?;
    visit.panel("settings").await?;
    browser.wait_for("document.querySelector('[name=\"fleet.processes\"]')").await?;
    let four = "const i = document.querySelector('[name=\"fleet.processes\"]'); i.value = '4'; i.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.eval(four).await?;
    browser.wait_for("document.querySelector('.says .done')").await?;
    visit.drawn().await?;
    let done = said(browser).await?;
    let told: Vec<&String> = done.iter().filter(|said| said.starts_with("Done: ")).collect();
    assert_eq!(told.len(), 1, "{done:#?}");
    visit.end().await
}
