//! `cargo xtask serve`: the page on this machine, as visitors get it; with
//! `--dev` a build that is made anew when a file changes, has every assertion
//! in it, and is ten times slower.

use std::net::TcpListener;

use anyhow::{Context, Result, bail};

use crate::build::{self, RELEASE};
use crate::{sh, tools};

const HOST: &str = "127.0.0.1";
/// Tried one after the other.
const PORTS: std::ops::Range<u16> = 8080..8100;
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

fn serve(mut ports: std::ops::Range<u16>) -> Result<()> {
    tools::for_building()?;
    let folder = sh::root().join("target/served");
    build::page(&folder, RELEASE)?;
    let (first, last) = (ports.start, ports.end - 1);
    let free = ports.find(|port| TcpListener::bind((HOST, *port)).is_ok());
    let port = free.with_context(|| format!("no port from {first} to {last} is free"))?;
    println!("\n▶ http://{HOST}:{port}/ (Ctrl+C ends it)");
    println!("  To change the page and see it change: cargo xtask serve --dev");
    let server = file_serve::ServerBuilder::new(folder).hostname(HOST).port(port).build();
    server.serve().context("serving")
}

fn develop(arguments: &[String]) -> Result<()> {
    tools::for_development()?;
    println!("▶ building the page; its address comes when it is ready (Ctrl+C ends it)");
    let mut trunk = sh::command("trunk");
    trunk.arg("serve").args(arguments).env("PATH", tools::path()?).env_remove("NO_COLOR");
    sh::run(&mut trunk)
}
