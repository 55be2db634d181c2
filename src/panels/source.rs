//! The compiled source: files beside the page, fetched when somebody wants to
//! read one, and shown only if they are those that were compiled.

use yew::prelude::*;

use crate::web::fetched::{Fetched, use_text};

/// A file of `sim/src/protect/` that this page was compiled from.
pub struct Source {
    /// Its name.
    pub file: &'static str,
    /// Its checksum (see `build/sources.rs`).
    sum: u32,
}

include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The file of that name.
pub fn find(file: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.file == file)
}

/// FNV-1a, 32 bits.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A file, if it is the one that was compiled.
#[hook]
pub fn use_source(file: &'static str) -> Fetched {
    let text = use_text(format!("protect/{file}"));
    *use_memo((file, text), |(file, text)| match text {
        Fetched::Here(text) if find(file).is_none_or(|s| s.sum != checksum(text)) => {
            Fetched::Missing
        }
        text => *text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panels::highlight::spans;

    /// The code on screen is the code that runs: what is listed is what is in
    /// the folder, and every line is shown to the letter.
    #[test]
    fn what_is_listed_is_what_is_compiled() {
        assert!(SOURCES.len() > 25);
        for source in SOURCES {
            let path = format!("{}/sim/src/protect/{}", env!("CARGO_MANIFEST_DIR"), source.file);
            let text = std::fs::read_to_string(path).unwrap();
            assert_eq!(checksum(&text), source.sum, "{}", source.file);
            assert_ne!(checksum(&(text.clone() + " ")), source.sum);
            let mut keywords = 0;
            for line in text.lines() {
                let shown = spans(line);
                keywords += shown.iter().filter(|(class, _)| *class == "k").count();
                assert_eq!(shown.iter().map(|(_, text)| *text).collect::<String>(), line);
            }
            assert!(keywords > 3, "{}", source.file);
        }
    }
}
