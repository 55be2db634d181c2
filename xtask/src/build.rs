//! `cargo xtask build`: an optimised `dist/`; with `--checked` the page that
//! journeys go through.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::{offline, policy, sh, sizes, split, tools};

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
    page(&dist, RELEASE)?;
    offline::write(&dist)?;
    sizes::report()
}

/// Writes the page into a folder, built with a profile of Cargo's, the program
/// in two halves.
pub fn page(folder: &Path, profile: &str) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut trunk = sh::command("trunk");
    trunk.args(["build", "--release", "--cargo-profile", profile, "--dist"]).arg(folder);
    trunk.env("PATH", tools::path()?).env_remove("NO_COLOR");
    let name = folder.strip_prefix(sh::root()).unwrap_or(folder);
    sh::step(&format!("{profile} build into {}/", name.display()), &mut trunk)?;
    split::run(folder)?;
    lean(folder)?;
    policy::write(folder)
}

/// Takes comments and indentation out of the page's scripts. Trunk's way of
/// making them smaller fails on the glue, and changes what a string says.
fn lean(folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "js") {
            let script = std::fs::read_to_string(&path)?;
            std::fs::write(&path, without_comments(&script))?;
        }
    }
    Ok(())
}

/// A script without the lines that are comments, and without indentation.
fn without_comments(script: &str) -> String {
    let comment = |line: &&str| ["/**", "*", "//"].iter().any(|begin| line.starts_with(begin));
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.filter(|line| !comment(line)).collect::<Vec<_>>().join("\n")
}
