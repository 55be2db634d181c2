//! WebKitGTK, by WebKitWebDriver, which starts a small browser of its own. That
//! needs a screen, and gets one of its own that nobody sees; what it knows of
//! its viewer, it has from the system, so each gets a system of its own, too.
//! It keeps nothing beyond its session, also no files that it has fetched.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use super::Start;
use crate::{Group, Options};

/// The locale that every Debian has. Only its name is made another: the browser
/// reads the viewer's language from the name.
const LOCALE: &str = "/usr/lib/locale/C.utf8";

pub async fn start(options: &Options, port: u16, folder: &Path) -> Result<Start> {
    let (screen, display) = screen().await?;
    let locale = format!("{}.UTF-8", options.language.replace('-', "_"));
    symlink(LOCALE, folder.join(&locale)).context(LOCALE)?;
    let settings = folder.join("gtk-3.0");
    fs::create_dir(&settings)?;
    let animations = i32::from(!options.reduced_motion);
    let text = format!("[Settings]\ngtk-enable-animations={animations}\n");
    fs::write(settings.join("settings.ini"), text)?;
    let mut driver = Command::new("WebKitWebDriver");
    driver
        .arg(format!("--port={port}"))
        .env("DISPLAY", display)
        .env("XDG_CONFIG_HOME", folder)
        .env("LOCPATH", folder)
        .env("LC_ALL", &locale)
        .env_remove("LANGUAGE");
    Ok(Start { driver, capabilities: json!({}), screen: Some(screen) })
}

/// A screen that nobody sees, and its name. Larger than any window, because
/// windows that are not on it whole are not drawn whole.
async fn screen() -> Result<(Group, String)> {
    let mut child = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "2000x1500x24", "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .context("Xvfb is not on PATH")?;
    let group = Group(child.id().context("Xvfb ended at once")?);
    let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let number = lines.next_line().await?.context("Xvfb found no number for a screen")?;
    Ok((group, format!(":{number}")))
}

/// In a session that keeps nothing, the browser prints nothing of the console,
/// and its driver does not ask for it. So the page itself listens, from when it
/// has been loaded; what stops the program before, the page says.
pub const LISTEN: &str = "
    window.heard_ ??= (() => {
        const heard = [], hear = (level, what) => heard.push({ level, message: String(what) });
        // What has no error was thrown by nobody: a notification that came late.
        addEventListener('error', ({ error }) => error && hear('SEVERE', error));
        addEventListener('unhandledrejection', event => hear('SEVERE', event.reason));
        for (const [name, level] of [['error', 'SEVERE'], ['warn', 'WARNING'], ['log', 'INFO']]) {
            const write = console[name];
            console[name] = (...what) => { hear(level, what.join(' ')); write(...what); };
        }
        return heard;
    })();";
