//! What the journeys share: a static file server, a browser of any engine, and
//! visits to the page.

mod browser;
mod engine;
pub mod faults;
pub mod visit;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

pub use browser::{Browser, Options};
pub use engine::Engine;

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

/// A folder named by an environment variable that `cargo xtask` sets.
pub fn folder(variable: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable)
        .with_context(|| format!("{variable} is not set: run this through cargo xtask"))?;
    Ok(path.into())
}
