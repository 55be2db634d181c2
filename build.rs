//! Turns the chapters (Markdown) into Rust data at build time, so that the page
//! ships no Markdown parser, and lists the sources that the page shows.

#[path = "build/chapters.rs"]
mod chapters;
#[path = "build/sources.rs"]
mod sources;

use std::path::Path;
use std::{env, fs, process};

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
    write("chapters.rs", chapters::generate(Path::new("course")));
    write("sources.rs", sources::generate(Path::new("sim/src/protect")));
}
