//! Whatever comes in, the page says what is wrong and stays usable.

use anyhow::Result;
use journeys::Options;
use journeys::faults::kept;
use serde_json::json;

use super::{DEMO, Visit, strings};

async fn still_works(visit: &Visit) -> Result<()> {
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    Ok(())
}

#[tokio::test]
async fn bad_links_are_explained() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    for (link, message) in [
        ("#v=1.abcdef&load.requests=1000", "this link was cut or changed on its way"),
        ("#v=7&x=1", "version 7"),
        ("#section-4", "v: this field is missing"),
        ("#v=1&db.pool=0", "db.pool: 0 is not allowed; allowed is a whole number from 1 to 10,000"),
        (
            "#v=1&cache.ttl_ms=-1",
            "cache.ttl_ms: -1 is not allowed; allowed is a whole number from 1 to 86,400,000",
        ),
        (
            "#v=1&load.requests=1000000000000",
            "load.requests: 1000000000000 is not allowed; allowed is a whole number from 1 to 5,000,000",
        ),
        (
            "#v=1&cache.size=3",
            "cache.size: there is no such field; allowed is enabled, ttl_ms, capacity, eviction",
        ),
        ("#%E0%A4%A", "v: this field is missing"),
    ] {
        visit.open(link).await?;
        visit.browser.wait_for("document.querySelector('.notice.bad')").await?;
        let text = visit.browser.text(".notice p").await?;
        assert!(text.contains(message), "{link}: {text}");
        still_works(&visit).await?;
    }
    visit.open("#v=1&lang=ja").await?;
    visit.browser.eval("location.hash = 'v=1&db.pool=0'").await?;
    visit
        .browser
        .wait_for(
            "document.querySelector('.notice.bad')?.innerText.includes('db.pool：0 は使えません')",
        )
        .await?;
    visit.end().await
}

/// Types into a field of the settings, in the place of what stands there, and
/// hands it in.
async fn type_into(visit: &Visit, field: &str, text: &str) -> Result<()> {
    visit.browser.eval(&format!("{field}.focus(); {field}.select()")).await?;
    for key in text.chars() {
        visit.browser.press(&[&key.to_string()]).await?;
    }
    visit.browser.press(&[super::ENTER]).await
}

/// What is not allowed stays as it was typed, with what is allowed below it,
/// and the run is what it was; what is corrected is taken.
#[tokio::test]
async fn a_bad_setting_says_what_is_allowed() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("settings").await?;
    let field = "document.querySelector('[name=\"load.requests\"]')";
    let below = format!("document.getElementById({field}.getAttribute('aria-describedby'))");
    // Words first, then the field's name.
    let label = browser.eval(&format!("return {field}.labels[0].textContent")).await?;
    assert_eq!(label, "Requests load.requests");
    for typed in ["6000000", "abc", "-5", "1.5"] {
        type_into(&visit, field, typed).await?;
        browser.wait_for(&format!("{field}.ariaInvalid == 'true'")).await?;
        assert_eq!(browser.eval(&format!("return {field}.value")).await?, typed);
        let said = browser.eval(&format!("return {below}.textContent")).await?;
        assert_eq!(said, "allowed: 1 to 5,000,000, whole numbers");
        still_works(&visit).await?;
        assert_eq!(browser.eval(&format!("return {field}.value")).await?, typed);
    }
    assert_eq!(browser.eval("return document.querySelector('.notice.bad')").await?, json!(null));
    browser.click(".languages [lang=ja]").await?;
    browser
        .wait_for(&format!("{below}.textContent == '使えるのは 1 から 5,000,000 までの整数'"))
        .await?;
    browser.click(".languages [lang=en]").await?;
    // As people write it.
    type_into(&visit, field, "1,000").await?;
    browser.wait_for("location.hash.includes('load.requests=1000')").await?;
    browser.wait_for(&format!("{field}.value == '1000' && !{field}.ariaInvalid")).await?;
    assert_eq!(browser.eval(&format!("return {below}.textContent")).await?, "1–5,000,000 ");
    // Each is allowed, but not both: said in full.
    visit.open("#v=1&a=hot-key&b=hot-key-xfetch").await?;
    visit.panel("settings").await?;
    let field = "document.querySelector('[name=\"load.rate\"]')";
    let below = below.replace("load.requests", "load.rate");
    type_into(&visit, field, "1000000").await?;
    browser.wait_for(&format!("{below}.textContent.includes('this run would send about')")).await?;
    // Forgotten when all is as it was.
    browser.click(".settings > button").await?;
    browser.wait_for(&format!("{field}.value == '1000' && !{field}.ariaInvalid")).await?;
    visit.end().await
}

/// What is damaged is put aside, not destroyed, and said.
#[tokio::test]
async fn damaged_local_storage_is_put_aside() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let (settings, progress) = ("{\"lang\": 5", "{\"version\": 1}");
    let damage = format!(
        "localStorage.setItem('stampede-playground', '{settings}');
         localStorage.setItem('stampede-playground.progress', '{progress}')"
    );
    visit.browser.eval(&damage).await?;
    visit.open(DEMO).await?;
    let notice = "document.querySelector('.notice.bad')?.innerText";
    visit.browser.wait_for(&format!("{notice}.includes('could not be read')")).await?;
    let said = visit.browser.text(".notice.bad").await?;
    assert!(said.contains("(stampede-playground: ") && said.contains("progress: "), "{said}");
    for (name, text) in [("", settings), (".progress", progress)] {
        assert_eq!(kept(&visit.browser, &format!("{name}.damaged")).await?, text);
        assert_eq!(kept(&visit.browser, name).await?, json!(null));
    }
    still_works(&visit).await?;
    visit.end().await
}
