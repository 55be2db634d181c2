//! A clean clone of the project, as it would be if everything were committed:
//! what the README's commands are tried in.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::sh::{cargo, command, output, root};

/// Where it is.
pub struct CleanClone {
    /// Its files.
    pub folder: PathBuf,
    /// What is compiled there. Kept for the next time, but not the project's own: to
    /// Cargo the two are the same, and it would go on with the clone's programs.
    pub target: PathBuf,
}

impl CleanClone {
    /// Makes it, away from the project: Cargo looks for settings in the folders
    /// above.
    pub fn fresh() -> Result<CleanClone> {
        let sum = Sha256::digest(root().to_string_lossy().as_bytes());
        let name = format!("stampede-playground-{:02x}{:02x}{:02x}", sum[0], sum[1], sum[2]);
        let folder = env::temp_dir().join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let files = output(command("git").args(list)).context("git does not list the files")?;
        for file in files.split('\0').filter(|file| root().join(file).is_file()) {
            let to = folder.join(file);
            fs::create_dir_all(to.parent().context("a folder")?)?;
            fs::copy(root().join(file), to)?;
        }
        Ok(CleanClone { folder, target: root().join("target/clean-clone") })
    }

    /// Cargo, as somebody starts it there.
    pub fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = cargo(arguments);
        let inherited = |name: &str| {
            name.starts_with("CARGO") && !["CARGO_HOME", "CARGO_INCREMENTAL"].contains(&name)
        };
        for (name, _) in env::vars_os().filter(|(name, _)| inherited(&name.to_string_lossy())) {
            cargo.env_remove(name);
        }
        cargo.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target);
        cargo
    }
}
