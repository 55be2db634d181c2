//! What the journeys share: a static file server, and a browser.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use fantoccini::{Client, ClientBuilder};
use serde_json::{Value, json};

/// Serves a folder under a sub-path, as a plain static file server does, until
/// dropped.
pub struct Server {
    http: Arc<tiny_http::Server>,
    address: String,
}

impl Server {
    /// Serves `folder` at `http://127.0.0.1:PORT/PATH/`; `path` without
    /// slashes at its ends.
    pub fn start(folder: &Path, path: &str) -> Result<Server> {
        let http = tiny_http::Server::http("127.0.0.1:0").map_err(|e| anyhow::anyhow!("{e}"))?;
        let http = Arc::new(http);
        let port = http.server_addr().to_ip().context("an address")?.port();
        let (served, folder, prefix) = (Arc::clone(&http), folder.to_owned(), format!("/{path}/"));
        std::thread::spawn(move || {
            for request in served.incoming_requests() {
                // A client that went away is no concern of the server's.
                let _ = answer(request, &folder, &prefix);
            }
        });
        Ok(Server { http, address: format!("http://127.0.0.1:{port}/{path}/") })
    }

    /// Where it is, with a slash at the end.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.http.unblock();
    }
}

fn answer(request: tiny_http::Request, folder: &Path, prefix: &str) -> std::io::Result<()> {
    let url = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
    let name = match url.strip_prefix(prefix) {
        Some("") => "index.html",
        Some(name) if !name.contains("..") => name,
        _ => return request.respond(tiny_http::Response::empty(404)),
    };
    let Ok(bytes) = fs::read(folder.join(name)) else {
        return request.respond(tiny_http::Response::empty(404));
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    };
    let header = |name: &str, value: &str| {
        tiny_http::Header::from_bytes(name, value).expect("a plain header")
    };
    request.respond(tiny_http::Response::from_data(bytes).with_header(header("Content-Type", kind)))
}

/// How a browser is to present itself.
#[derive(Clone, Debug)]
pub struct Options {
    /// The window's inner size.
    pub size: (u32, u32),
    /// `en-US` or `ja-JP`.
    pub language: &'static str,
    /// Whether the system is dark.
    pub dark: bool,
    /// Whether the viewer wants less motion.
    pub reduced_motion: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { size: (1440, 900), language: "en-US", dark: false, reduced_motion: false }
    }
}

/// Headless Chromium with a profile of its own, gone when dropped.
pub struct Browser {
    /// The WebDriver session.
    pub client: Client,
    _driver: tokio::process::Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts chromedriver and a session.
    pub async fn start(options: &Options) -> Result<Browser> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let driver = tokio::process::Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver is not on PATH")?;
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
        if options.dark {
            arguments.push("--force-dark-mode".to_owned());
        }
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

    /// Runs JavaScript in the page and returns its value.
    pub async fn eval(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, vec![]).await?)
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
        bail!("never true: {expression}\npage: {text}")
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
