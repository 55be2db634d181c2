//! What the page says in Japanese is written as the chapters are: see
//! `course/ja/terms.md`.

use std::fs;
use std::path::{Path, PathBuf};

use stampede_chapters::terms::is_letter;
use stampede_chapters::wording;

/// Where the page has words: its sources and those of scenarios, and what it is
/// started and stopped with.
const PLACES: [&str; 6] =
    ["src", "sim/src", "sim/scenario/src", "static/scenarios", "static/fault.js", "index.html"];

fn files(place: &Path, found: &mut Vec<PathBuf>) {
    if place.is_dir() {
        for entry in fs::read_dir(place).unwrap() {
            files(&entry.unwrap().path(), found);
        }
    } else {
        found.push(place.to_owned());
    }
}

/// The texts in a line: what stands in quotes, or all of it where there are
/// none. What is in the form that chapters travel in is no text.
fn texts(line: &str) -> Vec<String> {
    let line = line.replace("'\"'", "''").replace("\\\"", "'").replace("\\u{a0}", "\u{a0}");
    let parts: Vec<&str> = line.split('"').collect();
    let texts: Vec<&str> = match parts.len() {
        1 => parts,
        _ => parts.into_iter().skip(1).step_by(2).collect(),
    };
    let is_text = |text: &&str| text.contains(is_letter) && !text.contains("\\u{");
    texts.into_iter().filter(is_text).map(str::to_owned).collect()
}

#[test]
fn the_page_keeps_to_the_terms() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let wording = wording(&root.join("course")).unwrap();
    let mut all = Vec::new();
    PLACES.iter().for_each(|place| files(&root.join(place), &mut all));
    let (mut read, mut wrong) = (0, Vec::new());
    for file in all {
        let Ok(source) = fs::read_to_string(&file) else { continue };
        for (i, line) in source.lines().enumerate() {
            for text in texts(line) {
                read += 1;
                if let Err(problem) = wording.check(&text) {
                    let file = file.strip_prefix(&root).unwrap().display();
                    wrong.push(format!("{file}:{}: {problem}", i + 1));
                }
            }
        }
    }
    assert!(read > 800, "{read}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn texts_are_found_in_their_lines() {
    assert_eq!(texts(r#"lang.pick("Play \"it\"", "再生"), "a""#), ["再生"]);
    assert_eq!(texts("  続きの行"), ["  続きの行"]);
    assert!(texts("let name = 1;").is_empty());
}
