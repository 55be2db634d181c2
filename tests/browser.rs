//! A browser of any engine, through WebDriver.

use std::fs::{self, File};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

use crate::Group;
use crate::engine::{self, Engine, LISTEN, Start};

/// The file in a browser's folder with what it and its driver print.
const PRINTED: &str = "printed";

/// The window inside, and how much is around it.
const WINDOW: &str =
    "return [innerWidth, innerHeight, outerWidth - innerWidth, outerHeight - innerHeight]";

/// How a browser is to present itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// The window's inner size.
    pub size: (u32, u32),
    /// `en-US` or `ja-JP`.
    pub language: &'static str,
    /// Whether the viewer wants less motion.
    pub reduced_motion: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { size: (1440, 900), language: "en-US", reduced_motion: false }
    }
}

/// A browser that nobody sees, with a profile of its own, gone when dropped.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    engine: Engine,
    _driver: Group,
    _screen: Option<Group>,
    folder: tempfile::TempDir,
    /// How much of what the browser printed has been read.
    read: AtomicUsize,
}

impl Browser {
    /// Runs a command of Chromium's own protocol; other engines refuse.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        ensure!(self.engine == Engine::Chromium, "{command} is for Chromium only");
        Ok(self.client.issue_cmd(engine::devtools(command, parameters)).await?)
    }

    /// Starts the chosen engine's driver and a session.
    pub async fn start(options: &Options) -> Result<Browser> {
        let engine = Engine::chosen()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = tempfile::tempdir()?;
        let Start { mut driver, capabilities, screen } =
            engine.start(options, port, folder.path()).await?;
        let name = driver.as_std().get_program().to_string_lossy().into_owned();
        let printed = File::create(folder.path().join(PRINTED))?;
        let driver = driver
            .stdout(printed.try_clone()?)
            .stderr(printed)
            .process_group(0)
            .spawn()
            .with_context(|| format!("{name} is not on PATH"))?;
        let driver = Group(driver.id().with_context(|| format!("{name} ended at once"))?);
        let Value::Object(capabilities) = capabilities else { bail!("capabilities") };
        let http = hyper_util::client::legacy::connect::HttpConnector::new();
        let mut last = None;
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(http.clone());
            let address = format!("http://127.0.0.1:{port}");
            match builder.capabilities(capabilities.clone()).connect(&address).await {
                Ok(client) => {
                    let read = AtomicUsize::new(0);
                    let browser =
                        Browser { client, engine, _driver: driver, _screen: screen, folder, read };
                    browser.resize(options.size).await?;
                    return Ok(browser);
                }
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("{name} does not answer: {last:?}")
    }

    /// What shows the page.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Makes the window's inner size this one. Chromium has begun with it. Others
    /// take a size when they get round to it, and a frame measured before that is not
    /// the frame: one asks until the size is there and stays.
    pub(crate) async fn resize(&self, (w, h): (u32, u32)) -> Result<()> {
        if self.engine == Engine::Chromium {
            return Ok(());
        }
        let mut right = 0;
        for _ in 0..100 {
            let sizes = self.eval(WINDOW).await?;
            let size = |at: usize| sizes[at].as_u64().and_then(|n| u32::try_from(n).ok());
            let inner = size(0).zip(size(1)).context("a window's inner size")?;
            if inner == (w, h) {
                right += 1;
            } else {
                right = 0;
                let (dw, dh) = size(2).zip(size(3)).context("a frame around the page")?;
                self.client.set_window_rect(0, 0, w + dw, h + dh).await?;
            }
            if right == 2 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the window does not become {w} × {h}: {}", self.eval(WINDOW).await?)
    }

    /// How fast this machine is: 1 is a fast desktop computer, which Lighthouse
    /// slows down four times to have a phone of the middle class (its
    /// `docs/throttling.md`: 1,500 to 2,000 times in a tenth of a second it makes
    /// a text of 10,000 letters).
    pub async fn speed(&self) -> Result<f64> {
        let count = "
            let made = 0;
            const begin = performance.now();
            while (performance.now() - begin < 300) {
                let text = '';
                for (let i = 0; i < 10000; i++) text += 'a';
                made += text.length == 10000;
            }
            return made / (performance.now() - begin) * 100;";
        let mut best: f64 = 0.0;
        for _ in 0..5 {
            best = best.max(self.eval(count).await?.as_f64().unwrap_or_default());
        }
        Ok(best / 1_750.0)
    }

    /// Runs JavaScript in the page and returns its value.
    pub async fn eval(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
    }

    /// From here on WebKit hears what is written to the page's console; other
    /// engines do without being asked.
    pub async fn listen(&self) -> Result<()> {
        if self.engine == Engine::WebKit {
            self.eval(LISTEN).await?;
        }
        Ok(())
    }

    /// What was written to the console since the last call: levels, and what.
    pub async fn console(&self) -> Result<Vec<(String, String)>> {
        let log = match self.engine {
            Engine::Chromium => self.client.issue_cmd(engine::chromium_console()).await?,
            Engine::Firefox => {
                let printed = fs::read(self.folder.path().join(PRINTED))?;
                let new = self.read.swap(printed.len(), Ordering::Relaxed);
                return Ok(engine::firefox_console(&String::from_utf8_lossy(&printed[new..])));
            }
            Engine::WebKit => self.eval("return window.heard_?.splice(0) ?? []").await?,
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let entries = log.as_array().context("a log")?.iter();
        Ok(entries.map(|entry| (text(&entry["level"]), text(&entry["message"]))).collect())
    }

    /// Errors among it.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let entries = self.console().await?.into_iter();
        Ok(entries.filter(|(level, _)| level == "SEVERE").map(|(_, message)| message).collect())
    }

    /// Presses keys, wherever the focus is.
    pub async fn press(&self, keys: &[&str]) -> Result<()> {
        for key in keys {
            let mut press = KeyActions::new("keyboard".to_owned());
            let value = key.chars().next().context("a key")?;
            press = press.then(KeyAction::Down { value }).then(KeyAction::Up { value });
            self.client.perform_actions(press).await?;
        }
        Ok(())
    }

    /// Holds the first key while the second is pressed.
    pub async fn chord(&self, held: &str, key: &str) -> Result<()> {
        let held = held.chars().next().context("a key")?;
        let value = key.chars().next().context("a key")?;
        let press = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        Ok(self.client.perform_actions(press).await?)
    }

    /// Clicks what a CSS selector finds first.
    pub async fn click(&self, selector: &str) -> Result<()> {
        Ok(self.client.find(Locator::Css(selector)).await?.click().await?)
    }

    /// The text of what a CSS selector finds first.
    pub async fn text(&self, selector: &str) -> Result<String> {
        let script = format!("return document.querySelector({}).textContent", json!(selector));
        Ok(self.eval(&script).await?.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until a JavaScript expression is true.
    pub async fn wait_for(&self, expression: &str) -> Result<()> {
        for _ in 0..600 {
            if self.eval(&format!("return !!({expression})")).await? == Value::Bool(true) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let text = self.eval("return document.body.innerText.slice(0, 2000)").await?;
        let console = self.console_errors().await?;
        bail!("never true: {expression}\nconsole: {console:?}\npage: {text}")
    }

    /// Ends the session in an orderly way.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }
}
