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

/// A teacher with a clicker, which has Page Up, Page Down and B: from the question
/// to the run, from moment to moment, and a blank screen. It goes on working
/// whatever was clicked last.
#[tokio::test]
async fn a_teacher_presents_by_clicker() -> Result<()> {
    let visit = Visit::new("?present#v=1&ch=2", Options::default()).await?;
    let browser = &visit.browser;
    // The stage alone; nothing moves before the teacher says so.
    browser.wait_for("document.querySelector('.cover')").await?;
    assert_eq!(
        browser.eval("return getComputedStyle(document.querySelector('.side')).display").await?,
        "none"
    );
    browser.press(&["\u{e00f}"]).await?;
    browser.wait_for("!document.querySelector('.cover')").await?;
    browser.wait_for("!document.querySelector('.time em')").await?;
    browser.press(&[HOME]).await?;
    visit.drawn().await?;
    let mut seen = vec![visit.milliseconds().await?];
    for click in [".transport .primary", ".lane-b .lane-head", ".lane-a canvas"] {
        browser.eval(&format!("document.querySelector('{click}').focus?.()")).await?;
        // Page Down.
        browser.press(&["\u{e00f}"]).await?;
        visit.drawn().await?;
        seen.push(visit.milliseconds().await?);
    }
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
    browser.press(&["\u{e00e}"]).await?;
    visit.drawn().await?;
    assert_eq!(visit.milliseconds().await?, seen[2]);
    // What happened is said in large words.
    browser.wait_for("document.querySelector('.says .moment').textContent != ''").await?;
    for again in ["b", ESCAPE] {
        browser.press(&["b"]).await?;
        browser.wait_for("document.querySelector('.blank')").await?;
        browser.press(&[again]).await?;
        browser.wait_for("!document.querySelector('.blank')").await?;
    }
    browser.press(&["b"]).await?;
    browser.wait_for("document.querySelector('.blank')").await?;
    browser.click(".blank").await?;
    browser.wait_for("!document.querySelector('.blank')").await?;
    // The text instead, and back.
    browser.press(&["t"]).await?;
    browser.wait_for("document.querySelector('article').checkVisibility() && !document.querySelector('.bench').checkVisibility()").await?;
    browser.press(&["t"]).await?;
    browser.wait_for("document.querySelector('.bench').checkVisibility()").await?;
    visit.end().await
}

/// On a wall nothing that can be read is smaller than 24 pixels at 720 of
/// height, nothing is cut off, and nothing is off the screen.
#[tokio::test]
async fn the_wall_is_legible() -> Result<()> {
    let small = "
        const found = []; let texts = 0;
        for (const e of document.querySelectorAll('.bench *, .cover *')) {
            if (!e.checkVisibility() || e.closest('.visually-hidden')) continue;
            const text = [...e.childNodes].some(n => n.nodeType == 3 && n.textContent.trim());
            if (!text) continue;
            texts++;
            const r = e.getBoundingClientRect(), size = parseFloat(getComputedStyle(e).fontSize);
            const least = 24 * innerHeight / 720 - 0.5;
            if (size < least) found.push(['small', size, e.className, e.textContent]);
            if (r.left < -1 || r.right > innerWidth + 1 || r.top < -1 || r.bottom > innerHeight + 1) found.push(['outside', e.className, e.textContent]);
            if (e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 0 && getComputedStyle(e).overflow != 'visible') found.push(['cut', e.className, e.textContent]);
        }
        return JSON.stringify(texts > 20 ? found : texts)";
    for size in [(1280, 720), (1920, 1080)] {
        for link in [
            "ch=1",
            "a=demo-without-singleflight&t=60",
            "a=unprotected&b=layered&t=9000&lang=ja",
            "ch=3",
        ] {
            let options = Options { size, ..Options::default() };
            let visit = Visit::new(&format!("?present#v=1&{link}"), options).await?;
            visit.viewport(size).await?;
            visit.browser.wait_for("!document.querySelector('.time em')").await?;
            visit.drawn().await?;
            assert_eq!(visit.browser.eval(small).await?, "[]", "{size:?} {link}");
            visit.end().await?;
        }
    }
    Ok(())
}
