//! Chromium, by chromedriver. It alone can do what its own protocol can.

use std::path::Path;

use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use tokio::process::Command;

use super::Start;
use crate::Options;

pub fn start(options: &Options, port: u16, folder: &Path) -> Start {
    let mut driver = Command::new("chromedriver");
    driver.arg(format!("--port={port}"));
    let (w, h) = options.size;
    let mut arguments = vec![
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-gpu".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        "--disable-background-networking".to_owned(),
        "--disable-component-update".to_owned(),
        "--no-first-run".to_owned(),
        format!("--user-data-dir={}", folder.join("profile").display()),
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
    Start { driver, capabilities, screen: None }
}

/// A command that only chromedriver has: where in the session it is sent to, and
/// with what.
#[derive(Debug)]
pub struct Own(&'static str, Value);

/// What the page wrote to the console.
pub fn console() -> Own {
    Own("se/log", json!({ "type": "browser" }))
}

/// A command of Chromium's own protocol.
pub fn devtools(command: &str, parameters: Value) -> Own {
    Own("goog/cdp/execute", json!({ "cmd": command, "params": parameters }))
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.1.to_string()))
    }
}
