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
    let fetched = use_state(|| (0, lang, Text::Loading));
    {
        let fetched = fetched.clone();
        use_effect_with((number, lang), move |(number, lang)| {
            let (number, lang) = (*number, *lang);
            wasm_bindgen_futures::spawn_local(async move {
                let name = CHAPTERS.get(number).map_or("", |chapter| chapter.name);
                let path = format!("course/{}/{name}.txt", lang.code());
                // It stays for as long as the page does.
                let text = web::text_file(&path).await;
                let text = text.map_or(Text::Missing, |text| Text::Here(text.leak()));
                fetched.set((number, lang, text));
            });
        });
    }
    match *fetched {
        (of, in_lang, text) if (of, in_lang) == (number, lang) => text,
        _ => Text::Loading,
    }
}
