//! `cargo xtask build`: an optimised `dist/`.

use anyhow::Result;

use crate::{offline, policy, sh, sizes, split, tools};

pub fn run() -> Result<()> {
    tools::for_building()?;
    dist()?;
    sizes::report()
}

/// Writes `dist/`, the program in two halves.
pub fn dist() -> Result<()> {
    let mut trunk = sh::command("trunk");
    trunk.args(["build", "--release"]).env("PATH", tools::path()?).env_remove("NO_COLOR");
    sh::step("optimised build into dist/", &mut trunk)?;
    let dist = sh::root().join("dist");
    split::run(&dist)?;
    policy::write(&dist)?;
    offline::write(&dist)
}
