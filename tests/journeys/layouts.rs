//! axe-core finds nothing in any engine's layout. What it looks for in every
//! corner, in Chromium, is in `accessibility.rs`.

use anyhow::Result;
use journeys::{Options, folder};
use serde_json::Value;

use super::{DEMO, Visit};

/// What axe-core, which has been loaded, finds in the page as it stands.
pub async fn violations(visit: &Visit) -> Result<Vec<String>> {
    let found = visit
        .browser
        .client
        .execute_async(
            "const done = arguments[arguments.length - 1];
             axe.run(document, { resultTypes: ['violations'] })
               .then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160) + ' ' + n.failureSummary).join(' | '))));",
            vec![],
        )
        .await?;
    Ok(found
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect())
}

/// Two columns, and as narrow as each engine's windows get with a stage on top;
/// both languages, light and dark.
#[tokio::test]
async fn axe_finds_nothing_in_any_layout() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    for (size, language) in [((1440, 900), "en-US"), ((600, 800), "ja-JP")] {
        let visit = Visit::new(DEMO, Options { size, language, ..Options::default() }).await?;
        visit.finish().await?;
        visit.reveal().await?;
        visit.browser.eval(&axe).await?;
        for panel in [None, Some("why"), Some("defences"), Some("charts")] {
            if let Some(panel) = panel {
                visit.panel(panel).await?;
            }
            for theme in ["dark", "light"] {
                visit.browser.click(".tools > button:nth-of-type(1)").await?;
                let there = format!("document.documentElement.dataset.theme == '{theme}'");
                visit.browser.wait_for(&there).await?;
                let found = violations(&visit).await?;
                assert_eq!(found, Vec::<String>::new(), "{size:?} {panel:?} {theme}");
            }
        }
        visit.end().await?;
    }
    Ok(())
}
