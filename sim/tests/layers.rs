//! Dependencies point one way: engine ← world ← protect ← lab ← run.
//!
//! Telemetry is written to by all and reads none of them; only the assembly
//! knows everything; the simulation knows no clock and no browser.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src");

/// Which of the crate's modules each one may use besides itself. `scenario`
/// is plain data in a crate of its own, so everybody may read it.
const MAY_USE: [(&str, &[&str]); 5] = [
    ("engine", &[]),
    ("telemetry", &["engine", "scenario"]),
    ("world", &["engine", "telemetry", "scenario"]),
    ("protect", &["engine", "telemetry", "world", "scenario"]),
    ("lab", &["engine", "telemetry", "world", "protect", "scenario"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn dependencies_point_one_way() {
    let mut uses = 0;
    for (module, allowed) in MAY_USE {
        let mut files = Vec::new();
        sources(&Path::new(ROOT).join(module), &mut files);
        assert!(!files.is_empty(), "{module} has no sources");
        for file in files {
            for (number, line) in fs::read_to_string(&file).unwrap().lines().enumerate() {
                let Some((_, used)) = line.split_once("crate::") else { continue };
                let used: String =
                    used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                uses += 1;
                assert!(
                    used == module
                        || allowed.contains(&used.as_str())
                        || line.contains("//!")
                        || line.trim_start().starts_with("///"),
                    "{}:{}: {module} must not use {used}",
                    file.display(),
                    number + 1
                );
            }
        }
    }
    assert!(uses > 30, "the check reads nothing");
}

/// Rules and dashboards are for those who open them: no run, and nothing that a first
/// figure has, knows of them.
#[test]
fn only_what_wakes_people_knows_of_rules() {
    let mut files = Vec::new();
    sources(Path::new(ROOT), &mut files);
    let mut within = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let knows = text.contains("stampede_watch") || text.contains("crate::alerting");
        let inside = file.strip_prefix(ROOT).unwrap().starts_with("alerting");
        within += u32::from(knows && inside);
        assert!(!knows || inside, "{}", file.display());
    }
    assert!(within > 3, "the check reads nothing");
}

/// A file without what only its tests are compiled from.
fn shipped(text: &str) -> String {
    let (mut kept, mut skips, mut within) = (String::new(), false, false);
    for line in text.lines() {
        if line.trim() == "#[cfg(test)]" {
            skips = true;
        } else if !skips {
            kept.push_str(line);
            kept.push('\n');
        } else {
            within |= line.ends_with('{');
            let ends = if within { line == "}" } else { line.ends_with(';') };
            (skips, within) = (!ends, within && !ends);
        }
    }
    kept
}

#[test]
fn what_is_for_tests_is_left_out() {
    let text = "a\n#[cfg(test)]\nmod b {\n    c {\n    }\n}\nd\n    #[cfg(test)]\n    e();\nf\n";
    assert_eq!(shipped(text), "a\nd\nf\n");
}

/// What would make a run depend on the machine it runs on.
#[test]
fn no_clock_no_hash_order_no_platform_mathematics() {
    let mut files = Vec::new();
    sources(Path::new(ROOT), &mut files);
    for file in files.iter().filter(|f| !f.ends_with("bin/stampede.rs")) {
        let text = shipped(&fs::read_to_string(file).unwrap());
        for forbidden in [
            "std::time",
            "Instant",
            "HashMap",
            "HashSet",
            "thread_local",
            ".ln()",
            ".exp()",
            ".powf(",
        ] {
            // What a script calls learns for whom it is being run by no other way; nothing
            // is left of that when it has been polled.
            let lab = file.strip_prefix(ROOT).unwrap().starts_with("lab");
            let may = lab && forbidden == "thread_local";
            assert!(may || !text.contains(forbidden), "{}: {forbidden}", file.display());
        }
    }
}
