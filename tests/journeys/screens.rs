//! Every panel on every screen. In Chromium only: other browsers have windows no
//! narrower than they like.

use anyhow::Result;
use journeys::Options;

use super::{PANELS, Visit};

/// No sideways scrolling, on any screen.
#[tokio::test]
async fn fits_every_screen() -> Result<()> {
    // The last one is a laptop's screen at 400 %.
    for size in [(1440, 900), (1280, 800), (1024, 768), (960, 600), (390, 844), (320, 256)] {
        let layered = "#v=1&a=lock-outlived-flawed&b=layered&t=9000";
        let visit = Visit::new(layered, Options { size, ..Options::default() }).await?;
        for language in ["en", "ja"] {
            visit.browser.click(&format!(".languages [lang={language}]")).await?;
            for panel in PANELS {
                visit.panel(panel).await?;
                if panel == "class" {
                    let tasks = "document.querySelector('[name=class-task] option')";
                    visit.browser.wait_for(tasks).await?;
                }
                let over = visit
                    .browser
                    .eval("return document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth")
                    .await?;
                assert_eq!(over, 0, "{size:?} {language} {panel}");
            }
        }
        visit.end().await?;
    }
    Ok(())
}

/// Where text and stage stand side by side, they scroll, and the page does not.
#[tokio::test]
async fn the_page_is_no_longer_than_the_window() -> Result<()> {
    for chapter in [1, 10] {
        let visit = Visit::new(&format!("#v=1&ch={chapter}"), Options::default()).await?;
        visit.reveal().await?;
        visit.browser.wait_for("document.querySelector('.prose .visually-hidden')").await?;
        let root = "document.documentElement";
        let over = format!("return {root}.scrollHeight - {root}.clientHeight");
        assert_eq!(visit.browser.eval(&over).await?, 0, "chapter {chapter}");
        visit.end().await?;
    }
    Ok(())
}
