//! What is fetched after the first figure: one part, with one way in, and what
//! that goes on to fetch for those who ask for it. It calls the first part
//! wherever it likes; the first part has it through what [`ready`] returns.

use std::cell::Cell;

use futures::future::LocalBoxFuture;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use super::density::{Density, DensityProps};
use super::held::{HeldBar, HeldProps};
use super::keys::{Help, HelpProps};
use super::narration::narrate;
use super::notice::{NoticeBar, NoticeProps};
use super::says::{Cover, CoverProps, Says, SaysProps, status};
use crate::course;
use crate::lang::Lang;
use crate::panels;
use crate::runs::beyond;
use crate::stage::studio::Studio;
use crate::state::{Change, Dispatch, Notice, Playhead, State, held};
use crate::ui::copying;
use crate::web;
use crate::web::later::{NotFetched, dress, later};

/// The ways into it.
pub struct Later {
    /// What answers a reader.
    pub course: course::later::Later,
    /// What stands beside the stage in the text's place.
    pub panels: panels::later::Later,
    /// The sheet of keys.
    pub help: fn(HelpProps) -> Html,
    /// A line across the page with something to say.
    pub notice: fn(NoticeProps) -> Html,
    /// What is held back of a link that was opened.
    pub held: fn(HeldProps) -> Html,
    /// The run in words.
    pub narrate: fn(&Playhead, &State) -> String,
    /// The run from afar, on the bar of the playhead.
    pub density: fn(DensityProps) -> Html,
    /// What the stage says.
    pub says: fn(SaysProps) -> Html,
    /// What is announced.
    pub status: fn(&Studio, &State, &Playhead, (&str, bool), &str) -> String,
    /// A link, as an address has it.
    pub write: fn(&Link) -> String,
    /// Copies a link to what the stage shows.
    pub copy: fn(&Studio, &State, Dispatch),
    /// What stands over a stage that waits for a prediction.
    pub cover: fn(CoverProps) -> Html,
    /// Fetches what a run was refused for that is missing of the simulation.
    pub fetch: fn(Problem) -> LocalBoxFuture<'static, Result<(), NotFetched>>,
    /// Begins to keep the page for use without a network.
    pub keep: fn(Dispatch),
    /// Keeps the chapters of a language, too.
    pub keep_chapters: fn(Lang),
}

impl PartialEq for Later {
    fn eq(&self, other: &Later) -> bool {
        // There is one.
        std::ptr::eq(self, other)
    }
}

static LATER: Later = Later {
    course: course::later::LATER,
    panels: panels::later::LATER,
    help: |props| html! { <Help ..props/> },
    notice: |props| html! { <NoticeBar ..props/> },
    held: |props| html! { <HeldBar ..props/> },
    narrate,
    density: |props| html! { <Density ..props/> },
    status,
    write: Link::write,
    copy,
    says: |props| html! { <Says ..props/> },
    cover: |props| html! { <Cover ..props/> },
    fetch: |missing| Box::pin(async move { beyond::ready(&missing).await }),
    keep,
    keep_chapters: |lang| web::offline::keep(lang.code()),
};

fn copy(studio: &Studio, state: &State, dispatch: Dispatch) {
    let link = studio.read(|player| state.link_now(player)).write();
    web::replace_fragment(&link);
    copying::copy(format!("{}#{link}", web::address()), dispatch);
}

fn keep(dispatch: Dispatch) {
    wasm_bindgen_futures::spawn_local(async move {
        let newer = Cell::new(Some(Change::Notice(Some(Notice::NewVersion))));
        let tell = move || newer.take().into_iter().for_each(|newer| dispatch.dispatch(newer));
        web::offline::begin(tell).await;
    });
}

/// Everything, with what the simulation has of it.
fn everything() -> &'static Later {
    #[cfg(feature = "split")]
    stampede_sim::run::give();
    held::give();
    &LATER
}

later! {
    lab: async fn fetched() -> &'static Later {
        everything()
    }
}

thread_local! {
    static HERE: Cell<Option<&'static Later>> = const { Cell::new(None) };
}

/// The later part, if it has come.
pub fn here() -> Option<&'static Later> {
    HERE.get()
}

/// The later part, once it has come.
pub async fn ready() -> Result<&'static Later, NotFetched> {
    dress();
    let there = fetched().await;
    HERE.set(HERE.get().or(there.ok()));
    there
}
