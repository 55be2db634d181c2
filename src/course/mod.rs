//! The chapters: they lie beside the page, and are fetched when somebody reads
//! them.

pub mod check;
pub mod checklist;
pub mod claim;
mod contents;
pub mod curve;
pub mod exam;
pub mod handle;
mod handout;
pub mod later;
pub mod library;
pub mod notes;
pub mod predict;
pub mod said;
pub mod search;
pub mod task;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
pub mod tree;
pub mod view;

use crate::lang::Lang;

/// A chapter's name and titles.
pub struct Chapter {
    /// As its files are called: `02-singleflight`.
    pub name: &'static str,
    titles: [&'static str; 2],
}

include!(concat!(env!("OUT_DIR"), "/chapters.rs"));

impl Chapter {
    /// Its title in a language.
    pub fn title(&self, lang: Lang) -> &'static str {
        self.titles[lang as usize]
    }

    /// Its number as in its file's name, which tasks' names begin with.
    pub fn number(&self) -> &'static str {
        self.name.split('-').next().unwrap_or(self.name)
    }

    /// The same as links have it, so that they lead to the same chapter when
    /// others are put between.
    pub fn ordinal(&self) -> u32 {
        self.number().trim_start_matches('0').parse().unwrap_or(GLOSSARY)
    }
}

/// The number of the glossary, which comes after all chapters.
const GLOSSARY: u32 = 99;

/// Where the chapter with this number stands in [`CHAPTERS`], or the next one,
/// or the last.
pub fn position(number: u32) -> usize {
    let there = CHAPTERS.iter().position(|chapter| chapter.ordinal() >= number);
    there.unwrap_or(CHAPTERS.len() - 1)
}

/// Where a chapter's text lies, or what a teacher may say in it.
fn path(chapter: &Chapter, lang: Lang, notes: bool) -> String {
    let kind = if notes { ".notes" } else { "" };
    format!("course/{}/{}{kind}.txt", lang.code(), chapter.name)
}
