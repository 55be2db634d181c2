//! What one uses and what one watches are on the screen together, on every
//! screen, whatever is open.

use anyhow::Result;
use journeys::Options;
use serde_json::{Value, json};

use super::{DEMO, PANELS, Visit};

const SIZES: [(u32, u32); 4] = [(1440, 900), (1280, 720), (1024, 768), (390, 844)];

/// How many lanes there are to see, whether they and the time bar are in the
/// viewport, with their numbers, and how high what is seen of the panel is.
const SEEN: &str = "
    const inside = e => (r => r.height > 0 && r.top >= 0 && r.bottom <= innerHeight + 1)(e.getBoundingClientRect());
    const lanes = [...document.querySelectorAll('.lane')].filter(l => l.getBoundingClientRect().height > 0);
    const parts = lanes.flatMap(l => [l, l.querySelector('.lane-big'), l.querySelector('.outcome')]);
    const panel = document.getElementById('panel').getBoundingClientRect();
    const stage = document.getElementById('stage').getBoundingClientRect();
    const top = Math.max(panel.top, panel.left < stage.right && stage.left < panel.right ? stage.bottom : 0);
    return [lanes.length, parts.every(inside) && inside(document.querySelector('.time input')),
        Math.min(panel.bottom, innerHeight) - top];";

#[tokio::test]
async fn every_panel_stands_beside_the_stage() -> Result<()> {
    for size in SIZES {
        for link in ["#v=1&a=demo-without-singleflight&t=60", "#v=1&a=unprotected&b=layered&t=9000"]
        {
            let visit = Visit::new(link, Options { size, ..Options::default() }).await?;
            visit.viewport(size).await?;
            // The page begins at its top.
            assert_eq!(visit.browser.eval("return scrollY").await?, 0, "{size:?} {link}");
            for panel in PANELS {
                visit.panel(panel).await?;
                visit.drawn().await?;
                let seen = visit.browser.eval(SEEN).await?;
                let lanes = if size.0 < 960 { 1 } else { 2 };
                assert_eq!(seen[0], json!(lanes), "{size:?} {panel}");
                assert_eq!(seen[1], true, "{size:?} {link} {panel}: {seen}");
                let high = seen[2].as_f64().unwrap_or_default();
                assert!(high >= 280.0, "{size:?} {link} {panel}: {high}");
            }
            // Back to the text, by a click at the same place, and by one key.
            visit.browser.click("#tab-text").await?;
            visit.browser.wait_for("!document.getElementById('panel')").await?;
            visit.end().await?;
        }
    }
    Ok(())
}

/// One click on a dot, and why it is there can be read; with the code open, its
/// line is lit beside it.
#[tokio::test]
async fn a_dot_its_reason_and_its_code_are_seen_together() -> Result<()> {
    for size in SIZES {
        let link = format!("{DEMO}&t=60");
        let visit = Visit::new(&link, Options { size, ..Options::default() }).await?;
        visit.viewport(size).await?;
        let browser = &visit.browser;
        let click = "const canvas = document.querySelector('.lane-a canvas'); const r = canvas.getBoundingClientRect();
            const slot = document.querySelector('.lane-a .slot').getBoundingClientRect();
            canvas.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: slot.x + slot.width / 2, clientY: slot.y + slot.height / 2 }));";
        browser.eval(click).await?;
        browser
            .wait_for("document.querySelector('.says p')?.textContent.includes('uses connection')")
            .await?;
        let inside = |what: &str| {
            format!(
                "return (r => r.height > 0 && r.top >= 0 && r.bottom <= innerHeight)(document.querySelector('{what}').getBoundingClientRect())"
            )
        };
        assert_eq!(browser.eval(&inside(".says p")).await?, Value::Bool(true), "{size:?}");
        visit.panel("code").await?;
        browser.wait_for("document.querySelector('.listing .mine')").await?;
        visit.drawn().await?;
        assert_eq!(browser.eval(&inside(".listing .mine")).await?, Value::Bool(true), "{size:?}");
        assert_eq!(browser.eval(&inside(".lane-a canvas")).await?, Value::Bool(true), "{size:?}");
        visit.end().await?;
    }
    Ok(())
}
