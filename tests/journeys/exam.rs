//! The examination: handed in, marked, kept, and given back to a class.

use anyhow::Result;
use journeys::Options;

use super::Visit;

const SHOP: &str = "a=shop-friday&b=shop-friday";
/// What mends all of it.
const CURES: &str = "b.protect.jitter=true&b.protect.singleflight=true&b.protect.negative=true&b.shop.session=getex&b.gateway.by=client&b.shop.stock=database&b.shop.invalidate=tags&b.protect.spill=true&b.spill.loads=30";

const TEXT: &str = "document.getElementById('tab-text').click()";

/// Hands in what is in lane B, and waits for the points.
async fn hand_in(visit: &Visit) -> Result<String> {
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('[name=hand-in]')").await?;
    browser.eval("document.querySelector('[name=hand-in]').click()").await?;
    browser.wait_for("!document.querySelector('.exam progress') && document.querySelector('.exam [data-test=points], .exam .bad')").await?;
    browser.text(".exam [role=status]").await
}

async fn open(visit: &Visit, run: &str) -> Result<()> {
    visit.open(&format!("#v=1&{run}&ch=12")).await?;
    visit.browser.eval(TEXT).await?;
    visit.reveal().await
}

/// Doing nothing is worth nothing, and no weakness is named unless somebody asks;
/// what mends all is worth all. The best is kept. What is not to be changed is named.
#[tokio::test]
async fn a_shop_is_handed_in_and_marked() -> Result<()> {
    let visit = Visit::new("#v=1", Options::default()).await?;
    let browser = &visit.browser;
    open(&visit, "a=layered&b=layered").await?;
    // It is not the shop that is on the stage.
    assert!(hand_in(&visit).await?.contains("not the shop"));
    browser.eval("document.querySelector('.exam [name=begin]').click()").await?;
    browser.wait_for("location.hash.includes('shop-friday')").await?;
    browser.eval(TEXT).await?;
    assert!(hand_in(&visit).await?.starts_with("0 of 100 points: F"));
    let count =
        |what: &str| format!("return document.querySelectorAll('.exam .sheet {what}').length");
    assert_eq!(browser.eval(&count("details:not([open])")).await?, 8);
    assert_eq!(browser.eval(&count(".pass")).await?, 3);
    // The run that is worst can be looked at.
    browser.eval("document.querySelector('[name=worst]').click()").await?;
    browser.wait_for("/seed=\\d{10}/.test(location.hash)").await?;

    open(&visit, &format!("{SHOP}&{CURES}")).await?;
    let sheet = hand_in(&visit).await?;
    assert!(sheet.starts_with("100 of 100 points: A"), "{sheet}");
    assert_eq!(browser.eval(&count(".pass")).await?, 11);
    assert!(!sheet.contains("How it shows"));
    browser.wait_for("document.querySelector('[data-task=\"12/friday\"].done')").await?;

    open(&visit, &format!("{SHOP}&b.db.pool=500")).await?;
    let refused = hand_in(&visit).await?;
    assert!(refused.contains("not yours to change") && refused.contains("db.pool"), "{refused}");
    // Kept on this device.
    assert!(browser.text(".exam").await?.contains("Your best: 100 of 100"));
    visit.end().await
}

/// A class sits it by its code, and gives back points. In Japanese.
#[tokio::test]
async fn a_class_sits_it() -> Result<()> {
    let options = Options { language: "ja-JP", ..Options::default() };
    let visit = Visit::new("#v=1", options).await?;
    let browser = &visit.browser;
    // The question is behind one: what is on the stage from here on stays there.
    open(&visit, "a=layered&b=layered").await?;
    visit.panel("class").await?;
    let find = "[...document.querySelectorAll('[name=class-task] option')].findIndex(o => o.textContent.includes('範囲を超えずに'))";
    browser.wait_for(&format!("{find} > 0")).await?;
    let choose = format!(
        "const s = document.querySelector('[name=class-task]'); s.selectedIndex = {find};
        s.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    );
    browser.eval(&choose).await?;
    visit.drawn().await?;
    browser.click("[name=make-code]").await?;
    browser.wait_for("document.querySelector('[data-test=class-code]')").await?;
    let code = browser.text("[data-test=class-code]").await?;
    let join = format!(
        "const i = document.querySelector('[name=class-code]'); i.value = '{code}'; i.form.requestSubmit()"
    );
    browser.eval(&join).await?;
    browser.wait_for("location.hash.includes('seed=')").await?;
    // Mended as by somebody who changes fields: the run keeps its seed.
    let seed = browser.eval("return location.hash.match(/seed=(\\d+)/)[1]").await?;
    let seed = seed.as_str().unwrap_or_default().to_owned();
    open(&visit, &format!("{SHOP}&{CURES}&seed={seed}")).await?;
    assert!(hand_in(&visit).await?.starts_with("100 点（100 点満点）：A"));
    visit.panel("class").await?;
    browser
        .wait_for("document.querySelector('[data-test=answer]')?.textContent.length == 14")
        .await?;
    let answer = browser.text("[data-test=answer]").await?;
    browser
        .eval(&format!(
            "const a = document.querySelector('[name=answers]'); a.value = '{answer}';
             a.dispatchEvent(new Event('input', {{ bubbles: true }}))"
        ))
        .await?;
    browser
        .wait_for(
            "document.querySelector('.answers tbody')?.textContent.replace(/\\s/g, '') == '1001'",
        )
        .await?;
    assert!(browser.text(".answers thead").await?.contains("点数"));
    visit.end().await
}

/// What is ticked stays ticked; each line shows what happens without it.
#[tokio::test]
async fn the_checklist_is_ticked() -> Result<()> {
    let visit = Visit::new("#v=1", Options::default()).await?;
    let browser = &visit.browser;
    open(&visit, "a=layered&b=layered").await?;
    assert_eq!(browser.text(".checklist [role=status]").await?, "0 of 9 ticked");
    browser.eval("document.querySelector('[name=\"checklist/fallback\"]').click()").await?;
    browser
        .wait_for(
            "document.querySelector('.checklist [role=status]').textContent == '1 of 9 ticked'",
        )
        .await?;
    browser.eval("document.querySelector('[name=\"checklist/fallback\"]').closest('li').querySelector('button').click()").await?;
    browser.wait_for("location.hash.includes('shop-cache-spill')").await?;
    open(&visit, "a=layered&b=layered").await?;
    assert_eq!(browser.text(".checklist [role=status]").await?, "1 of 9 ticked");
    let ticked =
        "return [...document.querySelectorAll('.checklist input:checked')].map(i => i.name).join()";
    assert_eq!(browser.eval(ticked).await?, "checklist/fallback");
    visit.end().await
}
