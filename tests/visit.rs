//! A visit to the page, and what everybody does there.

use std::path::Path;

use anyhow::{Context, Result};
use serde_json::json;

use crate::{Browser, Engine, Options, Server, folder};

/// A browser on the page.
pub struct Visit {
    /// The browser.
    pub browser: Browser,
    address: String,
    /// Ours, unless the page is served by what is tested.
    server: Option<Server>,
}

impl Visit {
    /// Opens the page with a fragment (with its `#`, or empty).
    pub async fn new(fragment: &str, options: Options) -> Result<Visit> {
        let visit = Visit::begin(options).await?;
        visit.open(fragment).await?;
        Ok(visit)
    }

    /// Opens a window that has no stage of its own.
    pub async fn at(path: &str, options: Options) -> Result<Visit> {
        let visit = Visit::begin(options).await?;
        visit.browser.client.goto(&format!("{}{path}", visit.address)).await?;
        Ok(visit)
    }

    async fn begin(options: Options) -> Result<Visit> {
        Visit::of(&folder("STAMPEDE_PAGE")?, options).await
    }

    /// A browser for a page in a folder, which is not opened yet.
    pub async fn of(folder: &Path, options: Options) -> Result<Visit> {
        let server = Server::start(folder, "some/sub-path").await?;
        let address = server.address().to_owned();
        let browser = Browser::start(&options).await?;
        Ok(Visit { browser, address, server: Some(server) })
    }

    /// Opens a page that is served already; the address ends in a slash.
    pub async fn to(address: String, options: Options) -> Result<Visit> {
        let browser = Browser::start(&options).await?;
        let visit = Visit { browser, address, server: None };
        visit.open(DEMO).await?;
        Ok(visit)
    }

    /// Where the page is, with a slash at the end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Loads the page anew.
    pub async fn open(&self, fragment: &str) -> Result<()> {
        // A new fragment alone would not load anything.
        self.browser.client.goto("about:blank").await?;
        self.browser.client.goto(&format!("{}{fragment}", self.address)).await?;
        self.browser.listen().await?;
        self.there().await
    }

    /// Waits until the page has been drawn, and listens: that comes with the
    /// frame after what it listens to.
    async fn there(&self) -> Result<()> {
        self.browser.wait_for("document.querySelector('.lane canvas')?.width > 10").await?;
        self.drawn().await
    }

    /// Gives the page a viewport of just that size: a window has borders.
    pub async fn viewport(&self, (width, height): (u32, u32)) -> Result<()> {
        if self.browser.engine() == Engine::Chromium {
            let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            self.browser.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        } else {
            self.browser.resize((width, height)).await?;
        }
        self.browser.wait_for(&format!("innerWidth == {width} && innerHeight == {height}")).await?;
        self.drawn().await
    }

    /// Stops the server: from here on there is no network.
    pub async fn cut(&mut self) -> Result<()> {
        self.server.take().context("a server of ours")?;
        // What the browser keeps by itself does not count; others have been started
        // so that they keep nothing.
        if self.browser.engine() == Engine::Chromium {
            self.browser.devtools("Network.enable", json!({})).await?;
            self.browser.devtools("Network.clearBrowserCache", json!({})).await?;
        }
        let gone = "const done = arguments[arguments.length - 1];
             fetch('nothing-here').then(() => done(false), () => done(true))";
        assert_eq!(self.browser.client.execute_async(gone, vec![]).await?, true);
        // That was said on the console, too.
        self.browser.console_errors().await?;
        Ok(())
    }

    /// Plays to the end at once.
    pub async fn finish(&self) -> Result<()> {
        self.there().await?;
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
    pub async fn panel(&self, name: &str) -> Result<()> {
        self.browser.eval(&format!("document.getElementById('tab-{name}').click()")).await?;
        // Open, and what it shows has been fetched.
        let open = format!(
            "document.getElementById('tab-{name}').ariaSelected == 'true' && document.querySelector('#panel > div')"
        );
        self.browser.wait_for(&open).await
    }

    /// Has the answer to the chapter's question shown without a guess: the text
    /// goes on.
    pub async fn reveal(&self) -> Result<()> {
        self.browser.wait_for("document.querySelector('.predict')").await?;
        // Behind one question there may be the next.
        let click = "(document.querySelector('[name=reveal]')?.click(), !document.querySelector('[name=reveal]'))";
        self.browser.wait_for(click).await
    }

    /// Opens a chapter by its number, and waits for all of its text.
    pub async fn chapter(&self, number: usize) -> Result<()> {
        self.turn_to(number).await?;
        self.reveal().await
    }

    /// The same, up to its question.
    pub async fn turn_to(&self, number: usize) -> Result<()> {
        let choose = format!(
            "const s = document.querySelector('.contents select');
             s.selectedIndex = [...s.options].findIndex(o => o.textContent.startsWith('{number} ·'));
             s.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        );
        self.browser.eval(&choose).await?;
        let there = format!(
            "document.querySelector('h1')?.textContent.startsWith('{number} ·') && document.querySelector('.predict')"
        );
        self.browser.wait_for(&there).await
    }

    /// Plays to the end, opens every panel and every chapter; the console stays
    /// empty.
    pub async fn tour(&self) -> Result<()> {
        self.finish().await?;
        assert_eq!(self.db_calls().await?, strings("100", "1"));
        for panel in PANELS {
            self.panel(panel).await?;
            self.drawn().await?;
        }
        for chapter in CHAPTERS {
            self.chapter(chapter).await?;
            self.drawn().await?;
        }
        assert_eq!(self.browser.console().await?, Vec::new());
        Ok(())
    }

    /// The big numbers of lanes A and B.
    pub async fn db_calls(&self) -> Result<(String, String)> {
        let a = self.browser.text("[data-test=db-calls-a]").await?;
        Ok((a, self.browser.text("[data-test=db-calls-b]").await?))
    }

    /// The playhead, in milliseconds, unrounded.
    pub async fn milliseconds(&self) -> Result<f64> {
        let value = self.browser.eval("return document.querySelector('.time input').valueAsNumber");
        Ok(value.await?.as_f64().unwrap_or(f64::NAN))
    }

    /// Waits until what was asked for has been drawn: two frames.
    pub async fn drawn(&self) -> Result<()> {
        let script = "const done = arguments[arguments.length - 1];
             requestAnimationFrame(() => requestAnimationFrame(() => done()));";
        self.browser.client.execute_async(script, vec![]).await?;
        Ok(())
    }

    /// Each canvas's size, and a fingerprint of its pixels. Not its picture as a
    /// file: Firefox gives each file a mark of its own.
    pub async fn pixels(&self) -> Result<String> {
        let script = "const done = arguments[arguments.length - 1];
             (async () => {
                 const all = [];
                 for (const canvas of document.querySelectorAll('canvas')) {
                     const { width, height } = canvas;
                     const pixels = canvas.getContext('2d').getImageData(0, 0, width, height);
                     const hash = await crypto.subtle.digest('SHA-256', pixels.data);
                     all.push([width, height, ...new Uint8Array(hash)]);
                 }
                 done(all.join());
             })();";
        Ok(self.browser.client.execute_async(script, vec![]).await?.to_string())
    }

    /// Ends the visit; the console must have stayed free of errors, and no
    /// window may have stopped.
    pub async fn end(self) -> Result<()> {
        for window in self.browser.client.windows().await? {
            self.browser.client.switch_to_window(window).await?;
            let fault = "return document.querySelector('.fault textarea')?.value ?? null";
            assert_eq!(self.browser.eval(fault).await?, serde_json::Value::Null);
        }
        assert_eq!(self.browser.console_errors().await?, Vec::<String>::new());
        self.browser.close().await
    }
}

/// A herd of a hundred, without singleflight and with it: the run that answers
/// the first question, asked for by whoever opens the link.
pub const DEMO: &str = "#v=1&a=demo-without-singleflight";

/// Two texts that the page shows.
pub fn strings(a: &str, b: &str) -> (String, String) {
    (a.to_owned(), b.to_owned())
}

/// The panels' names.
pub const PANELS: [&str; 17] = [
    "experiments",
    "defences",
    "act",
    "why",
    "log",
    "numbers",
    "charts",
    "watch",
    "code",
    "luck",
    "saved",
    "chaos",
    "learn",
    "system",
    "script",
    "class",
    "settings",
];

/// The chapters' numbers.
pub const CHAPTERS: [usize; 14] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14];

/// The End key.
pub const END: &str = "\u{e010}";
/// The Home key.
pub const HOME: &str = "\u{e011}";
/// The right arrow.
pub const RIGHT: &str = "\u{e014}";
/// The left arrow.
pub const LEFT: &str = "\u{e012}";
/// The Tab key.
pub const TAB: &str = "\u{e004}";
/// The Enter key.
pub const ENTER: &str = "\u{e007}";
/// The Escape key.
pub const ESCAPE: &str = "\u{e00c}";
/// The Control key.
pub const CONTROL: &str = "\u{e009}";
