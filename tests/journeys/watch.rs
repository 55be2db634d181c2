//! A lane as its operator sees it: the dashboard, PromQL, alert rules and how good they
//! are, and the files for the real programs.

use anyhow::Result;
use journeys::{Browser, Options, folder};

use super::Visit;
use super::accessibility::nothing_in_either_theme;
use super::workers::slow_workers;

/// An evening, and one that goes wrong; some minutes in.
const EVENINGS: &str = "#v=1&a=watch-evening&b=watch-incident&t=280000";

/// Opens the panel, and waits until everything has been scraped.
async fn watch(visit: &Visit, view: &str) -> Result<()> {
    visit.browser.wait_for("!document.querySelector('.time em')").await?;
    visit.panel("watch").await?;
    visit.browser.wait_for("document.querySelector('[data-test=scrapes]')").await?;
    press(&visit.browser, &format!(".watch [name={view}]")).await
}

/// Presses a button, wherever it is: on a phone it may lie below the stage.
async fn press(browser: &Browser, button: &str) -> Result<()> {
    browser.eval(&format!("document.querySelector('{button}').click()")).await.map(drop)
}

/// The same for lane B.
async fn watch_b(visit: &Visit, view: &str) -> Result<()> {
    visit.panel("watch").await?;
    press(&visit.browser, ".watch > .row .row:first-child button:nth-child(2)").await?;
    watch(visit, view).await
}

/// Types into a field as people do, at once.
async fn set(browser: &Browser, field: &str, text: &str) -> Result<()> {
    let script = format!(
        "const field = document.querySelector('{field}'); field.focus(); field.value = {};
         field.dispatchEvent(new InputEvent('input', {{ bubbles: true }}));
         field.dispatchEvent(new Event('change', {{ bubbles: true }}))",
        serde_json::Value::from(text)
    );
    browser.eval(&script).await.map(drop)
}

/// Has the open rule judged, and returns the verdict.
async fn judge(browser: &Browser) -> Result<String> {
    browser.wait_for("!document.querySelector('[name=judge]').disabled").await?;
    browser.click("[name=judge]").await?;
    browser.wait_for("document.querySelector('[data-test=verdict]')").await?;
    browser.text("[data-test=verdict]").await
}

/// A rule that never fires is changed until it fires in time; where it fires is jumped
/// to, and what was typed is there when the page has been loaded anew.
#[tokio::test]
async fn a_broken_rule_is_mended_until_it_fires_in_time() -> Result<()> {
    let visit = Visit::new(EVENINGS, Options::default()).await?;
    let browser = &visit.browser;
    watch_b(&visit, "alerts").await?;
    browser.click("[name=rule-forecast]").await?;
    let verdict = judge(browser).await?;
    assert!(verdict.starts_with("Not yet"), "{verdict}");
    // One's own, with a threshold that is too low, and then one that is not.
    set(browser, "[name=expr]", "max(predict_linear(db_connection_pool_usage[2m], 120)) > 0.01")
        .await?;
    set(browser, "[name=for]", "30s").await?;
    let verdict = judge(browser).await?;
    assert!(verdict.contains("it calls somebody on 10 of 10 ordinary evenings"), "{verdict}");
    set(browser, "[name=threshold]", "1").await?;
    browser.wait_for("document.querySelector('[name=expr]').value.endsWith('> 1')").await?;
    let verdict = judge(browser).await?;
    assert!(verdict.starts_with("Done"), "{verdict}");
    let cells = "return [...document.querySelectorAll('.by-seeds tbody tr')].map(row => row.cells[1].textContent).join('; ')";
    let cells = browser.eval(cells).await?.to_string();
    assert!(cells.starts_with("\"10 / 10; ") && cells.ends_with("; 0; 0; 0 / 10\""), "{cells}");
    browser.click("[name=jump]").await?;
    browser
        .wait_for("document.querySelector('.rule:last-of-type .state').textContent.startsWith('firing since')")
        .await?;
    assert!(visit.milliseconds().await? < 300_000.0, "it is not down yet");
    visit.open(EVENINGS).await?;
    watch_b(&visit, "alerts").await?;
    browser.click("[name=rule-forecast]").await?;
    let kept = browser.eval("return document.querySelector('[name=expr]').value").await?;
    assert_eq!(kept, "max(predict_linear(db_connection_pool_usage[2m], 120)) > 1");
    visit.end().await
}

/// Every panel is a region with a name, its values at the playhead are in a table, and
/// all of them are reached and read without a mouse.
#[tokio::test]
async fn the_dashboard_is_read_by_keyboard_and_screen_reader() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    for (size, language) in [((1440, 900), "en-US"), ((390, 844), "ja-JP")] {
        let visit = Visit::new(EVENINGS, Options { size, language, ..Options::default() }).await?;
        let browser = &visit.browser;
        watch_b(&visit, "dashboard").await?;
        browser.wait_for("document.querySelectorAll('.dashboard .plot').length >= 5").await?;
        browser.wait_for("document.querySelectorAll('.dashboard summary').length >= 6").await?;
        let names = "return [...document.querySelectorAll('.dashboard section')].map(s => s.ariaLabel).filter(name => name).length";
        assert_eq!(browser.eval(names).await?, 7);
        // From the last choice on, the keyboard alone: the first table is opened.
        browser.eval("document.querySelector('.watch [name=longer]').focus()").await?;
        browser.press(&[super::TAB, super::ENTER]).await?;
        browser.wait_for("document.querySelector('.dashboard details').open").await?;
        let rows = "return document.querySelectorAll('.dashboard details[open] tbody tr').length";
        assert!(browser.eval(rows).await?.as_u64().unwrap_or(0) > 20);
        // The values follow the playhead.
        let now = "document.querySelector('.dashboard .seen td').textContent";
        let before = browser.eval(&format!("return {now}")).await?;
        assert!(before.as_str().is_some_and(|now| now.ends_with("/s")), "{before}");
        browser.eval("document.activeElement.blur()").await?;
        browser.press(&[super::HOME]).await?;
        browser.wait_for(&format!("{now} == '–'")).await?;
        browser.eval(&axe).await?;
        for view in ["dashboard", "query", "alerts"] {
            press(browser, &format!(".watch [name={view}]")).await?;
            if view == "alerts" {
                press(browser, "[name=rule-herd]").await?;
                press(browser, "[name=mended]").await?;
                browser.wait_for("document.querySelectorAll('.rule .said').length == 2").await?;
            }
            nothing_in_either_theme(&visit, &format!("{size:?} {view}")).await?;
        }
        visit.end().await?;
    }
    Ok(())
}

/// What cannot be read is marked, with what was expected there; what was typed stays,
/// and can be seen as soon as it can be read.
#[tokio::test]
async fn a_mistake_in_an_expression_has_its_place() -> Result<()> {
    let visit = Visit::new(EVENINGS, Options::default()).await?;
    let browser = &visit.browser;
    watch_b(&visit, "query").await?;
    set(browser, "[name=promql]", "sum(rate(db_calls_total))").await?;
    browser.wait_for("document.querySelector('#promql-wrong mark')").await?;
    assert_eq!(browser.text("#promql-wrong mark").await?, "db_calls_total");
    let said = browser.text("#promql-wrong p").await?;
    assert!(said.starts_with("At character 10: ") && said.contains("range vector"), "{said}");
    let field = "document.querySelector('[name=promql]')";
    assert_eq!(browser.eval(&format!("return {field}.ariaInvalid")).await?, "true");
    // Another panel, and back.
    visit.panel("numbers").await?;
    visit.panel("watch").await?;
    browser.wait_for(&format!("{field}?.value == 'sum(rate(db_calls_total))'")).await?;
    browser.wait_for("document.querySelector('#promql-wrong mark')").await?;
    set(browser, "[name=promql]", "sum by (job) (up)").await?;
    browser
        .wait_for("document.querySelector('.query .seen th')?.textContent == '{job=\"app\"}'")
        .await?;
    assert_eq!(browser.text(".query .seen td").await?, "2");
    assert_eq!(
        browser.eval("return document.querySelector('#promql-wrong mark')").await?,
        serde_json::Value::Null
    );
    // What can be read and not be evaluated has its place, too.
    set(browser, "[name=promql]", "up + on(job) up").await?;
    browser
        .wait_for("document.querySelector('#promql-wrong p')?.textContent.includes('duplicate')")
        .await?;
    visit.end().await
}

/// Five hundred alerts and more in each evaluation: the page goes on being drawn while
/// they are evaluated. How long its thread was busy at a time is printed.
#[tokio::test]
async fn hundreds_of_alerts_a_second_do_not_stop_the_page() -> Result<()> {
    let visit = Visit::new(
        "#v=1&a=watch-evening&b=watch-incident&fleet.processes=4&t=1000",
        Options::default(),
    )
    .await?;
    let browser = &visit.browser;
    watch_b(&visit, "alerts").await?;
    let choose =
        "const list = document.querySelector('.watch [name=evaluation]'); list.selectedIndex = 1;
         list.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.eval(choose).await?;
    browser.click("[name=rule-herd]").await?;
    browser
        .eval(
            "window.long_ = [];
             window.drawn_ = 0;
             const frame = () => {
                 drawn_ += document.querySelector('.rule')?.ariaBusy == 'true';
                 requestAnimationFrame(frame);
             };
             frame();
             new PerformanceObserver(list => list.getEntries().forEach(task => long_.push(task.duration)))
                 .observe({ type: 'longtask' })",
        )
        .await?;
    set(browser, "[name=for]", "0s").await?;
    // Without their names, many series would be the same alert: that is said.
    set(browser, "[name=expr]", "{__name__=~\".+\"} >= 0").await?;
    browser
        .wait_for("document.querySelector('.rule .body .note').textContent.includes('evaluations fail: two alerts would be {')")
        .await?;
    let named =
        "label_replace({__name__=~\".+\"}, \"metric\", \"$1\", \"__name__\", \"(.+)\") >= 0";
    set(browser, "[name=expr]", named).await?;
    visit.finish().await?;
    browser.wait_for("document.querySelector('.rule').ariaBusy == 'false'").await?;
    browser.wait_for("document.querySelector('.instances')").await?;
    let state = browser.text(".rule .state").await?;
    let alerts: u32 = state.rsplit(' ').nth(1).unwrap_or_default().parse()?;
    assert!(alerts > 500, "{state}");
    let pages = browser.text(".pages .now").await?;
    let long = browser.eval("return window.long_").await?;
    let long: Vec<f64> =
        long.as_array().into_iter().flatten().filter_map(|it| it.as_f64()).collect();
    let longest = long.iter().copied().fold(0.0, f64::max);
    println!(
        "{alerts} alerts; {pages} tasks over 50 ms: {}, the longest {longest:.0} ms",
        long.len()
    );
    // In one go there would be none, or the one before it.
    let drawn = browser.eval("return drawn_").await?;
    assert!(drawn.as_u64() > Some(5), "{drawn} frames");
    visit.end().await
}

/// One archive with everything in it.
#[tokio::test]
async fn the_run_is_saved_for_the_real_programs() -> Result<()> {
    let visit = Visit::new(EVENINGS, Options::default()).await?;
    let browser = &visit.browser;
    watch_b(&visit, "dashboard").await?;
    browser
        .eval(
            "window.saved_ = [];
             const made = URL.createObjectURL;
             URL.createObjectURL = blob => { blob.arrayBuffer().then(bytes => window.bytes_ = new Uint8Array(bytes)); return made.call(URL, blob); };
             HTMLAnchorElement.prototype.click = function () { saved_.push(this.download); }",
        )
        .await?;
    browser.click("[name=export]").await?;
    browser.wait_for("window.saved_.length == 1 && window.bytes_").await?;
    assert_eq!(browser.eval("return saved_[0]").await?, "stampede-watch-incident.zip");
    let begins = "return new TextDecoder().decode(bytes_.slice(0, 2)) + bytes_.slice(2, 4).join()";
    assert_eq!(browser.eval(begins).await?, "PK3,4");
    let text = "return ['run.om', '# EOF', 'rules_test.yml', 'README.md'].map(part => new TextDecoder().decode(bytes_).includes(part)).join()";
    assert_eq!(browser.eval(text).await?, "true,true,true,true");
    visit.end().await
}

/// A long recording can be stopped, and leaves no worker behind.
#[tokio::test]
async fn scraping_can_be_stopped() -> Result<()> {
    let visit = Visit::new(EVENINGS, Options::default()).await?;
    let browser = &visit.browser;
    slow_workers(browser).await?;
    browser.wait_for("!document.querySelector('.time em')").await?;
    visit.panel("watch").await?;
    browser.wait_for("window.begun == 1 && document.querySelector('.watch [name=cancel]')").await?;
    browser.click(".watch [name=cancel]").await?;
    browser.wait_for("window.ended == 1").await?;
    browser.wait_for("document.querySelector('.watch [name=record]')").await?;
    browser.click(".watch [name=record]").await?;
    browser.wait_for("document.querySelector('[data-test=scrapes]')").await?;
    visit.end().await
}
