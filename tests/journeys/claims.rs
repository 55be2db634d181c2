//! From a sentence to the moment that shows it.

use anyhow::{Context, Result};
use journeys::Options;

use super::{DEMO, ENTER, Visit};

/// What a way to a moment says (`Show me: B 80.6 ms`): the lane, and the time. Who
/// compares numbers is about no lane.
fn promised(label: &str) -> Result<(Option<String>, String)> {
    let (_, place) = label.split_once([':', '：']).context("a lane and a time")?;
    let place = place.trim();
    Ok(match place.split_once(' ').filter(|(lane, _)| ["A", "B", "C", "D"].contains(lane)) {
        Some((lane, time)) => (Some(lane.to_lowercase()), time.to_owned()),
        None => (None, place.to_owned()),
    })
}

/// Every one of a chapter: the time is that which it says, and who it is about
/// is selected, and in sight on a phone.
#[tokio::test]
async fn every_claim_can_be_shown() -> Result<()> {
    for (chapter, language, size) in [(2, "en-US", (1440, 900)), (3, "ja-JP", (390, 844))] {
        let visit = Visit::new(DEMO, Options { size, language, ..Options::default() }).await?;
        let browser = &visit.browser;
        visit.chapter(chapter).await?;
        // Each figure has its caption, once.
        let captions = "return [...document.querySelectorAll('figure.figure')].every(f => f.querySelectorAll('figcaption').length == 1)";
        assert_eq!(browser.eval(captions).await?, true);
        visit.finish().await?;
        browser.wait_for("document.querySelector('.predict [role=status] .show-me')").await?;
        let labels = "return [...document.querySelectorAll('.show-me')].map(b => b.ariaLabel)";
        let labels = browser.eval(labels).await?;
        let labels = labels.as_array().context("a list")?;
        assert!(labels.len() > 8, "{labels:?}");
        for (i, label) in labels.iter().enumerate() {
            let (lane, time) = promised(label.as_str().context("a label")?)?;
            browser.eval(&format!("document.querySelectorAll('.show-me')[{i}].click()")).await?;
            browser.wait_for("!document.querySelector('.time em')").await?;
            let there =
                format!("document.querySelector('[data-test=time]').textContent == '{time}'");
            browser.wait_for(&there).await?;
            let Some(lane) = lane else { continue };
            let selected = format!(
                "document.querySelector('.says [name=why]') && document.querySelector('.lane-{lane}').checkVisibility()"
            );
            browser.wait_for(&selected).await.with_context(|| format!("{chapter}: {label}"))?;
        }
        visit.end().await?;
    }
    Ok(())
}

/// By keyboard: from one to the next with Tab, and the run waits there.
#[tokio::test]
async fn a_claim_is_shown_by_keyboard() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    visit.chapter(1).await?;
    browser.eval("document.querySelectorAll('p .show-me')[2].focus()").await?;
    let label = browser.eval("return document.activeElement.ariaLabel").await?;
    let (_, time) = promised(label.as_str().context("a label")?)?;
    browser.press(&[ENTER]).await?;
    let there = format!("document.querySelector('[data-test=time]').textContent == '{time}'");
    browser.wait_for(&there).await?;
    // Whoever reads on goes on from there.
    assert_eq!(browser.eval("return document.activeElement.ariaLabel").await?, label);
    browser.wait_for("document.querySelector('.transport .primary').textContent == 'Play'").await?;
    visit.end().await
}

/// On paper there are the times.
#[tokio::test]
async fn a_handout_has_the_times() -> Result<()> {
    let visit = Visit::at("?handout#v=1&ch=3&lang=en", Options::default()).await?;
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('.shown-at')").await?;
    let times = "return [...document.querySelectorAll('.shown-at')].map(s => s.textContent)";
    let times = browser.eval(times).await?;
    let times = times.as_array().context("a list")?;
    assert!(times.len() > 6, "{times:?}");
    for time in times {
        let time = time.as_str().unwrap_or_default().trim();
        assert!(time.starts_with('[') && time.ends_with("s]"), "{time}");
    }
    assert_eq!(browser.eval("return document.querySelectorAll('.show-me').length").await?, 0);
    visit.end().await
}
