//! Play, pause, step, scrub, send.

use anyhow::Result;
use journeys::Options;

use super::{CONTROL, DEMO, END, HOME, LEFT, RIGHT, Visit, strings};

/// Steps go from event to event, and back through the same pictures.
#[tokio::test]
async fn stepping_back_and_forth_shows_the_same_pictures() -> Result<()> {
    let visit = Visit::new("#v=1&t=20", Options::default()).await?;
    visit
        .browser
        .wait_for("document.querySelector('[data-test=time]').textContent == '20.0 ms'")
        .await?;
    visit.drawn().await?;
    let mut forward = vec![visit.pixels().await?];
    for _ in 0..6 {
        let before = visit.milliseconds().await?;
        visit.browser.press(&[RIGHT]).await?;
        visit.drawn().await?;
        forward.push(visit.pixels().await?);
        assert!(visit.milliseconds().await? > before);
    }
    assert_ne!(forward.first(), forward.last());
    for pixels in forward.iter().rev().skip(1).take(5) {
        visit.browser.press(&[LEFT]).await?;
        visit.drawn().await?;
        assert!(visit.pixels().await? == *pixels, "not the same picture");
    }
    visit.end().await
}

/// When nothing moves, no frame is asked for.
#[tokio::test]
async fn at_rest_there_are_no_frames() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit
        .browser
        .eval(
            "window.frames_ = 0; const ask = window.requestAnimationFrame.bind(window);
             window.requestAnimationFrame = f => { window.frames_++; return ask(f); };",
        )
        .await?;
    visit.browser.wait_for("window.frames_ > 5").await?;
    visit.browser.press(&[" "]).await?;
    visit
        .browser
        .wait_for("document.querySelector('.transport .primary').textContent == 'Play'")
        .await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    visit.browser.eval("window.frames_ = 0").await?;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    assert_eq!(visit.browser.eval("return window.frames_").await?, 0);
    visit.end().await
}

/// Send again with a warm cache: nothing for the database to do. Clear the
/// cache, send again: the herd is back. Undo takes it back.
#[tokio::test]
async fn sending_and_clearing_are_part_of_the_run() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit.finish().await?;
    visit.panel("act").await?;
    visit.browser.click(".act .send button").await?;
    visit.browser.wait_for("location.hash.includes('actions')").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    visit.browser.click(".act .clear button").await?;
    visit.browser.wait_for("decodeURIComponent(location.hash).includes('clear-cache')").await?;
    visit.browser.click(".where button:nth-of-type(2)").await?;
    visit
        .browser
        .wait_for("document.querySelector('.act .send').textContent.includes('without')")
        .await?;
    visit.browser.click(".act .send button").await?;
    visit
        .browser
        .wait_for("document.querySelector('.act [name=undo]').textContent.includes('3')")
        .await?;
    assert_eq!(
        visit.browser.eval("return document.querySelectorAll('.deeds li').length").await?,
        5
    );
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("200", "1"));
    visit.browser.click(".act [name=undo]").await?;
    visit
        .browser
        .wait_for("document.querySelector('.act [name=undo]').textContent.includes('2')")
        .await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    // The same by key.
    visit.browser.eval("document.activeElement?.blur()").await?;
    visit.browser.chord(CONTROL, "z").await?;
    visit
        .browser
        .wait_for("document.querySelector('.act [name=undo]').textContent.includes('1')")
        .await?;
    // Moved and removed, in the list of what was done.
    visit
        .browser
        .eval("const i = document.querySelector('.deeds input'); i.focus(); i.select()")
        .await?;
    // Before the run begins there is nothing: that is said, and changes nothing.
    visit.browser.press(&["-", "5", super::ENTER]).await?;
    let invalid = "document.querySelector('.deeds input').ariaInvalid == 'true'";
    visit.browser.wait_for(invalid).await?;
    let said = visit.browser.text(".deeds .wrong").await?;
    assert_eq!(said, "allowed: 0 to 86,400,000\u{a0}ms");
    assert_eq!(
        visit.browser.eval("return document.querySelector('.deeds input').value").await?,
        "-5"
    );
    visit.browser.eval("document.querySelector('.deeds input').select()").await?;
    visit.browser.press(&["5", "0"]).await?;
    visit.browser.wait_for(&format!("!({invalid})")).await?;
    visit.browser.press(&[super::ENTER]).await?;
    visit.browser.wait_for("decodeURIComponent(location.hash).includes('\"at_ms\":50')").await?;
    visit.finish().await?;
    // Most of the hundred that come at 50 ms find the cache still empty.
    let (a, _) = visit.db_calls().await?;
    assert!((140..=200).contains(&a.parse::<u32>()?), "{a}");
    for left in ["1", "0"] {
        visit.browser.click(".deeds .quiet").await?;
        visit
            .browser
            .wait_for(&format!("document.querySelectorAll('.deeds li').length == {left}"))
            .await?;
    }
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    visit.end().await
}

/// `/metrics` and `/health` answer as of the playhead.
#[tokio::test]
async fn metrics_follow_the_playhead() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit.finish().await?;
    visit.panel("act").await?;
    visit.browser.click(".where button:nth-of-type(3)").await?;
    visit.browser.click(".act .pages button:nth-child(1)").await?;
    visit
        .browser
        .wait_for("document.querySelector('.answer')?.textContent.includes('db_calls_total 1\\n')")
        .await?;
    let text = visit.browser.text(".answer").await?;
    assert!(
        text.contains("singleflight_shared_total 100\n")
            && text.contains("cache_misses_total 100\n")
    );
    visit.browser.press(&[HOME]).await?;
    visit
        .browser
        .wait_for("document.querySelector('.answer').textContent.includes('db_calls_total 0\\n')")
        .await?;
    visit.browser.click(".act .pages button:nth-child(2)").await?;
    visit
        .browser
        .wait_for("document.querySelector('.answer').textContent.includes('\"status\":\"ok\"')")
        .await?;
    visit.end().await
}

/// Knobs change both lanes: 1,000 requests, four processes.
#[tokio::test]
async fn knobs_change_the_system() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    visit.panel("settings").await?;
    for (name, value) in [("load.requests", "1000"), ("fleet.processes", "4")] {
        let set = format!(
            "const input = document.querySelector('[name=\"{name}\"]'); input.focus(); input.select()"
        );
        visit.browser.wait_for(&format!("document.querySelector('[name=\"{name}\"]')")).await?;
        visit.browser.eval(&set).await?;
        // Slowly, while the run plays and the page is drawn anew around it.
        for digit in value.chars() {
            visit.browser.press(&[&digit.to_string()]).await?;
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        }
        visit.browser.press(&[super::ENTER]).await?;
        visit.browser.wait_for(&format!("location.hash.includes('{name}={value}')")).await?;
    }
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("1,000", "4"));
    visit.panel("numbers").await?;
    visit
        .browser
        .wait_for("document.querySelector('.numbers table')?.innerText.includes('996')")
        .await?;
    visit.browser.press(&[END]).await?;
    visit.end().await
}

/// From moment to moment by key, and by the list; it says what happened.
#[tokio::test]
async fn moments_can_be_visited() -> Result<()> {
    let visit = Visit::new("#v=1&a=half-open-flawed&b=half-open", Options::default()).await?;
    visit.finish().await?;
    visit.browser.press(&[HOME]).await?;
    visit.panel("log").await?;
    visit.browser.eval("document.activeElement?.blur()").await?;
    visit.browser.press(&["]"]).await?;
    visit.browser.wait_for("document.querySelector('.moments [aria-current]')").await?;
    let mut seen = vec![visit.milliseconds().await?];
    for _ in 0..3 {
        visit.browser.press(&["]"]).await?;
        visit.drawn().await?;
        seen.push(visit.milliseconds().await?);
    }
    assert!(seen.is_sorted_by(|a, b| a < b), "{seen:?}");
    visit.browser.press(&["["]).await?;
    visit.drawn().await?;
    assert_eq!(visit.milliseconds().await?, seen[2]);
    let text = visit.browser.text(".moments ol").await?;
    for sentence in
        ["the database outage begins", "the breaker of process 0 opens", "from here on they differ"]
    {
        assert!(text.contains(sentence), "{sentence} in {text}");
    }
    // The entry of the outage leads to its begin, 500 ms.
    visit
        .browser
        .eval("[...document.querySelectorAll('.moments li')].find(l => l.textContent.includes('outage begins')).querySelector('button').click()")
        .await?;
    visit.drawn().await?;
    assert_eq!(visit.milliseconds().await?, 500.0);
    visit.end().await
}
