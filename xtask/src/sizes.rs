//! What a first visit costs on the wire.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::sh;

/// Most bytes a first visit may cost, compressed with gzip.
const BUDGET: usize = 350 * 1024;

/// Prints every file of `dist/` that the first page loads, and the sum; an
/// error if it is over the budget.
pub fn report() -> Result<()> {
    let dist = sh::root().join("dist");
    let mut rows = Vec::new();
    let first = fs::read_dir(&dist).context("dist/ is not there: cargo xtask build")?;
    let mut paths: Vec<_> = first.filter_map(|entry| Some(entry.ok()?.path())).collect();
    // The chapter that is open, in the longer of its languages.
    paths.push(dist.join("course/ja/01-the-stampede.txt"));
    for path in paths {
        // What keeps the page for later is fetched when somebody uses it.
        if path.is_file() && !path.ends_with("sw.js") {
            let bytes = fs::read(&path)?;
            rows.push((gzip(&bytes)?, bytes.len(), file_name(&path)));
        }
    }
    rows.sort_unstable_by(|a, b| b.cmp(a));
    println!("\n{:>10} {:>10}  first visit", "gzip", "plain");
    for (small, plain, name) in &rows {
        println!("{small:>10} {plain:>10}  {name}");
    }
    let sum: usize = rows.iter().map(|(small, _, _)| small).sum();
    println!(
        "{sum:>10} bytes in all: {:.1} KB gzip of {} KB allowed",
        sum as f64 / 1024.0,
        BUDGET / 1024
    );
    if sum > BUDGET {
        bail!("the first visit is over its budget");
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
