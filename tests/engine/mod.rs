//! The engines that journeys run in, and how each is started.

mod chromium;
mod firefox;
mod webkit;

use std::path::Path;

use anyhow::{Result, bail};
use serde_json::Value;
use tokio::process::Command;

pub(crate) use chromium::{console as chromium_console, devtools};
pub(crate) use firefox::console as firefox_console;
pub(crate) use webkit::LISTEN;

use crate::{Group, Options};

/// What shows the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
    /// WebKitGTK, the engine of Safari's family that there is on Linux.
    WebKit,
}

/// What is needed to begin a session.
pub(crate) struct Start {
    /// The driver, to be started.
    pub driver: Command,
    /// What to ask it for.
    pub capabilities: Value,
    /// The screen that it draws on, if it cannot do without.
    pub screen: Option<Group>,
}

impl Engine {
    /// The one that `STAMPEDE_ENGINE` names: `chromium`, which it is without a
    /// name, `firefox` or `webkit`.
    pub fn chosen() -> Result<Engine> {
        match std::env::var("STAMPEDE_ENGINE").as_deref() {
            Err(_) | Ok("chromium") => Ok(Engine::Chromium),
            Ok("firefox") => Ok(Engine::Firefox),
            Ok("webkit") => Ok(Engine::WebKit),
            Ok(other) => bail!("STAMPEDE_ENGINE: {other} is none of chromium, firefox, webkit"),
        }
    }

    /// How it is started, with a driver that listens to a port, and whatever it
    /// keeps in a folder.
    pub(crate) async fn start(self, options: &Options, port: u16, folder: &Path) -> Result<Start> {
        match self {
            Engine::Chromium => Ok(chromium::start(options, port, folder)),
            Engine::Firefox => Ok(firefox::start(options, port, folder)),
            Engine::WebKit => webkit::start(options, port, folder).await,
        }
    }
}
