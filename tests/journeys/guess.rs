//! The guess comes before the answer.

use anyhow::Result;
use journeys::Options;
use stampede_sim::run::Run;
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::problem::number;
use stampede_sim::telemetry::{Recording, Report};

use super::Visit;

/// Everything that can be seen or heard, but for the list of chapters.
const SHOWN: &str = "
    const said = [...document.querySelectorAll('[aria-label], [aria-valuetext], [title]')]
        .filter(e => e.checkVisibility() && !e.closest('.contents'))
        .map(e => ['aria-label', 'aria-valuetext', 'title'].map(n => e.getAttribute(n) ?? '').join(' '));
    const lists = [...document.querySelectorAll('.contents')];
    lists.forEach(list => list.style.display = 'none');
    const text = document.body.innerText;
    lists.forEach(list => list.style.display = '');
    return text + ' ' + said.join(' ')";

/// What the lanes of a run come to, as the page writes numbers.
fn outcomes(link: &str) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for scenario in Link::read(link)?.scenarios()? {
        let mut run = Run::new(&scenario, &[], 1, Recording::Counters)?;
        run.run_to_end();
        let report = run.read(|tape| serde_json::to_value(Report::of(tape, "", 1)))?;
        let counts = report.as_object().into_iter().flatten();
        // One, two and three stand for many things.
        let counts = counts.filter_map(|(_, value)| value.as_f64()).filter(|value| *value > 3.0);
        all.extend(counts.map(|value| number((value * 10.0).round() / 10.0)));
    }
    Ok(all)
}

/// The numbers in a text, as they stand there.
fn numbers(text: &str) -> Vec<&str> {
    let part = |c: char| !(c.is_ascii_digit() || c == '.' || c == ',');
    text.split(part)
        .map(|word| word.trim_matches(['.', ',']))
        .filter(|word| !word.is_empty())
        .collect()
}

/// No number of the answer is there before the guess; all of it is after.
#[tokio::test]
async fn no_answer_before_the_guess() -> Result<()> {
    for (chapter, run) in [
        (1, "v=1&a=demo-without-singleflight&b=demo-with-singleflight"),
        (3, "v=1&a=four-processes&b=four-processes-lock"),
        (6, "v=1&a=metastable&b=metastable-breaker"),
    ] {
        let outcomes = outcomes(run)?;
        for lang in ["en", "ja"] {
            let link = format!("#v=1&ch={chapter}&lang={lang}");
            let visit = Visit::new(&link, Options::default()).await?;
            let browser = &visit.browser;
            browser.wait_for("document.querySelector('.predict .row')").await?;
            browser.wait_for("!document.querySelector('.time em')").await?;
            visit.drawn().await?;
            let question =
                browser.eval("return document.querySelector('.predict').innerText").await?;
            let question = question.as_str().unwrap_or_default().to_owned();
            let shown = browser.eval(SHOWN).await?;
            let shown = shown.as_str().unwrap_or_default();
            // What the question itself says is no answer.
            let asked = numbers(&question);
            let told = |text: &str| {
                let told = numbers(text).into_iter().filter(|number| !asked.contains(number));
                let told = told.filter(|number| outcomes.iter().any(|own| own == number));
                told.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(told(shown), Vec::<String>::new(), "{link}");
            assert_eq!(browser.eval("return document.querySelectorAll('.task').length").await?, 0);
            visit.reveal().await?;
            visit.finish().await?;
            browser.wait_for("document.querySelector('.task')").await?;
            let shown = browser.eval(SHOWN).await?;
            // What finds nothing there finds it here.
            assert_ne!(told(shown.as_str().unwrap_or_default()), Vec::<String>::new(), "{link}");
            visit.end().await?;
        }
    }
    Ok(())
}

/// What would tell the answer stays shut, by pointer and by keyboard.
#[tokio::test]
async fn nothing_else_tells_it() -> Result<()> {
    let visit = Visit::new("#v=1&ch=3", Options::default()).await?;
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('.cover')").await?;
    browser.eval("document.activeElement?.blur()").await?;
    browser.press(&[super::END, " ", "]", super::RIGHT]).await?;
    visit.drawn().await?;
    assert_eq!(visit.milliseconds().await?, 0.0);
    visit.browser.eval("document.getElementById('tab-charts').click()").await?;
    browser
        .wait_for("document.querySelector('#panel .note')?.textContent.includes('Predict first')")
        .await?;
    assert_eq!(browser.eval("return document.querySelectorAll('.chart').length").await?, 0);
    // It leads to the question; the guess plays the run.
    browser.click("#panel .primary").await?;
    browser.wait_for("document.querySelector('.predict input')").await?;
    browser.click(".predict input").await?;
    // No guess is not one.
    browser.press(&[super::ENTER]).await?;
    visit.drawn().await?;
    assert_eq!(browser.eval("return !!document.querySelector('.cover')").await?, true);
    browser.press(&["4", super::ENTER]).await?;
    browser.wait_for("!document.querySelector('.cover')").await?;
    browser
        .wait_for("document.querySelector('.transport .primary').textContent == 'Pause'")
        .await?;
    visit.end().await
}
