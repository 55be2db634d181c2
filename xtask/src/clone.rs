//! A clean clone of the project, as it would be if everything were committed:
//! what the README's commands are tried in.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::sh::{command, output, root};

/// Makes it, away from the project: Cargo looks for settings in the folders
/// above.
pub fn fresh() -> Result<PathBuf> {
    let sum = Sha256::digest(root().to_string_lossy().as_bytes());
    let name = format!("stampede-playground-{:02x}{:02x}{:02x}", sum[0], sum[1], sum[2]);
    let clone = std::env::temp_dir().join(name);
    if clone.exists() {
        fs::remove_dir_all(&clone)?;
    }
    let list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    let files = output(command("git").args(list)).context("git does not list the files")?;
    for file in files.split('\0').filter(|file| root().join(file).is_file()) {
        let to = clone.join(file);
        fs::create_dir_all(to.parent().context("a folder")?)?;
        fs::copy(root().join(file), to)?;
    }
    Ok(clone)
}
