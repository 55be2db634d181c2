//! What a visit costs on the wire.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{editor, offline, sh};

/// Most bytes, compressed with gzip, that the first figure may need.
const FIGURE: usize = 300 * 1024;
/// Most that a visitor may get without asking: the figure, what is fetched when
/// the page is idle, and what is kept for use without a network as soon as
/// somebody moves. That is everything but what only one panel needs, in the
/// longer of its languages.
const VISIT: usize = 700 * 1024;

/// Most that the lab's editor may need.
const EDITOR: usize = 120 * 1024;

/// The longer of the page's languages, in which a visit is counted.
const LANGUAGE: &str = "ja";
/// The chapter that is open at first.
const CHAPTER: &str = "course/ja/01-the-stampede.txt";

/// Prints what is fetched when, and the sums; an error if one is over its
/// budget.
pub fn report() -> Result<()> {
    let dist = sh::root().join("dist");
    let mut files = Vec::new();
    list(&dist, &mut files)?;
    let (mut figure, mut idle, mut kept, mut editor) = (vec![], vec![], vec![], vec![]);
    let mut asked = BTreeMap::<String, Row>::new();
    for path in files {
        let bytes = fs::read(&path)?;
        let name = path.strip_prefix(&dist)?.to_string_lossy().replace('\\', "/");
        let row = (gzip(&bytes)?, bytes.len(), name);
        match when(&row.2) {
            When::Figure => figure.push(row),
            When::Idle => idle.push(row),
            When::Used => kept.push(row),
            When::Asked(_) if row.2 == editor::FILE => editor.push(row),
            When::Asked(name) => {
                let sum = asked.entry(name.to_owned()).or_insert((0, 0, name.to_owned()));
                (sum.0, sum.1) = (sum.0 + row.0, sum.1 + row.1);
            }
        }
    }
    println!("\n{:>10} {:>10}  the first figure", "gzip", "plain");
    print(&mut figure);
    println!("{:>21}  when the page is idle", "");
    print(&mut idle);
    let sum = |rows: &[Row]| rows.iter().map(|(small, ..)| small).sum::<usize>();
    println!("{:>10} {:>10}  the other {} files, when somebody moves", sum(&kept), "", kept.len());
    println!("{:>21}  when it is asked for", "");
    print(&mut asked.into_values().collect::<Vec<_>>());
    print(&mut editor);
    let first = within("the first figure", sum(&figure), FIGURE);
    let all = within("a visit", sum(&figure) + sum(&idle) + sum(&kept), VISIT);
    let written = within("the editor", sum(&editor), EDITOR);
    if !(first && all && written) {
        bail!("the page is over its budget");
    }
    Ok(())
}

/// What it is fetched for: the first figure, because the page is idle, because
/// somebody uses it, or because somebody asks for what has this name.
#[derive(PartialEq, Debug)]
enum When<'a> {
    Figure,
    Idle,
    Used,
    Asked(&'a str),
}

fn when(file: &str) -> When<'_> {
    match offline::asked(file) {
        Some(LANGUAGE) if file == CHAPTER => When::Figure,
        Some(LANGUAGE) => When::Used,
        Some(name) => When::Asked(name),
        None if file == "sw.js" => When::Used,
        None if file.starts_with("lab/") => When::Idle,
        None if !file.contains('/') => When::Figure,
        None => When::Used,
    }
}

/// Compressed, plain, and the name.
type Row = (usize, usize, String);

fn print(rows: &mut [Row]) {
    rows.sort_unstable_by(|a, b| b.cmp(a));
    for (small, plain, name) in rows {
        println!("{small:>10} {plain:>10}  {name}");
    }
}

fn within(what: &str, sum: usize, budget: usize) -> bool {
    let kilobytes = |bytes: usize| bytes as f64 / 1024.0;
    let (needed, allowed) = (kilobytes(sum), kilobytes(budget));
    println!("{what} costs {needed:.1} KB gzip of {allowed} KB allowed");
    sum <= budget
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => list(&path, files)?,
            false => files.push(path),
        }
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_when_it_is_fetched() {
        for (name, at) in [
            ("index.html", When::Figure),
            ("stampede-playground-0123456789abcdef_bg.wasm", When::Figure),
            ("stampede-playground-0123456789abcdef_lab.js", When::Figure),
            (CHAPTER, When::Figure),
            ("lab/stampede-playground-0123456789abcdef_lab.wasm", When::Idle),
            ("course/ja/02-singleflight.txt", When::Used),
            ("course/en/02-singleflight.txt", When::Asked("en")),
            ("parts/stampede-playground-0123456789abcdef_charts.wasm", When::Asked("charts")),
            ("protect/store.rs", When::Asked("sources")),
            ("sw.js", When::Used),
        ] {
            assert_eq!(when(name), at, "{name}");
        }
    }

    #[test]
    fn over_the_budget_is_no_success() {
        assert!(within("a test", 1024, 1024));
        assert!(!within("a test", 1025, 1024));
    }
}
