//! Journeys through the optimised page, served under a sub-path, in real
//! headless Chromium.

mod accessibility;
mod bad_input;
mod classroom;
mod course;
mod defences;
mod first_visit;
mod keyboard;
mod lab;
mod playing;
mod sharing;

use anyhow::Result;
use journeys::{Browser, Options, Server, folder};

/// A browser on the page.
struct Visit {
    server: Server,
    browser: Browser,
}

impl Visit {
    /// Opens the page with a fragment (with its `#`, or empty).
    async fn new(fragment: &str, options: Options) -> Result<Visit> {
        let visit = Visit::begin(options).await?;
        visit.open(fragment).await?;
        Ok(visit)
    }

    /// Opens a window that has no stage of its own.
    async fn at(path: &str, options: Options) -> Result<Visit> {
        let visit = Visit::begin(options).await?;
        visit.browser.client.goto(&format!("{}{path}", visit.server.address())).await?;
        Ok(visit)
    }

    async fn begin(options: Options) -> Result<Visit> {
        let server = Server::start(&folder("STAMPEDE_DIST")?, "some/sub-path").await?;
        let browser = Browser::start(&options).await?;
        Ok(Visit { server, browser })
    }

    /// Loads the page anew.
    async fn open(&self, fragment: &str) -> Result<()> {
        // A new fragment alone would not load anything.
        self.browser.client.goto("about:blank").await?;
        self.browser.client.goto(&format!("{}{fragment}", self.server.address())).await?;
        self.browser.wait_for("document.querySelector('.lane canvas')?.width > 10").await
    }

    /// Stops the server: from here on there is no network.
    async fn cut(&mut self) -> Result<()> {
        self.server.stop();
        self.browser.devtools("Network.enable", serde_json::json!({})).await?;
        // What the browser keeps by itself does not count.
        self.browser.devtools("Network.clearBrowserCache", serde_json::json!({})).await?;
        let gone = "const done = arguments[arguments.length - 1];
             fetch('nothing-here').then(() => done(false), () => done(true))";
        assert_eq!(self.browser.client.execute_async(gone, vec![]).await?, true);
        // That was said on the console, too.
        self.browser.console_errors().await?;
        Ok(())
    }

    /// Plays to the end at once.
    async fn finish(&self) -> Result<()> {
        self.browser.wait_for("!document.querySelector('.time em')").await?;
        self.browser.eval("document.activeElement?.blur()").await?;
        self.browser.press(&[END]).await?;
        // What the page showed before may look like the end, too.
        self.drawn().await?;
        self.browser
            .wait_for(
                "(e => Math.abs(e.value - e.max) < 1e-6)(document.querySelector('.time input'))",
            )
            .await
    }

    /// Opens a panel by its name.
    async fn panel(&self, name: &str) -> Result<()> {
        self.browser.eval(&format!("document.getElementById('tab-{name}').click()")).await?;
        // Open, and what it shows has been fetched.
        let open = format!(
            "document.getElementById('tab-{name}').ariaSelected == 'true' && document.querySelector('#panel > div')"
        );
        self.browser.wait_for(&open).await
    }

    /// The big numbers of lanes A and B.
    async fn db_calls(&self) -> Result<(String, String)> {
        let a = self.browser.text("[data-test=db-calls-a]").await?;
        Ok((a, self.browser.text("[data-test=db-calls-b]").await?))
    }

    /// The playhead, in milliseconds, unrounded.
    async fn milliseconds(&self) -> Result<f64> {
        let value = self.browser.eval("return document.querySelector('.time input').valueAsNumber");
        Ok(value.await?.as_f64().unwrap_or(f64::NAN))
    }

    /// Waits until what was asked for has been drawn: two frames.
    async fn drawn(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];
             requestAnimationFrame(() => requestAnimationFrame(() => done()));";
        self.browser.client.execute_async(script, vec![]).await?;
        Ok(())
    }

    /// Both canvases' pixels.
    async fn pixels(&self) -> Result<String> {
        let script =
            "return [...document.querySelectorAll('canvas')].map(c => c.toDataURL()).join()";
        Ok(self.browser.eval(script).await?.to_string())
    }

    /// Ends the visit; the console must have stayed free of errors.
    async fn end(self) -> Result<()> {
        assert_eq!(self.browser.console_errors().await?, Vec::<String>::new());
        self.browser.close().await
    }
}

/// The panels' names.
const PANELS: [&str; 12] = [
    "experiments",
    "defences",
    "requests",
    "why",
    "log",
    "numbers",
    "charts",
    "code",
    "luck",
    "system",
    "class",
    "settings",
];

const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
const RIGHT: &str = "\u{e014}";
const LEFT: &str = "\u{e012}";
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const CONTROL: &str = "\u{e009}";

fn strings(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}
