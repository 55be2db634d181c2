//! What the journeys share: a static file server, a browser, and visits to the
//! page.

pub mod faults;
pub mod visit;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::Locator;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

/// Serves a folder under a sub-path, compressed, as a plain static file server
/// does, until dropped.
pub struct Server {
    task: tokio::task::JoinHandle<()>,
    address: String,
}

impl Server {
    /// Serves `folder` at `http://127.0.0.1:PORT/PATH/`; `path` without
    /// slashes at its ends.
    pub async fn start(folder: &Path, path: &str) -> Result<Server> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}/{path}/", listener.local_addr()?);
        let files = tower_http::services::ServeDir::new(folder);
        let app = axum::Router::new()
            .nest_service(&format!("/{path}/"), files)
            .layer(tower_http::compression::CompressionLayer::new());
        let task = tokio::spawn(async move {
            // Serving ends with the task.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Server { task, address })
    }

    /// Where it is, with a slash at the end.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

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

/// Headless Chromium with a profile of its own, gone when dropped.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    _driver: Group,
    _profile: tempfile::TempDir,
}

/// A program and all that it started: one group of processes, which ends with
/// this, also when a test fails half-way.
pub struct Group(pub u32);

impl Drop for Group {
    fn drop(&mut self) {
        let group = format!("-{}", self.0);
        // If it has ended by itself there is nothing to end.
        let _ = std::process::Command::new("kill").args(["-KILL", "--", &group]).status();
    }
}

/// chromedriver's own command for what the page wrote to the console.
#[derive(Debug)]
struct Console;

impl WebDriverCompatibleCommand for Console {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "type": "browser" }).to_string()))
    }
}

/// A command of Chromium's own protocol.
#[derive(Debug)]
struct DevTools(Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.0.to_string()))
    }
}

impl Browser {
    /// Runs a command of Chromium's own protocol.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": command, "params": parameters });
        Ok(self.client.issue_cmd(DevTools(body)).await?)
    }

    /// Starts chromedriver and a session.
    pub async fn start(options: &Options) -> Result<Browser> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let driver = tokio::process::Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .context("chromedriver is not on PATH")?;
        let driver = Group(driver.id().context("chromedriver ended at once")?);
        let profile = tempfile::tempdir()?;
        let (w, h) = options.size;
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--disable-background-networking".to_owned(),
            "--disable-component-update".to_owned(),
            "--no-first-run".to_owned(),
            format!("--user-data-dir={}", profile.path().display()),
            format!("--window-size={w},{h}"),
            format!("--lang={}", options.language),
            format!("--accept-lang={}", options.language),
        ];
        if options.reduced_motion {
            arguments.push("--force-prefers-reduced-motion".to_owned());
        }
        let capabilities = json!({
            "goog:chromeOptions": {
                "args": arguments,
                "prefs": { "intl.accept_languages": options.language },
            },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(capabilities) = capabilities else { bail!("capabilities") };
        let http = hyper_util::client::legacy::connect::HttpConnector::new();
        let mut last = None;
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(http.clone());
            let address = format!("http://127.0.0.1:{port}");
            match builder.capabilities(capabilities.clone()).connect(&address).await {
                Ok(client) => return Ok(Browser { client, _driver: driver, _profile: profile }),
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("chromedriver does not answer: {last:?}")
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

    /// What was written to the console since the last call: levels, and what.
    pub async fn console(&self) -> Result<Vec<(String, String)>> {
        let log = self.client.issue_cmd(Console).await?;
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

/// A folder named by an environment variable that `cargo xtask` sets.
pub fn folder(variable: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable)
        .with_context(|| format!("{variable} is not set: run this through cargo xtask"))?;
    Ok(path.into())
}
