//! What is fetched after the first figure: what answers a reader, and windows
//! of their own.

use std::future::Future;

use futures::future::LocalBoxFuture;
use yew::prelude::*;

use super::checklist::{Checklist, ChecklistProps};
use super::exam::ExamProps;
use super::exam::Fetched;
use super::handle::{HandleProps, Handles};
use super::predict::{Predict, PredictProps};
use super::search::{Search, SearchProps};
use super::task::{Task, TaskProps};
use super::tree::field;
use super::{handout, notes};
use crate::web::later::{NotFetched, later};
use crate::web::offline;

/// The ways into it, which are there when it is: see [`crate::web::later`].
pub struct Later {
    /// A question.
    pub predict: fn(PredictProps) -> Html,
    /// A task.
    pub task: fn(TaskProps) -> Html,
    /// A list to tick.
    pub checklist: fn(ChecklistProps) -> Html,
    /// The examination.
    pub exam: fn(ExamProps) -> Html,
    /// What a figure can be changed by, in its place.
    pub handles: fn(HandleProps) -> Html,
    /// The field to search in.
    pub search: fn(SearchProps) -> Html,
    /// Opens the window with the notes; false if the browser did not let it.
    pub open_notes: fn() -> bool,
    /// Shows the notes in this window, instead of the page.
    pub notes: fn() -> Window,
    /// Shows the handout in this window, instead of the page.
    pub handout: fn() -> Window,
}

/// All of them. Named in the first part, it would be there.
pub const LATER: Later = Later {
    predict: |props| {
        let key = field(&props.fields, "id");
        html! { <Predict {key} ..props/> }
    },
    task: |props| {
        let key = field(&props.fields, "id");
        html! { <Task {key} ..props/> }
    },
    checklist: |props| html! { <Checklist ..props/> },
    exam: |props| html! { <Fetched ..props/> },
    handles: |props| html! { <Handles ..props/> },
    search: |props| html! { <Search ..props/> },
    open_notes: notes::open,
    notes: || Box::pin(window(notes())),
    handout: || Box::pin(window(handout())),
};

/// A window of its own, which lies in a part of its own.
type Window = LocalBoxFuture<'static, Result<(), NotFetched>>;

later! {
    teach: async fn notes() -> () { notes::show() }
}

later! {
    teach: async fn handout() -> () { handout::show() }
}

async fn window(shown: impl Future<Output = Result<(), NotFetched>>) -> Result<(), NotFetched> {
    shown.await?;
    offline::keep("teach");
    Ok(())
}
