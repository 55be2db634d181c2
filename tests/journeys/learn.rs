//! Learning to predict: trained by steps, judged at a threshold that somebody moves.

use anyhow::Result;
use journeys::Options;

use super::{END, Visit};

/// A number of the table: of a row, and of a column after its name.
async fn cell(visit: &Visit, row: usize, column: usize) -> Result<f64> {
    let at = format!(".learn .verdicts tbody tr:nth-child({row}) td:nth-of-type({column})");
    Ok(visit.browser.text(&at).await?.trim_end_matches(" %").parse()?)
}

/// Somebody who knows nothing gives an alarm for all or for none; after eleven steps
/// he is better than the fixed thresholds. A higher threshold: fewer false alarms, and
/// more are missed.
#[tokio::test]
async fn it_is_trained_and_the_threshold_is_moved() -> Result<()> {
    let visit = Visit::new("#v=1", Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("learn").await?;
    browser.wait_for("document.querySelector('.learn [name=threshold]')").await?;
    let now = "document.querySelector('.learn .now').textContent";
    let said = browser.eval(&format!("return {now}")).await?;
    assert!(said.as_str().is_some_and(|said| said.contains("After 0 steps: loss 0.693")), "{said}");
    // Every score is ½, which is where the threshold stands: nothing but alarms.
    assert_eq!((cell(&visit, 1, 2).await?, cell(&visit, 1, 4).await?), (100.0, 0.0));
    let before =
        browser.eval("return document.querySelector('.roc .line-b').getAttribute('d')").await?;
    browser.click("[name=learn-1]").await?;
    browser.wait_for(&format!("{now}.includes('After 1 steps')")).await?;
    browser.click("[name=learn-10]").await?;
    browser.wait_for(&format!("{now}.includes('After 11 steps')")).await?;
    let after =
        browser.eval("return document.querySelector('.roc .line-b').getAttribute('d')").await?;
    assert_ne!(before, after, "the curve is drawn anew");
    let area = format!("Number({now}.match(/area below the curve ([0-9.]+)/)[1])");
    browser.wait_for(&format!("{area} > 0.8")).await?;
    // Right more often than the thresholds, and than "always no".
    browser.click("[name=best]").await?;
    browser.wait_for("document.querySelector('[name=threshold]').value != 50").await?;
    let right = [cell(&visit, 1, 6).await?, cell(&visit, 2, 6).await?, cell(&visit, 3, 6).await?];
    assert!(right[0] > right[1] && right[0] > right[2], "{right:?}");
    assert_eq!(cell(&visit, 3, 2).await?, 0.0);
    // By the keyboard, to the end: hardly an alarm.
    let (wrong, missed) = (cell(&visit, 1, 3).await?, cell(&visit, 1, 4).await?);
    browser.eval("document.querySelector('[name=threshold]').focus()").await?;
    browser.press(&[END]).await?;
    let text = "document.querySelector('[name=threshold]').getAttribute('aria-valuetext')";
    browser.wait_for(&format!("{text}.startsWith('0.99: precision')")).await?;
    assert!(cell(&visit, 1, 3).await? < wrong && cell(&visit, 1, 4).await? > missed);
    browser.click("[name=over]").await?;
    browser.wait_for(&format!("{now}.includes('After 0 steps')")).await?;
    visit.end().await
}
