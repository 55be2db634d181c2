//! `cargo xtask serve`: the page on this machine, rebuilt when a file changes.

use anyhow::Result;

use crate::{sh, tools};

pub fn run(arguments: &[String]) -> Result<()> {
    tools::for_serving()?;
    println!("▶ building the page; its address comes when it is ready (Ctrl+C ends it)");
    let mut trunk = sh::command("trunk");
    trunk.arg("serve").args(arguments).env("PATH", tools::path()?).env_remove("NO_COLOR");
    sh::run(&mut trunk)
}
