//! *Spot the bug*: a listing with a mistake in it, whose line is to be found.
//! Until then nothing on the panel says which it is; afterwards the file is
//! shown as it is, and what the mistake does to the run on the stage.

mod puzzle;
mod reveal;
mod shown;
mod symptom;
#[cfg(test)]
mod tests;
mod words;

use std::rc::Rc;

use yew::prelude::*;

use super::listing::{Listing, Mark, Row};
use crate::lang::Lang;
use crate::player::listing::Lit;
use crate::stage::view::NAMES;
use crate::state::{Change, Dispatch, Shared};
use crate::web;
pub use puzzle::Puzzle;
pub use reveal::{Reveal, named};
use shown::Line;
pub use words::PUZZLES;

/// What is kept of a puzzle that was solved, and of one that was given up.
const FOUND: &str = "found";
const TOLD: &str = "shown";

/// Whether a puzzle is solved, one way or another.
pub fn is_solved(puzzle: &Puzzle, state: &Shared) -> bool {
    state.progress.answer(&puzzle.id()).is_some_and(|how| !how.is_empty())
}

/// Keeps what has become of a puzzle; nothing: it is played again.
fn keep(puzzle: &Puzzle, how: &str, state: &Shared, dispatch: &Dispatch) {
    let mut progress = state.progress.clone();
    progress.predict(&puzzle.id(), how);
    dispatch.dispatch(Change::Progress(progress));
}

/// So many frames are waited for what is to have the focus.
const FRAMES: usize = 120;

/// Moves the focus, when what it is in has taken the place of what had it.
fn go_on(id: &'static str) {
    wasm_bindgen_futures::spawn_local(async move {
        for _ in 0..FRAMES {
            web::painted().await;
            if web::focus(id) {
                break;
            }
        }
    });
}

/// A file as it is, with the lines marked that are to blame.
pub fn solved(text: &'static str) -> Vec<Row> {
    let guilty: Vec<u32> = (shown::lines(text).iter())
        .filter(|line| line.guilty.is_some())
        .map(|line| line.source)
        .collect();
    let mark = |source| if guilty.contains(&source) { Mark::Guilty } else { Mark::None };
    text.lines()
        .zip(1..)
        .map(|(text, source)| Row { text: text.into(), source, mark: mark(source) })
        .collect()
}

/// How far somebody is.
#[derive(Clone, Default, PartialEq)]
struct Play {
    /// Lines that were clicked and are innocent.
    tried: Vec<usize>,
    /// Mistakes that were found.
    found: Vec<usize>,
    /// The line that was clicked last.
    last: Option<usize>,
    /// How many hints were asked for.
    hints: usize,
}

/// What somebody does.
enum Move {
    /// Clicks a line: its number, and the mistake that it is.
    Pick(usize, Option<usize>),
    /// Asks for a hint more, of so many.
    Hint(usize),
}

impl Reducible for Play {
    type Action = Move;

    fn reduce(self: Rc<Self>, what: Move) -> Rc<Self> {
        let mut play = Play::clone(&self);
        match what {
            Move::Pick(row, guilty) => {
                play.last = Some(row);
                let (list, what) = match guilty {
                    None => (&mut play.tried, row),
                    Some(which) => (&mut play.found, which),
                };
                if !list.contains(&what) {
                    list.push(what);
                }
            }
            Move::Hint(all) => play.hints = (play.hints + 1).min(all),
        }
        Rc::new(play)
    }
}

impl Play {
    fn mark(&self, row: usize, line: &Line) -> Mark {
        match line.guilty {
            Some(which) if self.found.contains(&which) => Mark::Guilty,
            None if self.tried.contains(&row) => Mark::Innocent,
            _ => Mark::None,
        }
    }
}

/// See [`Spot`].
#[derive(Properties, PartialEq)]
pub struct SpotProps {
    /// The puzzle.
    pub puzzle: &'static Puzzle,
    /// Its file.
    pub text: &'static str,
    /// Where requests wait in it.
    pub lit: Vec<Lit>,
    /// The lane that is looked at.
    pub lane: usize,
    /// Whether that runs it.
    pub runs: bool,
    /// The request that is selected in the lane.
    pub selected: Option<u32>,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// The puzzle, until it is solved.
#[component]
pub fn Spot(props: &SpotProps) -> Html {
    let SpotProps { puzzle, text, lit, lane, runs, selected, state, dispatch } = props;
    let (puzzle, lang) = (*puzzle, state.lang);
    let said = |said: &puzzle::Said| said[lang as usize];
    let lines = use_memo(*text, |text| shown::lines(text));
    let play = use_reducer(Play::default);
    let rows = use_memo((Rc::clone(&lines), (*play).clone()), |(lines, play)| {
        let row = |(i, line): (usize, &Line)| Row {
            text: line.text.into(),
            source: line.source,
            mark: play.mark(i, line),
        };
        lines.iter().enumerate().map(row).collect::<Vec<_>>()
    });
    let end = {
        let (state, dispatch) = (state.clone(), dispatch.clone());
        move |how| {
            keep(puzzle, how, &state, &dispatch);
            go_on(reveal::ID);
        }
    };
    let pick = {
        let (play, lines) = (play.dispatcher(), Rc::clone(&lines));
        Callback::from(move |row: usize| play.dispatch(Move::Pick(row, lines[row].guilty)))
    };
    {
        let end = end.clone();
        use_effect_with(play.found.len() == puzzle.mistakes.len(), move |all| {
            if *all {
                end(FOUND);
            }
        });
    }
    let hint = {
        let (play, all) = (play.dispatcher(), puzzle.hints.len());
        Callback::from(move |_: MouseEvent| play.dispatch(Move::Hint(all)))
    };
    // It keeps the focus all the same.
    let no_more = play.hints == puzzle.hints.len();
    let tell = Callback::from(move |_: MouseEvent| end(TOLD));
    let answer = play.last.map(|row| {
        let line = &lines[row];
        let number = row + 1;
        let (verdict, why) = match line.guilty {
            None => (lang.pick("not this one.", "ここではない。"), said(&puzzle.acquits(line))),
            Some(which) => (lang.pick("yes!", "そのとおり！"), said(&puzzle.mistakes[which])),
        };
        let left = puzzle.mistakes.len() - play.found.len();
        let more = line.guilty.map(|_| match left {
            2 => lang.pick(" There are two more.", "あと 2 つある。"),
            _ => lang.pick(" There is one more.", "もう 1 つある。"),
        });
        let place = lang.pick(format!("Line {number}: "), format!("{number} 行目："));
        html! { <p><b>{ place }{ verdict }</b>{ " " }{ why }{ more }</p> }
    });
    let hints = puzzle.hints.iter().take(play.hints).zip(1..);
    let goal = match (runs, lang) {
        (true, Lang::En) => {
            format!("Lane {} runs this code, shown without its comments.", NAMES[*lane])
        }
        (true, Lang::Ja) => {
            format!("レーン {} で動いているコードから、コメントを除いたもの。", NAMES[*lane])
        }
        (false, Lang::En) => {
            "This code, shown without its comments, runs in another experiment.".to_owned()
        }
        (false, Lang::Ja) => "ほかの実験で動くコードから、コメントを除いたもの。".to_owned(),
    };
    let task = match puzzle.mistakes.len() {
        1 => lang.pick(
            " There is a mistake in it. Click the line.",
            "誤りが 1 つある。その行をクリックしよう。",
        ),
        2 => lang.pick(
            " There are two mistakes in it. Click a line of each.",
            "誤りが 2 つある。それぞれの行をクリックしよう。",
        ),
        _ => lang.pick(
            " There are three mistakes in it. Click a line of each.",
            "誤りが 3 つある。それぞれの行をクリックしよう。",
        ),
    };
    html! {
        <div class="spot">
            <p class="goal"><b>{ lang.pick("Spot the bug. ", "バグを探そう。") }</b>{ goal }{ task }</p>
            <Listing title={puzzle.title(lang)} {rows} lit={lit.clone()} lane={*lane} selected={*selected} {pick} {lang} dispatch={dispatch.clone()}/>
            <div class="judged" aria-live="polite">
                { answer.unwrap_or_else(|| html! { <p class="note">{ lang.pick(
                    "With the keyboard: ↑ and ↓ lead through the lines, Enter chooses one.",
                    "キーボードでは ↑ と ↓ で行を移り、Enter で選ぶ。",
                ) }</p> }) }
                { for hints.map(|(hint, number)| html! { <p class="hint" key={number}><b>{ lang.pick(format!("Hint {number}: "), format!("ヒント {number}：")) }</b>{ said(hint) }</p> }) }
            </div>
            <div class="row">
                <button type="button" name="hint" aria-disabled={no_more.then_some("true")} onclick={hint}>{ if no_more { lang.pick("No more hints", "ヒントは以上") } else { lang.pick("A hint", "ヒント") } }</button>
                <button type="button" class="quiet" name="tell" onclick={tell}>{ lang.pick("Show me", "答えを見る") }</button>
            </div>
        </div>
    }
}
