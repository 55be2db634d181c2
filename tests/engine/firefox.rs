//! Firefox, by geckodriver. What has a switch elsewhere is a preference here.

use std::path::Path;

use serde_json::json;
use tokio::process::Command;

use super::Start;
use crate::Options;

pub fn start(options: &Options, port: u16, folder: &Path) -> Start {
    let mut driver = Command::new("geckodriver");
    // A profile of its own each time, in our folder.
    driver.args(["--port", &port.to_string(), "--profile-root"]).arg(folder);
    let capabilities = json!({
        "moz:firefoxOptions": {
            "args": ["-headless"],
            "prefs": {
                "intl.accept_languages": options.language,
                "ui.prefersReducedMotion": i32::from(options.reduced_motion),
                // What the page writes to its console is printed; of what the
                // browser writes to its own, most is not.
                "devtools.console.stdout.content": true,
                "devtools.console.stdout.chrome": false,
                // What the browser keeps by itself does not count without a
                // network, and cannot be thrown away through WebDriver.
                "browser.cache.disk.enable": false,
                "browser.cache.memory.enable": false,
                // It stops a page that is left in the middle of whatever it does,
                // which shows as a broken program in what nobody sees any more.
                "dom.ipc.cancel_content_js_when_navigating": false,
            },
        },
    });
    Start { driver, capabilities, screen: None }
}

/// What the page wrote to the console, among what Firefox has printed: levels,
/// and the first line of each.
pub fn console(printed: &str) -> Vec<(String, String)> {
    let level = |line: &str| {
        // Errors name the file they are in; the browser's own files have no
        // address of the web.
        if line.starts_with("JavaScript error: http") {
            return Some("SEVERE");
        }
        let (method, said) = line.strip_prefix("console.")?.split_once(": ")?;
        // What else is printed of the browser's own is no text, which has quotation
        // marks here, but begins with a name or is an error of its kind.
        match method {
            _ if !said.starts_with('"') => None,
            "error" => Some("SEVERE"),
            "warn" => Some("WARNING"),
            _ => Some("INFO"),
        }
    };
    let entry = |line: &str| Some((level(line)?.to_owned(), line.to_owned()));
    printed.lines().filter_map(entry).collect()
}
