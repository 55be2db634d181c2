//! What is left of the page without a network.

use std::time::Duration;

use anyhow::{Context, Result};
use journeys::Options;
use journeys::visit::{DEMO, Visit};

/// Whether the last of the sources has been kept.
const KEPT: &str =
    "return caches.match('protect/xfetch.rs', { ignoreSearch: true }).then(kept => !!kept)";

/// After a visit the page works without a network: every panel, every chapter;
/// and every source, once the code panel has been opened.
#[tokio::test]
async fn it_works_offline_after_a_visit() -> Result<()> {
    let mut visit = Visit::new(DEMO, Options::default()).await?;
    visit.browser.press(&["\u{e008}"]).await?;
    visit.browser.wait_for("navigator.serviceWorker.controller?.state == 'activated'").await?;
    visit.panel("code").await?;
    let mut looks = 0..600;
    while visit.browser.eval(KEPT).await? != true {
        looks.next().context("the sources are not kept")?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
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
