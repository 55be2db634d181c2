//! The service worker of the optimised build: `static/sw.js` with the lists
//! of everything in `dist/`, and a version that changes when any of it does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use crate::sh::root;
use crate::{editor, lean, split};

/// By what name the page asks for a file to be kept (`src/web/offline.rs`): that
/// of the sources, of a language, or of a part of the program, with the files that
/// only that needs. Nothing for what everybody needs.
pub fn asked(file: &str) -> Option<&str> {
    let (folder, rest) = file.split_once('/')?;
    match folder {
        "protect" => Some("sources"),
        // What only the speaker's window shows.
        "course" if rest.ends_with(".notes.txt") => Some("teach"),
        editor::FOLDER => Some("script"),
        "course" => rest.split('/').next(),
        split::PARTS => rest.strip_suffix(".wasm")?.rsplit('_').next(),
        _ => None,
    }
}

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
    let mut by_name = BTreeMap::<Option<&str>, Vec<&str>>::new();
    for file in &files {
        by_name.entry(asked(file)).or_default().push(file);
    }
    let always = by_name.remove(&None).unwrap_or_default();
    let lists = by_name
        .into_iter()
        .map(|(name, files)| format!("\"{}\":{}", name.unwrap_or_default(), list_of(&files)));
    let lists = lists.collect::<Vec<_>>().join(",");
    let mut script = fs::read_to_string(root().join("static/sw.js"))?;
    for (empty, filled) in [
        ("VERSION\";", format!("{version}\";")),
        ("const FILES = [];", format!("const FILES = {};", list_of(&always))),
        ("const ASKED = {};", format!("const ASKED = {{{lists}}};")),
    ] {
        ensure!(script.contains(empty), "static/sw.js has no place for {empty}");
        script = script.replace(empty, &filled);
    }
    Ok(fs::write(dist.join("sw.js"), lean::script(&script))?)
}

/// The page itself is asked for by its folder.
fn list_of(files: &[&str]) -> String {
    let names = files.iter().map(|file| if *file == "index.html" { "./" } else { file });
    let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    format!("[{}]", names.join(","))
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

#[cfg(test)]
mod tests {
    use super::asked;

    #[test]
    fn what_is_asked_for_has_a_name() {
        for (file, name) in [
            ("index.html", None),
            ("lab/stampede-playground-0123456789abcdef_lab.wasm", None),
            ("lab/worker.js", None),
            ("parts/stampede-playground-0123456789abcdef_charts.wasm", Some("charts")),
            ("protect/flawed/never_fills.rs", Some("sources")),
            ("editor/editor.js", Some("script")),
            ("course/ja/02-singleflight.txt", Some("ja")),
            ("course/ja/02-singleflight.notes.txt", Some("teach")),
        ] {
            assert_eq!(asked(file), name, "{file}");
        }
    }
}
