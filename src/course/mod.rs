//! The chapters: they lie beside the page, and are fetched when somebody reads
//! them.

pub mod check;
pub mod class;
pub mod contents;
pub mod curve;
pub mod handout;
pub mod library;
pub mod notes;
pub mod predict;
pub mod progress;
pub mod search;
pub mod task;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
pub mod tree;
pub mod view;

use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use crate::text::Lang;
use crate::web;
use crate::web::fetched::use_fetched;

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
}

/// A link as chapters write it, without its version.
pub fn link(run: &str) -> Result<Link, Problem> {
    Link::read(&format!("v=1&{run}"))
}

/// What has come of fetching a chapter.
#[derive(Clone, Copy, PartialEq)]
pub enum Text {
    /// It is on its way.
    Loading,
    /// Here it is.
    Here(&'static str),
    /// It is not to be had.
    Missing,
}

/// The text of chapter `number`, from 0, in a language.
#[hook]
pub fn use_chapter(number: usize, lang: Lang) -> Text {
    let text = use_fetched((number, lang), |(number, lang)| async move {
        let name = CHAPTERS.get(number).map_or("", |chapter| chapter.name);
        let text = web::text_file(&format!("course/{}/{name}.txt", lang.code())).await;
        // It stays for as long as the page does.
        text.map(|text| -> &'static str { text.leak() })
    });
    match text.as_deref() {
        None => Text::Loading,
        Some(Some(text)) => Text::Here(text),
        Some(None) => Text::Missing,
    }
}
