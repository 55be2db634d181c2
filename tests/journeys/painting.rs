//! What is on the canvases.

use anyhow::Result;
use journeys::Options;

use super::{DEMO, Visit};

/// How many colours each lane's canvas has.
const COLOURS: &str = "return [...document.querySelectorAll('.lane canvas')].map(canvas => {
    const { width, height } = canvas;
    const bytes = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    return new Set(new Uint32Array(bytes.buffer)).size;
})";

/// Something is on each of them, and at another time something else.
#[tokio::test]
async fn every_lane_is_painted() -> Result<()> {
    let visit = Visit::new(&format!("{DEMO}&t=20"), Options::default()).await?;
    let mut pictures = Vec::new();
    for time in ["20.0 ms", "50.0 ms"] {
        let there = format!("document.querySelector('[data-test=time]').textContent == '{time}'");
        visit.browser.wait_for(&there).await?;
        visit.drawn().await?;
        let colours = visit.browser.eval(COLOURS).await?;
        assert_eq!(colours.as_array().map(Vec::len), Some(2));
        for lane in 0..2 {
            assert!(colours[lane].as_u64() > Some(4), "{colours}");
        }
        pictures.push(visit.pixels().await?);
        // Scrubbed, for the second one.
        let scrub = "const bar = document.querySelector('.time input'); bar.value = 50;
             bar.dispatchEvent(new InputEvent('input', { bubbles: true }))";
        visit.browser.eval(scrub).await?;
    }
    assert!(pictures[0] != pictures[1], "the same picture at another time");
    visit.end().await
}
