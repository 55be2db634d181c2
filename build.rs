//! Puts into the page the titles of the chapters, which lie beside it, and lists
//! the sources that it shows.

#[path = "build/sources.rs"]
mod sources;

use std::path::Path;
use std::{env, fs, process};

use stampede_chapters::claims::Shown;

fn main() {
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let write = |name: &str, made: Result<String, String>| match made {
        Ok(code) => fs::write(Path::new(&out).join(name), code).expect("OUT_DIR is writable"),
        Err(problem) => {
            eprintln!("{problem}");
            process::exit(1);
        }
    };
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=course");
    println!("cargo:rerun-if-changed=sim/src/protect");
    write("chapters.rs", chapters(Path::new("course")));
    write("sources.rs", sources::generate(Path::new("sim/src/protect")));
}

/// `CHAPTERS`, every chapter's name and titles.
fn chapters(course: &Path) -> Result<String, String> {
    let entry = |chapter: &stampede_chapters::Chapter| {
        let stampede_chapters::Chapter { name, titles, .. } = chapter;
        format!("Chapter {{ name: {name:?}, titles: {titles:?} }},\n")
    };
    // Only the titles: numbers are filled in, and claims proved, where the chapters
    // are.
    let nowhere = |_: &_| Ok(Shown::default());
    let chapters = stampede_chapters::read(course, &|_, _| Some(String::new()), &nowhere)?;
    let list: String = chapters.iter().map(entry).collect();
    Ok(format!("/// Every chapter, in order.\npub static CHAPTERS: &[Chapter] = &[\n{list}];\n"))
}
