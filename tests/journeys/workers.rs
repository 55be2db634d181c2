//! Many runs are made by workers, and come to the same whoever makes them.

use anyhow::Result;
use journeys::{Browser, Options};

use super::Visit;

/// Two lanes that come to something else with each seed, and are soon over.
const RUN: &str =
    "#v=1&a=expiry-without-singleflight&b=expiry-with-singleflight&load.duration_ms=3000&t=100";

/// The same for longer than it takes to press a button.
const LONG: &str =
    "#v=1&a=expiry-without-singleflight&b=expiry-with-singleflight&load.duration_ms=100000&t=100";

/// From here on the machine has so many cores; workers, and what they say, are
/// counted.
async fn cores(browser: &Browser, cores: u32) -> Result<()> {
    let count = format!(
        "Object.defineProperty(navigator, 'hardwareConcurrency', {{ value: {cores}, configurable: true }});
         window.Real ??= window.Worker;
         window.begun = [];
         window.ended = 0;
         window.answers = 0;
         window.Worker = class extends window.Real {{
             constructor(...given) {{
                 super(...given);
                 window.begun.push(String(given[0]));
                 this.addEventListener('message', ({{ data }}) => {{ window.answers += /^\\d/.test(data); }});
             }}
             terminate() {{ super.terminate(); window.ended++; }}
         }};"
    );
    browser.eval(&count).await.map(drop)
}

/// From here on the machine has two cores; workers are counted in `begun` and `ended`,
/// and take longer to get their work than it takes to press a button.
pub async fn slow_workers(browser: &Browser) -> Result<()> {
    let slow =
        "Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2, configurable: true });
         window.begun = window.ended = 0;
         window.Worker = class extends window.Worker {
             constructor(...given) { super(...given); window.begun++; }
             postMessage(what) {
                 const post = () => super.postMessage(what);
                 typeof what == 'string' ? setTimeout(post, 2000) : post();
             }
             terminate() { super.terminate(); window.ended++; }
         };";
    browser.eval(slow).await.map(drop)
}

/// Measures luck in a panel that is opened anew, and returns what is said of it.
async fn survey(visit: &Visit) -> Result<String> {
    visit.panel("numbers").await?;
    visit.panel("luck").await?;
    visit.browser.click("[name=survey]").await?;
    visit.browser.wait_for("document.querySelector('.luck progress').value == 200").await?;
    visit.browser.wait_for("!document.querySelector('[name=cancel]')").await?;
    visit.browser.text(".luck .pair").await
}

/// With one worker, two, four; without any; and with some that cannot begin.
#[tokio::test]
async fn it_does_not_matter_who_makes_a_run() -> Result<()> {
    let visit = Visit::new(RUN, Options::default()).await?;
    let browser = &visit.browser;
    cores(browser, 1).await?;
    let said = survey(&visit).await?;
    assert_eq!(browser.eval("return window.answers").await?, 201, "the run and two hundred others");
    assert!(said.contains("The middle half of the other seeds"), "{said}");
    for count in [2, 4] {
        cores(browser, count).await?;
        assert_eq!(survey(&visit).await?, said, "{count} workers");
        let begun = browser.eval("return window.begun.length").await?;
        assert_eq!(begun, count, "as many as there are cores");
        assert_eq!(
            browser.eval("return window.answers").await?,
            201,
            "the run and two hundred others"
        );
        // When nothing is left to do, they are gone.
        browser.wait_for(&format!("window.ended == {count}")).await?;
    }
    browser.eval("window.Worker = undefined").await?;
    assert_eq!(survey(&visit).await?, said, "on the page's own thread");
    browser
        .eval("window.Worker = class extends window.Real { constructor(_, given) { super('not-there.js', given); } }")
        .await?;
    assert_eq!(survey(&visit).await?, said, "workers that cannot begin");
    // Just that is on the console.
    let errors = browser.console_errors().await?;
    assert!(errors.iter().all(|error| error.contains("not-there.js")), "{errors:?}");
    visit.end().await
}

/// What is cancelled ends at once, and leaves no worker behind.
#[tokio::test]
async fn cancelling_ends_the_workers() -> Result<()> {
    let visit = Visit::new(LONG, Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("luck").await?;
    cores(browser, 2).await?;
    browser.click("[name=survey]").await?;
    browser.wait_for("document.querySelector('.luck progress').value > 0").await?;
    browser.click("[name=cancel]").await?;
    browser.wait_for("!document.querySelector('[name=cancel]')").await?;
    browser.wait_for("window.ended == 2").await?;
    let tried = browser.eval("return document.querySelector('.luck progress').value").await?;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    let later = browser.eval("return document.querySelector('.luck progress').value").await?;
    assert_eq!(tried, later);
    assert!(tried.as_f64().is_some_and(|tried| tried < 200.0), "{tried}");
    // Closing the panel ends what is going on there, too.
    browser.click("[name=survey]").await?;
    browser.wait_for("window.begun.length == 4").await?;
    visit.panel("numbers").await?;
    browser.wait_for("window.ended == 4").await?;
    visit.end().await
}
