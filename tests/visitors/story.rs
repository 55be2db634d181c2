//! The two stories at their full size, in the browser, told by a teacher with a
//! clicker: from moment to moment, each in its order.

use anyhow::{Result, ensure};
use journeys::Options;
use journeys::visit::Visit;

const HOME: &str = "\u{e011}";
const PAGE_DOWN: &str = "\u{e00f}";

/// Both lanes are computed, which takes a while with five million requests in each.
async fn computed(visit: &Visit) -> Result<()> {
    let mut found = Ok(());
    for _ in 0..8 {
        found = visit.browser.wait_for("!document.querySelector('.time em')").await;
        if found.is_ok() {
            break;
        }
    }
    found
}

/// Goes from moment to moment, and finds these words on the wall one after the other.
async fn is_told(link: &str, words: &[&str]) -> Result<()> {
    let visit = Visit::new(&format!("?present#v=1&{link}"), Options::default()).await?;
    let browser = &visit.browser;
    computed(&visit).await?;
    browser.press(&[HOME]).await?;
    let (mut left, mut said) = (words.iter(), Vec::new());
    let mut next = left.next();
    let mut at = -1.0;
    while let Some(word) = next {
        browser.press(&[PAGE_DOWN]).await?;
        visit.drawn().await?;
        let now = visit.milliseconds().await?;
        ensure!(now > at, "no more moments, and no \"{word}\": {said:?}");
        at = now;
        said.push(browser.text(".says .moment").await?);
        while next.is_some_and(|word| said.last().is_some_and(|said| said.contains(word))) {
            next = left.next();
        }
    }
    visit.end().await
}

#[tokio::test]
async fn black_friday() -> Result<()> {
    let steps = [
        "requests have missed",
        "fill 80 % of the memory",
        "connection",
        "CPU has been at 100 %",
        "every query times out",
        "dies of memory",
    ];
    is_told("a=black-friday&b=black-friday-enterprise&t=0", &steps).await
}

#[tokio::test]
async fn the_viral_post() -> Result<()> {
    let steps = ["for viral", "every query times out", "dies of memory"];
    is_told("a=viral-post&b=viral-protected&t=0", &steps).await
}
