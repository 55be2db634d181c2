//! A teacher and a class: codes there and back, notes in a second window.

use anyhow::Result;
use journeys::Options;

use super::Visit;
use super::script::{APART, TOGETHER, lab, write};

const VALUE: &str = "return document.querySelector('[data-test=class-code]').textContent";

/// The teacher makes a code, a student joins with it, solves the task, and
/// gives a code back, which the teacher reads.
#[tokio::test]
async fn a_class_gets_a_task_and_gives_answers() -> Result<()> {
    let teacher = Visit::new("?present", Options::default()).await?;
    teacher.panel("class").await?;
    teacher
        .browser
        .wait_for("document.querySelectorAll('[name=class-task] option').length > 14")
        .await?;
    // The third task: four processes.
    let choose = "const s = document.querySelector('[name=class-task]'); s.selectedIndex = 2;
        s.dispatchEvent(new Event('change', { bubbles: true }))";
    teacher.browser.eval(choose).await?;
    teacher.drawn().await?;
    teacher.browser.click("[name=make-code]").await?;
    teacher.browser.wait_for("document.querySelector('[data-test=class-code]')").await?;
    let code = teacher.browser.eval(VALUE).await?.as_str().unwrap_or_default().to_owned();
    assert_eq!(code.len(), 9, "{code}");

    let mut answers = Vec::new();
    for lang in ["en", "ja"] {
        let student = Visit::new(&format!("#v=1&lang={lang}"), Options::default()).await?;
        let browser = &student.browser;
        student.panel("class").await?;
        browser
            .wait_for("document.querySelectorAll('[name=class-task] option').length > 14")
            .await?;
        let join = |code: &str| {
            format!(
                "const i = document.querySelector('[name=class-code]'); i.value = '{code}'; i.form.requestSubmit()"
            )
        };
        // A slip is noticed, and said.
        let slip = code.replace('-', "").chars().rev().collect::<String>();
        browser.eval(&join(&slip[1..])).await?;
        browser.wait_for("document.querySelector('.class .bad').textContent.match(/[78]/)").await?;
        browser.eval(&join(&code.to_lowercase())).await?;
        browser.wait_for("location.hash.includes('seed=')").await?;
        // It leads to the task, and marks it; the code to give back is a click away.
        browser.wait_for("document.querySelector('[data-task=\"01/four\"].marked')").await?;
        let seen = "return (r => r.top >= 0 && r.bottom <= innerHeight + 1)(document.querySelector('.marked .kind').getBoundingClientRect())";
        student.drawn().await?;
        assert_eq!(browser.eval(seen).await?, true);
        browser.click(".marked [name=class]").await?;
        browser
            .wait_for("document.querySelector('[data-test=answer]')?.textContent.length == 14")
            .await?;
        let answer = "return document.querySelector('[data-test=answer]').textContent";
        answers.push(browser.eval(answer).await?.as_str().unwrap_or_default().to_owned());
        student.panel("settings").await?;
        let field = "document.querySelector('[name=\"fleet.processes\"]')";
        browser.wait_for(field).await?;
        browser
            .eval(&format!("{field}.value = '4'; {field}.dispatchEvent(new Event('change', {{ bubbles: true }}))"))
            .await?;
        browser.wait_for("location.hash.includes('fleet.processes=4')").await?;
        student.panel("class").await?;
        browser
            .wait_for("document.querySelector('[data-test=answer]')?.textContent.length == 14")
            .await?;
        answers.push(browser.eval(answer).await?.as_str().unwrap_or_default().to_owned());
        // The seed is one's own, and the reader is at the task.
        browser.wait_for("document.querySelector('[data-task=\"01/four\"].done')").await?;
        student.end().await?;
    }
    // Both gave two codes: the last one of each counts.
    let paste = format!(
        "const a = document.querySelector('[name=answers]'); a.value = '{} x x {}';
         a.dispatchEvent(new Event('input', {{ bubbles: true }}))",
        answers.join("\\n"),
        code
    );
    teacher.browser.eval(&paste).await?;
    teacher
        .browser
        .wait_for("document.querySelector('.answers [role=status]').textContent.includes('2 answers: 0 with ★★, 2 with ★, 0 not')")
        .await?;
    assert_eq!(
        teacher.browser.eval("return document.querySelectorAll('.answers .bad').length").await?,
        3
    );
    assert_eq!(teacher.browser.text(".answers tbody").await?.replace(['\n', ' '], ""), "42");
    teacher.end().await
}

/// A class code of a challenge that this page does not have: `lab/none`.
const NO_CHALLENGE: &str = "JRQG-07FE";

/// Has a script judged, and gives the code that goes back.
async fn judged(student: &Visit, script: &str, passed: usize) -> Result<String> {
    let browser = &student.browser;
    write(browser, script).await?;
    browser.click("[name=judge]").await?;
    browser.wait_for("document.querySelector('.ladder [name=cancel]')").await?;
    browser.wait_for("!document.querySelector('.ladder [name=cancel]')").await?;
    let said = browser.text(".ladder .said").await?;
    let passes = "return !!document.querySelector('.ladder .said.pass')";
    assert_eq!(browser.eval(passes).await?, passed == 20, "{said}");
    browser
        .wait_for("document.querySelector('.ladder [data-test=answer]')?.textContent.length == 14")
        .await?;
    browser.text(".ladder [data-test=answer]").await
}

/// The teacher sets a challenge of the lab; a student is told which, gets there by a
/// press, and gives back how many runs reach every goal. The best script counts, and is
/// kept.
#[tokio::test]
async fn a_class_gets_a_challenge() -> Result<()> {
    let teacher = Visit::new("?present", Options::default()).await?;
    teacher.panel("class").await?;
    let find = "[...document.querySelectorAll('[name=class-task] option')].findIndex(o => o.textContent == '2. The leader leaves')";
    let choose = format!(
        "const s = document.querySelector('[name=class-task]'); s.selectedIndex = {find};
        s.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    );
    teacher.browser.wait_for(&format!("{find} > 14")).await?;
    teacher.browser.eval(&choose).await?;
    teacher.drawn().await?;
    teacher.browser.click("[name=make-code]").await?;
    teacher.browser.wait_for("document.querySelector('[data-test=class-code]')").await?;
    let code = teacher.browser.text("[data-test=class-code]").await?;

    teacher.browser.click("[name=copy-class-code]").await?;
    teacher.browser.wait_for("document.querySelector('.coded [role=status]').textContent").await?;

    let mut answers = Vec::new();
    for (lang, title) in [("en", "2. The leader leaves"), ("ja", "2. リーダーが去る")] {
        let student = Visit::new(&format!("#v=1&lang={lang}"), Options::default()).await?;
        let browser = &student.browser;
        student.panel("class").await?;
        let join = |code: &str| {
            format!(
                "const i = document.querySelector('[name=class-code]'); i.value = '{code}'; i.form.requestSubmit()"
            )
        };
        browser.eval(&join(NO_CHALLENGE)).await?;
        browser.wait_for("document.querySelector('.class .bad').textContent.length > 20").await?;
        browser.eval(&join(&code)).await?;
        browser.wait_for("document.querySelector('[name=to-lab]')").await?;
        assert_eq!(browser.text(".class section b").await?, title);
        assert_eq!(browser.text(".class .bad").await?, "");
        browser.click("[name=to-lab]").await?;
        lab(&student).await?;
        let chosen = "return document.querySelector('[name=challenge]').selectedIndex";
        assert_eq!(browser.eval(chosen).await?, 1);
        browser.wait_for("location.hash.includes('a=leader-leaves')").await?;
        let poor = judged(&student, TOGETHER, 0).await?;
        if lang == "en" {
            answers.push(judged(&student, APART, 20).await?);
            assert_ne!(answers[0], poor);
            // What is worse afterwards does not count.
            assert_eq!(judged(&student, TOGETHER, 0).await?, answers[0]);
        } else {
            answers.push(poor);
        }
        student.open("#v=1").await?;
        student.panel("class").await?;
        browser
            .wait_for(
                "document.querySelector('.class [data-test=answer]')?.textContent.length == 14",
            )
            .await?;
        assert_eq!(browser.text(".class [data-test=answer]").await?, answers[answers.len() - 1]);
        student.end().await?;
    }
    let paste = format!(
        "const a = document.querySelector('[name=answers]'); a.value = '{}';
         a.dispatchEvent(new Event('input', {{ bubbles: true }}))",
        answers.join(" ")
    );
    teacher.browser.eval(&paste).await?;
    teacher
        .browser
        .wait_for("document.querySelector('.answers [role=status]').textContent.includes('2 answers: 0 with ★★, 1 with ★, 1 not')")
        .await?;
    let rows = teacher.browser.text(".answers tbody").await?.replace('\n', "");
    assert_eq!(rows, "0 of 20 runs120 of 20 runs1");
    assert!(teacher.browser.text(".answers thead").await?.contains("reach every goal"));
    teacher.end().await
}

/// The notes follow the projected page, and keys pressed there work here.
#[tokio::test]
async fn notes_follow_in_a_second_window() -> Result<()> {
    let visit = Visit::new("?present#v=1&ch=1.2&t=1", Options::default()).await?;
    let browser = &visit.browser;
    browser.eval("document.activeElement?.blur()").await?;
    browser.press(&["n"]).await?;
    let mut windows = browser.client.windows().await?;
    for _ in 0..50 {
        if windows.len() == 2 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        windows = browser.client.windows().await?;
    }
    assert_eq!(windows.len(), 2);
    let (here, notes) = (browser.client.window().await?, windows.pop());
    let notes = notes.filter(|notes| *notes != here).or(windows.pop());
    browser.client.switch_to_window(notes.clone().expect("two windows")).await?;
    browser
        .wait_for("document.querySelector('.speaker li')?.textContent.includes('Three minutes')")
        .await?;
    browser.wait_for("document.querySelector('.clock')?.textContent == '0:02'").await?;
    // Page Down, pressed here, is a step there.
    browser.press(&["\u{e00f}"]).await?;
    browser.client.switch_to_window(here.clone()).await?;
    browser.wait_for("document.querySelector('.time input').valueAsNumber > 1").await?;
    // Another chapter there, other notes here.
    browser.eval("document.activeElement?.blur()").await?;
    browser.press(&["t"]).await?;
    browser.wait_for("document.querySelector('article').checkVisibility()").await?;
    browser.click("[name=next-chapter]").await?;
    browser.wait_for("document.querySelector('h1')?.textContent.startsWith('2')").await?;
    browser.client.switch_to_window(notes.expect("two windows")).await?;
    browser.wait_for("document.querySelector('.speaker h1').textContent.startsWith('2')").await?;
    browser.client.switch_to_window(here).await?;
    visit.end().await
}
