//! The service worker of the optimised build: `static/sw.js` with the lists
//! of everything in `dist/`, and a version that changes when any of it does.

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use crate::sh::root;

/// The folder with what the code panel shows.
pub const SOURCES: &str = "protect/";

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
    let (sources, files): (Vec<String>, Vec<String>) =
        files.into_iter().partition(|file| file.starts_with(SOURCES));
    let mut script = fs::read_to_string(root().join("static/sw.js"))?;
    for (empty, filled) in [
        ("VERSION\";", format!("{version}\";")),
        ("const FILES = [];", list_of("FILES", &files)),
        ("const SOURCES = [];", list_of("SOURCES", &sources)),
    ] {
        ensure!(script.contains(empty), "static/sw.js has no place for {empty}");
        script = script.replace(empty, &filled);
    }
    Ok(fs::write(dist.join("sw.js"), script)?)
}

/// The page itself is asked for by its folder.
fn list_of(name: &str, files: &[String]) -> String {
    let names = files.iter().map(|file| if file == "index.html" { "./" } else { file });
    let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    format!("const {name} = [{}];", names.join(","))
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
