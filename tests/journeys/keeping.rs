//! What is kept on the device is there when the page is loaded anew.

use anyhow::Result;
use journeys::Options;

use super::{DEMO, ENTER, Visit};

/// A star, the language, and the colours.
#[tokio::test]
async fn what_was_done_is_there_after_reloading() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    visit.reveal().await?;
    visit.panel("settings").await?;
    let requests = "document.querySelector('[name=\"load.requests\"]')";
    browser.wait_for(requests).await?;
    browser.eval(&format!("{requests}.focus(); {requests}.select()")).await?;
    browser.press(&["1", "0", "0", "0", ENTER]).await?;
    browser
        .wait_for("localStorage.getItem('stampede-playground.progress')?.includes('01/thousand')")
        .await?;
    browser
        .eval("[...document.querySelectorAll('.topbar button')].find(button => button.textContent == 'Dark').click()")
        .await?;
    browser.wait_for("document.documentElement.dataset.theme == 'dark'").await?;
    browser.click(".languages [lang=ja]").await?;
    browser.wait_for("document.documentElement.lang == 'ja'").await?;
    visit.open(DEMO).await?;
    browser
        .wait_for("document.querySelector('.contents select')?.textContent.includes('★')")
        .await?;
    assert_eq!(browser.eval("return document.documentElement.lang").await?, "ja");
    assert_eq!(browser.eval("return document.documentElement.dataset.theme").await?, "dark");
    visit.end().await
}
