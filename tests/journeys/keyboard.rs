//! The page by keyboard alone.

use anyhow::Result;
use journeys::Options;

use super::{DEMO, ENTER, ESCAPE, HOME, RIGHT, TAB, Visit};

#[tokio::test]
async fn everything_can_be_done_by_keyboard() -> Result<()> {
    let visit = Visit::new(DEMO, Options { reduced_motion: true, ..Options::default() }).await?;
    let focused = "return document.activeElement.id || document.activeElement.className || document.activeElement.textContent";
    // The first stop leads past the bar to the experiment.
    visit.browser.press(&[TAB]).await?;
    assert_eq!(visit.browser.eval(focused).await?, "skip");
    visit.browser.press(&[ENTER]).await?;
    assert_eq!(visit.browser.eval(focused).await?, "stage");
    // Space plays, and pauses.
    visit.browser.press(&[" "]).await?;
    visit
        .browser
        .wait_for("document.querySelector('.transport .primary').textContent == 'Pause'")
        .await?;
    visit.browser.press(&[" "]).await?;
    visit
        .browser
        .wait_for("document.querySelector('.transport .primary').textContent == 'Play'")
        .await?;
    // From the text, too; arrows up and down are the text's.
    visit.browser.eval("document.querySelector('article').focus()").await?;
    visit.browser.press(&[" "]).await?;
    visit
        .browser
        .wait_for("document.querySelector('.transport .primary').textContent == 'Pause'")
        .await?;
    visit.browser.press(&[" ", "\u{e015}"]).await?;
    visit.browser.wait_for("document.querySelector('article').scrollTop > 0").await?;
    visit.browser.eval("document.getElementById('stage').focus()").await?;
    // A clicker's dot steps; the status says where everybody is.
    visit.browser.press(&[HOME, ".", ".", "."]).await?;
    visit
        .browser
        .wait_for("document.querySelector('.bench [role=status]').textContent.includes('asking')")
        .await?;
    // The sheet of keys opens and closes, and the focus is inside.
    visit.browser.press(&["?"]).await?;
    visit.browser.wait_for("document.querySelector('dialog')?.open").await?;
    visit.browser.press(&[ESCAPE]).await?;
    visit.browser.wait_for("!document.querySelector('dialog')").await?;
    // On to the panels: what one wants, then arrows choose, Tab goes in.
    visit.browser.eval("document.getElementById('tab-text').focus()").await?;
    visit.browser.press(&[TAB, ENTER, TAB, TAB, TAB, TAB]).await?;
    assert_eq!(visit.browser.eval(focused).await?, "tab-experiments");
    visit.browser.press(&[RIGHT]).await?;
    visit
        .browser
        .wait_for(
            "document.activeElement.id == 'tab-defences' && document.querySelector('.defences')",
        )
        .await?;
    visit.browser.press(&[TAB]).await?;
    assert_eq!(visit.browser.eval(focused).await?, "panel");
    // One key leads back to the text.
    visit.browser.press(&["t"]).await?;
    visit.browser.wait_for("!document.getElementById('panel')").await?;
    visit.end().await
}

/// A teacher with a clicker: from moment to moment, and a blank screen.
#[tokio::test]
async fn a_teacher_presents_by_keyboard() -> Result<()> {
    let visit = Visit::new("?present#v=1&ch=2&t=1", Options::default()).await?;
    let browser = &visit.browser;
    let size = "return getComputedStyle(document.querySelector('.chapter')).fontSize";
    assert_eq!(browser.eval(size).await?, "22px");
    browser.eval("document.activeElement?.blur()").await?;
    let mut seen = vec![visit.milliseconds().await?];
    // Page Down, before it is known which moments there are.
    browser.press(&["\u{e00f}"]).await?;
    browser.wait_for("!document.querySelector('.time em')").await?;
    visit.drawn().await?;
    seen.push(visit.milliseconds().await?);
    for _ in 0..2 {
        // Page Down.
        browser.press(&["\u{e00f}"]).await?;
        visit.drawn().await?;
        seen.push(visit.milliseconds().await?);
    }
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
    browser.press(&["\u{e00e}"]).await?;
    visit.drawn().await?;
    assert_eq!(visit.milliseconds().await?, seen[2]);
    browser.press(&["b"]).await?;
    browser.wait_for("document.querySelector('.blank')").await?;
    browser.press(&["b"]).await?;
    browser.wait_for("!document.querySelector('.blank')").await?;
    // Whoever did not mean it gets out the way that comes to mind.
    browser.press(&["b"]).await?;
    browser.wait_for("document.querySelector('.blank')").await?;
    browser.press(&[ESCAPE]).await?;
    browser.wait_for("!document.querySelector('.blank')").await?;
    browser.press(&["b"]).await?;
    browser.wait_for("document.querySelector('.blank')").await?;
    browser.click(".blank").await?;
    browser.wait_for("!document.querySelector('.blank')").await?;
    visit.end().await
}

/// Keys of one letter can be switched off (WCAG 2.1.4), which is kept; nobody
/// blanks a screen that is not projected.
#[tokio::test]
async fn letters_can_be_switched_off() -> Result<()> {
    let visit = Visit::new("#v=1&t=60", Options::default()).await?;
    let browser = &visit.browser;
    browser.press(&["b"]).await?;
    visit.drawn().await?;
    assert_eq!(browser.eval("return !!document.querySelector('.blank')").await?, false);
    browser.press(&["?"]).await?;
    browser.wait_for("document.querySelector('dialog')?.open").await?;
    assert!(!browser.text(".help table").await?.contains("blank"));
    browser.click("[name=letters]").await?;
    browser.press(&[ESCAPE]).await?;
    browser.wait_for("!document.querySelector('dialog')").await?;
    for _ in 0..2 {
        browser.eval("document.activeElement?.blur()").await?;
        let before = visit.milliseconds().await?;
        browser.press(&["s", ".", "]", "?"]).await?;
        visit.drawn().await?;
        assert_eq!(visit.milliseconds().await?, before);
        let open = "return !!document.querySelector('dialog, .waterfall')";
        assert_eq!(browser.eval(open).await?, false);
        // What is no letter works.
        browser.press(&[RIGHT]).await?;
        visit.drawn().await?;
        assert!(visit.milliseconds().await? > before);
        // It is kept.
        visit.open("#v=1&t=60").await?;
    }
    browser.click(".tools > button:last-child").await?;
    browser.wait_for("document.querySelector('dialog')?.open").await?;
    browser.click("[name=letters]").await?;
    browser.press(&[ESCAPE]).await?;
    browser.wait_for("!document.querySelector('dialog')").await?;
    browser.press(&["s"]).await?;
    browser.wait_for("document.querySelector('.waterfall')").await?;
    visit.end().await
}
