//! The service worker of the optimised build: `static/sw.js` with the lists
//! of everything in `dist/`, and a version that changes when any of it does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};
use sha2::{Digest, Sha256};

use crate::pieces::{After, COMMON};
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

/// Writes `dist/sw.js`. What comes before a part of the program is kept with it.
pub fn write(dist: &Path, after: &After) -> Result<()> {
    let mut files = Vec::new();
    list(dist, dist, &mut files)?;
    files.sort();
    let mut sum = Sha256::new();
    for file in &files {
        sum.update(file);
        sum.update(fs::read(dist.join(file))?);
    }
    let version: String = sum.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    let mut by_name = by_name(&files, after);
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

/// The files that are kept for each name, with those that come before them; for none,
/// what everybody needs.
fn by_name<'a>(files: &'a [String], after: &After) -> BTreeMap<Option<&'a str>, Vec<&'a str>> {
    let mut by_name = BTreeMap::<_, Vec<_>>::new();
    for file in files {
        by_name.entry(asked(file)).or_default().push(&**file);
    }
    let alone = by_name.clone();
    for (name, files) in &mut by_name {
        let before = name.and_then(|name| after.get(name)).into_iter().flatten();
        files.extend(before.filter_map(|part| alone.get(&Some(*part))).flatten());
    }
    by_name.remove(&Some(COMMON));
    by_name
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
    use std::collections::BTreeSet;

    use super::{After, BTreeMap, COMMON, asked, by_name, editor};
    use crate::pieces::LAB;

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

    #[test]
    fn what_comes_before_a_part_is_kept_with_it() {
        let lab = "lab/page_lab.wasm".to_owned();
        let parts = ["beyond", "common", "learn", "script"];
        let parts = parts.map(|name| format!("parts/page_{name}.wasm"));
        let after = After::from([
            ("beyond".to_owned(), BTreeSet::from([COMMON, LAB])),
            ("common".to_owned(), BTreeSet::from([LAB])),
            ("lab".to_owned(), BTreeSet::new()),
            ("learn".to_owned(), BTreeSet::from([LAB])),
            ("script".to_owned(), BTreeSet::from(["beyond", COMMON, LAB])),
        ]);
        let files = [&[lab.clone(), editor::FILE.to_owned()], &parts[..]].concat();
        let [beyond, common, learn, script] = parts.each_ref().map(String::as_str);
        let wanted = BTreeMap::from([
            (None, vec![&*lab]),
            (Some("beyond"), vec![beyond, common]),
            (Some("learn"), vec![learn]),
            (Some("script"), vec![editor::FILE, script, beyond, common]),
        ]);
        assert_eq!(by_name(&files, &after), wanted);
    }
}
