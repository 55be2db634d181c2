//! The chapters, as data made at build time from `course/`.

pub mod numbers;
pub mod view;

use crate::text::Lang;

/// A chapter in both languages.
pub struct Chapter {
    /// The file's name, without `.md`.
    pub slug: &'static str,
    /// English.
    pub en: &'static [Block],
    /// Japanese.
    pub ja: &'static [Block],
}

/// A block of text.
pub enum Block {
    /// Level, identifier, text.
    Heading(u8, &'static str, &'static [Inline]),
    /// A paragraph.
    Paragraph(&'static [Inline]),
    /// Whether it is numbered, and its items.
    List(bool, &'static [&'static [Block]]),
    /// A quotation.
    Quote(&'static [Block]),
    /// A listing.
    Code(&'static str),
    /// Rows of cells; the first row is the heading.
    Table(&'static [&'static [&'static [Inline]]]),
}

/// A piece of a line.
pub enum Inline {
    /// Plain text.
    Text(&'static str),
    /// The end of a line in the source: a space, or nothing in Japanese.
    Break,
    /// Bold.
    Strong(&'static [Inline]),
    /// Italic; in Japanese, where type has no italics, underlined by dots.
    Emph(&'static [Inline]),
    /// A name from a program.
    Code(&'static str),
    /// Address and text.
    Link(&'static str, &'static [Inline]),
    /// A preset and the name of one of its numbers: filled in from a run.
    Number(&'static str, &'static str),
}

include!(concat!(env!("OUT_DIR"), "/chapters.rs"));

impl Chapter {
    /// Its text in a language.
    pub fn text(&self, lang: Lang) -> &'static [Block] {
        match lang {
            Lang::En => self.en,
            Lang::Ja => self.ja,
        }
    }
}
