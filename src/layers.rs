//! Dependencies point one way: a folder of the page uses those below it, and
//! knows nothing of those above.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// From the bottom to the top.
const LAYERS: [&str; 12] = [
    "lang", "web", "runs", "player", "state", "ui", "stage", "why", "sandbox", "course", "panels",
    "app",
];

/// What puts the layers together, and this test.
const OUTSIDE: [&str; 3] = ["lib.rs", "main.rs", "layers.rs"];

fn sources(place: &Path, found: &mut Vec<PathBuf>) {
    if place.is_dir() {
        for entry in fs::read_dir(place).unwrap() {
            sources(&entry.unwrap().path(), found);
        }
    } else if place.extension().is_some_and(|extension| extension == "rs") {
        found.push(place.to_owned());
    }
}

/// Which layers a line of code names: by `crate::`, or by going up with
/// `super::` further than the crate has folders.
fn used(line: &str) -> Vec<&str> {
    let code = line.trim_start();
    if code.starts_with("//") {
        return Vec::new();
    }
    let paths = ["crate::", "super::super::"].into_iter().flat_map(|root| code.split(root).skip(1));
    let first = |path| {
        let path = str::trim_start_matches(path, "super::");
        let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
        assert!(end > 0, "a path a line, so that this test can read it: {code}");
        &path[..end]
    };
    paths.map(first).filter(|name| LAYERS.contains(name)).collect()
}

#[test]
fn dependencies_point_one_way() {
    let mut uses = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(ROOT).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if OUTSIDE.contains(&name.as_str()) {
            continue;
        }
        let layer = name.trim_end_matches(".rs");
        let height = LAYERS.iter().position(|known| *known == layer);
        let height = height.unwrap_or_else(|| panic!("{name} has no place among the layers"));
        let mut files = Vec::new();
        sources(&path, &mut files);
        for file in files {
            for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
                for other in used(line) {
                    uses.insert((layer.to_owned(), other.to_owned()));
                    if !LAYERS[..=height].contains(&other) {
                        let place = file.strip_prefix(ROOT).unwrap().display();
                        wrong.push(format!("{place}:{}: {layer} uses {other}", number + 1));
                    }
                }
            }
        }
    }
    assert!(uses.len() > 20, "the check reads nothing: {uses:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_used_is_seen() {
    for (line, expected) in [
        ("use crate::app::Change;", vec!["app"]),
        ("    let x = crate::web::now() + crate::ui::time::round(y);", vec!["web", "ui"]),
        ("use super::super::web;", vec!["web"]),
        ("use super::super::super::app::Change;", vec!["app"]),
        ("use super::super::story;", vec![]),
        ("//! See [`crate::app`].", vec![]),
        ("pub use stampede_picture::film;", vec![]),
    ] {
        assert_eq!(used(line), expected, "{line}");
    }
}
