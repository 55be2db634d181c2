//! The chapters, made at build time from `course/`.

pub mod numbers;
pub mod tree;
pub mod view;

use crate::text::Lang;
use tree::Node;

/// A chapter in both languages.
pub struct Chapter {
    en: &'static str,
    ja: &'static str,
}

include!(concat!(env!("OUT_DIR"), "/chapters.rs"));

impl Chapter {
    /// Its text in a language.
    pub fn text(&self, lang: Lang) -> Vec<Node> {
        tree::read(lang.pick(self.en, self.ja))
    }
}
