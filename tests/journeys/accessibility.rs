//! axe-core finds nothing, in any language, theme, panel or size.

use anyhow::Result;
use journeys::{Options, faults, folder};

use super::layouts::violations;
use super::{CHAPTERS, DEMO, PANELS, Visit};

/// axe-core, which has been loaded, finds nothing in the page as it stands, light or dark.
pub async fn nothing_in_either_theme(visit: &Visit, what: &str) -> Result<()> {
    for theme in ["light", "dark"] {
        assert_eq!(violations(visit).await?, Vec::<String>::new(), "{what} {theme}");
        visit.browser.click(".tools > button:nth-of-type(1)").await?;
    }
    Ok(())
}

/// The same for what has a window of its own.
#[tokio::test]
async fn axe_finds_nothing_on_paper_and_in_notes() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    for (path, there) in [
        ("?handout#v=1&ch=1&lang=en", ".handout .lane canvas"),
        ("?handout#v=1&ch=6&lang=ja", ".handout .lane canvas"),
        ("?notes", ".speaker .clock"),
        ("?present#v=1&ch=6&lang=ja", ".curve svg"),
    ] {
        let visit = Visit::at(path, Options::default()).await?;
        visit.browser.wait_for(&format!("document.querySelector('{there}')")).await?;
        visit.browser.eval(&axe).await?;
        assert_eq!(violations(&visit).await?, Vec::<String>::new(), "{path}");
        visit.end().await?;
    }
    Ok(())
}

/// And for the notice that the page has stopped.
#[tokio::test]
async fn axe_finds_nothing_when_the_page_has_stopped() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    for (size, language) in [((1440, 900), "en-US"), ((390, 844), "ja-JP")] {
        let options = Options { size, language, ..Options::default() };
        let visit = Visit::new(DEMO, options).await?;
        faults::press_without_a_window(&visit.browser, "Escape").await?;
        faults::noticed(&visit.browser).await?;
        visit.browser.eval(&axe).await?;
        assert_eq!(violations(&visit).await?, Vec::<String>::new(), "{size:?} {language}");
        visit.browser.close().await?;
    }
    Ok(())
}

/// And for a listing with a mistake: while it is looked for, and when it was found.
#[tokio::test]
async fn axe_finds_nothing_in_a_puzzle() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    for (size, language) in [((1440, 900), "en-US"), ((390, 844), "ja-JP")] {
        let options = Options { size, language, ..Options::default() };
        let run = "#v=1&a=half-open-flawed&b=half-open&t=2100";
        let visit = Visit::new(run, options).await?;
        visit.panel("code").await?;
        visit.browser.wait_for("document.querySelector('.pick')").await?;
        visit.browser.eval(&axe).await?;
        let click = "[...document.querySelectorAll('.pick')].find(p => p.textContent.includes('PART')).click()";
        for (script, then) in [
            (click.replace("PART", "next.load"), ".innocent"),
            ("document.querySelector('[name=hint]').click()".to_owned(), ".hint"),
            (click.replace("PART", "State::HalfOpen, request"), ".guilty"),
            ("document.querySelector('[name=tell]').click()".to_owned(), ".reveal td"),
        ] {
            visit.browser.eval(&script).await?;
            visit.browser.wait_for(&format!("document.querySelector('{then}')")).await?;
            for theme in ["light", "dark"] {
                let found = violations(&visit).await?;
                assert_eq!(found, Vec::<String>::new(), "{size:?} {theme} {then}");
                visit.browser.click(".tools > button:nth-of-type(1)").await?;
            }
        }
        visit.end().await?;
    }
    Ok(())
}

#[tokio::test]
async fn axe_finds_nothing() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    let layered = "#v=1&a=unprotected&b=layered&t=9000";
    for (size, fragment) in [((1440, 900), layered), ((390, 844), "")] {
        let visit = Visit::new(fragment, Options { size, ..Options::default() }).await?;
        visit.finish().await?;
        visit.browser.eval(&axe).await?;
        for language in ["en", "ja"] {
            visit.browser.click(&format!(".languages [lang={language}]")).await?;
            for theme in ["light", "dark"] {
                visit
                    .browser
                    .wait_for(&format!("document.documentElement.lang == '{language}'"))
                    .await?;
                for panel in PANELS {
                    visit.panel(panel).await?;
                    assert_eq!(
                        violations(&visit).await?,
                        Vec::<String>::new(),
                        "{size:?} {language} {theme} {panel}"
                    );
                }
                visit.browser.click(".tools > button:nth-of-type(1)").await?;
            }
        }
        // Every chapter, in both languages and both themes.
        for language in ["en", "ja"] {
            visit.browser.click(&format!(".languages [lang={language}]")).await?;
            for chapter in CHAPTERS {
                visit.chapter(chapter).await?;
                for theme in ["light", "dark"] {
                    let found = violations(&visit).await?;
                    assert_eq!(
                        found,
                        Vec::<String>::new(),
                        "{size:?} {language} {theme} {chapter}"
                    );
                    visit.browser.click(".tools > button:nth-of-type(1)").await?;
                }
            }
        }
        // A check that finds nothing anywhere would prove nothing.
        visit.browser.eval("document.querySelector('.buttons button').replaceChildren()").await?;
        assert!(!violations(&visit).await?.is_empty());
        visit.end().await?;
    }
    Ok(())
}
