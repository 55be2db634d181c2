//! The service worker of the optimised build: `static/sw.js` with the list of
//! everything in `dist/`, and a version that changes when any of it does.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use crate::sh::root;

/// Writes `dist/sw.js`.
pub fn write(dist: &Path) -> Result<()> {
    let mut files = Vec::new();
    list(dist, dist, &mut files)?;
    files.sort();
    let mut sum = Sha256::new();
    for file in &files {
        sum.update(file);
        sum.update(fs::read(dist.join(file))?);
    }
    let version: String = sum.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    // The page itself is asked for by its folder.
    let names = files.iter().map(|file| if file == "index.html" { "./" } else { file });
    let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    let script = fs::read_to_string(root().join("static/sw.js"))?;
    let list = format!("const FILES = [{}];", names.join(","));
    let written =
        script.replace("VERSION\";", &format!("{version}\";")).replace("const FILES = [];", &list);
    ensure!(
        written.contains(&list) && written.contains(&version),
        "static/sw.js has no place for them"
    );
    Ok(fs::write(dist.join("sw.js"), written)?)
}

fn list(dist: &Path, folder: &Path, files: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(dist, &path, files)?;
        } else {
            let name = path.strip_prefix(dist)?.to_string_lossy().replace('\\', "/");
            if name != "sw.js" {
                files.push(name);
            }
        }
    }
    Ok(())
}
