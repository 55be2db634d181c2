//! `cargo xtask serve`: the page on this machine, as visitors get it; with
//! `--dev` a build that is made anew when a file changes, has every assertion
//! in it, and is ten times slower.

use std::ops::Range;

use anyhow::{Result, bail};
use axum::Router;
use axum::http::header::{CACHE_CONTROL, HeaderValue};
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::build::{self, RELEASE};
use crate::{sh, tools};

const HOST: &str = "127.0.0.1";
/// Tried one after the other.
const PORTS: Range<u16> = 8080..8100;
const USAGE: &str = "cargo xtask serve [--port N], or cargo xtask serve --dev [what trunk takes]";

pub fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [] => serve(PORTS),
        ["--port", port] => match port.parse() {
            Ok(port @ 1..) => serve(port..port.saturating_add(1)),
            _ => bail!("--port {port}: a port is a number from 1 to 65534; {USAGE}"),
        },
        ["--dev", ..] => develop(&arguments[1..]),
        _ => bail!("{USAGE}"),
    }
}

fn serve(ports: Range<u16>) -> Result<()> {
    tools::for_building()?;
    let folder = sh::root().join("target/served");
    build::page(&folder, RELEASE)?;
    // What is shown is what was built last.
    let always = HeaderValue::from_static("no-cache");
    let page = Router::new()
        .fallback_service(ServeDir::new(folder))
        .layer(SetResponseHeaderLayer::overriding(CACHE_CONTROL, always));
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let listener = listen(ports).await?;
        println!("\n▶ http://{}/ (Ctrl+C ends it)", listener.local_addr()?);
        println!("  To change the page and see it change: cargo xtask serve --dev");
        Ok(axum::serve(listener, page).await?)
    })
}

/// Takes the first port that is free.
async fn listen(ports: Range<u16>) -> Result<TcpListener> {
    let (first, last) = (ports.start, ports.end - 1);
    for port in ports {
        if let Ok(listener) = TcpListener::bind((HOST, port)).await {
            return Ok(listener);
        }
    }
    bail!("no port from {first} to {last} is free: cargo xtask serve --port N")
}

fn develop(arguments: &[String]) -> Result<()> {
    let path = tools::for_trunk()?;
    println!("▶ building the page; its address comes when it is ready (Ctrl+C ends it)");
    let mut trunk = sh::command("trunk");
    trunk.arg("serve").args(arguments).env("PATH", path).env_remove("NO_COLOR");
    sh::run(&mut trunk)
}
