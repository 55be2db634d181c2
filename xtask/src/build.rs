//! `cargo xtask build`: an optimised `dist/`; with `--checked` the page that
//! journeys go through.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::program::{self, Program};
use crate::{assets, chapters, editor, offline, policy, sh, sizes, tools};

/// What visitors get.
pub const RELEASE: &str = "release";
/// The same with every assertion in it: `[profile.checked]` in `Cargo.toml`.
const CHECKED: &str = "checked";

pub fn run(arguments: &[String]) -> Result<()> {
    tools::for_building()?;
    match arguments {
        [] => dist(),
        [only] if only == "--checked" => checked().map(|page| println!("{}", page.display())),
        _ => bail!("cargo xtask build [--checked]"),
    }
}

/// Writes the page with every assertion in it, and says where.
pub fn checked() -> Result<PathBuf> {
    let folder = sh::root().join("target/checked-page");
    page(&folder, CHECKED)?;
    Ok(folder)
}

/// Writes `dist/`: the page, and what keeps it for use offline. An error if a
/// first visit costs too much.
pub fn dist() -> Result<()> {
    let dist = sh::root().join("dist");
    let program = page(&dist, RELEASE)?;
    offline::write(&dist, &program.after)?;
    sizes::report()
}

/// Writes the page into a folder, built with a profile of Cargo's, the program
/// in parts.
pub fn page(folder: &Path, profile: &str) -> Result<Program> {
    sh::timed("chapters", chapters::run)?;
    sh::timed("the editor", editor::run)?;
    let program = program::build(profile)?;
    assets::write(folder, &program)?;
    policy::write(folder)?;
    Ok(program)
}
