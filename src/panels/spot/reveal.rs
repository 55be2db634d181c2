//! What a puzzle was about: the mistake by its name, what comes of it in words,
//! and the run's own numbers.

use std::rc::Rc;

use yew::prelude::*;

use super::puzzle::{Puzzle, Said};
use super::{FOUND, go_on, keep, symptom};
use crate::stage::studio::Studio;
use crate::stage::view::NAMES;
use crate::state::{Dispatch, Shared};

/// The element that names the mistake.
pub const ID: &str = "named";

/// The mistake by its name: above the listing, in which its lines are marked.
pub fn named(puzzle: &Puzzle, state: &Shared) -> Html {
    let lang = state.lang;
    let title = match state.progress.answer(&puzzle.id()) {
        Some(FOUND) => lang.pick("Found", "発見"),
        _ => lang.pick("This was it", "答え"),
    };
    let mistake = |(i, said): (usize, &Said)| html! { <p key={i}>{ said[lang as usize] }</p> };
    html! {
        <section id={ID} class="named" tabindex="-1" aria-label={title}>
            <h2>{ title }</h2>
            { for puzzle.mistakes.iter().enumerate().map(mistake) }
        </section>
    }
}

/// See [`Reveal`].
#[derive(Properties)]
pub struct RevealProps {
    /// The puzzle.
    pub puzzle: &'static Puzzle,
    /// The lane that runs it, if the one that is looked at does.
    pub lane: Option<usize>,
    /// The run.
    pub studio: Rc<Studio>,
    /// Which run it is.
    pub run: u32,
    /// Whether all of it is computed.
    pub complete: bool,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

impl PartialEq for RevealProps {
    fn eq(&self, other: &Self) -> bool {
        let of = |props: &Self| (props.puzzle.flaw, props.lane, props.run, props.complete);
        of(self) == of(other) && self.state == other.state
    }
}

/// What comes of it; below the listing.
#[component]
pub fn Reveal(props: &RevealProps) -> Html {
    let RevealProps { puzzle, lane, studio, run, complete, state, dispatch } = props;
    let (puzzle, lang) = (*puzzle, state.lang);
    let said = |said: &Said| said[lang as usize];
    // Once all is computed.
    let found = {
        let studio = Rc::clone(studio);
        use_memo((puzzle.flaw, *lane, *run, *complete), move |(_, lane, _, complete)| {
            let lane = lane.filter(|_| *complete)?;
            Some(studio.read(|player| symptom::table(&player.lanes, lane, puzzle)))
        })
    };
    let again = {
        let (state, dispatch) = (state.clone(), dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            keep(puzzle, "", &state, &dispatch);
            go_on("panel");
        })
    };
    let head = |(i, lane): (usize, &usize)| {
        let lane = NAMES[*lane];
        let what = match i {
            0 => lang.pick(format!("{lane}, with it"), format!("{lane}（誤りあり）")),
            _ => lang.pick(format!("{lane}, without"), format!("{lane}（誤りなし）")),
        };
        html! { <th key={i} scope="col">{ what }</th> }
    };
    let row = |(of, values): &symptom::Shows| {
        html! { <tr key={*of}><th scope="row">{ symptom::name(of, lang) }</th>{ for values.iter().enumerate().map(|(i, value)| html! { <td key={i}>{ value.clone() }</td> }) }</tr> }
    };
    let shows = match (&*found, lane) {
        (Some((lanes, rows)), _) => html! {
            <table>
                <caption>{ lang.pick("What comes of it in this run", "この実行で起きたこと") }</caption>
                <thead><tr><td></td>{ for lanes.iter().enumerate().map(head) }</tr></thead>
                <tbody>{ for rows.iter().map(row) }</tbody>
            </table>
        },
        (None, Some(_)) => {
            html! { <p class="note">{ lang.pick("The run is still being computed.", "この実行はまだ計算中。") }</p> }
        }
        (None, None) => {
            html! { <p class="note">{ lang.pick("None of its runs is in the lane that is chosen.", "選んだレーンでは、このコードは動いていない。") }</p> }
        }
    };
    html! {
        <div class="reveal">
            <p>{ said(&puzzle.comes) }</p>
            { shows }
            <button type="button" class="quiet" name="again" onclick={again}>{ lang.pick("Play again", "もう一度探す") }</button>
        </div>
    }
}
