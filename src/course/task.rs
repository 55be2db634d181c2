//! A task: it ticks itself when the run on the stage has what it asks for.

use std::rc::Rc;

use yew::prelude::*;

use super::check::{Condition, parse};
use super::tree::{self, Fields};
use crate::player::Player;
use crate::stage::studio::Studio;
use crate::stage::view::NAMES;
use crate::state::link_in_course;
use crate::state::{Change, Dispatch, Figure, Shared};

/// See [`Task`].
#[derive(Properties)]
pub struct TaskProps {
    /// The directive's fields.
    pub fields: Fields,
    /// The chapter's number.
    pub chapter: &'static str,
    /// The run on the stage.
    pub studio: Rc<Studio>,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// Which run is on the stage.
    pub now: u32,
    /// Whether all runs have been computed to their end.
    pub complete: bool,
}

impl PartialEq for TaskProps {
    fn eq(&self, other: &Self) -> bool {
        (&self.fields, self.now, self.complete) == (&other.fields, other.now, other.complete)
            && self.state == other.state
    }
}

/// How many of the help's steps have been asked for.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Help {
    None,
    Hint,
    More,
    Sure,
}

/// Whether the run on the stage was begun from a task's: it has its presets.
pub fn is_about(player_link: &stampede_sim::scenario::link::Link, run: &str) -> bool {
    link_in_course(run).is_ok_and(|start| {
        start.lanes.iter().zip(&player_link.lanes).all(|(a, b)| a.preset == b.preset)
    })
}

/// A goal, how far the run on the stage is, and help.
#[component]
pub fn Task(props: &TaskProps) -> Html {
    let TaskProps { fields, chapter, studio, state, dispatch, now, complete } = props;
    let lang = state.lang;
    let of = |name: &str| tree::field(fields, name);
    let (id, run) = (format!("{chapter}/{}", of("id")), of("run"));
    let help = use_state(|| Help::None);
    let stars = state.progress.stars(&id);
    let about = is_about(&state.link, run);
    // What each condition finds, once the run is complete.
    let found = {
        let wanted = (*now, *complete && about, of("check"), of("better"));
        let studio = Rc::clone(studio);
        use_memo(wanted, move |(_, look, check, better)| {
            if !look {
                return Default::default();
            }
            studio.read(|player| [judge(player, check), judge(player, better)])
        })
    };
    let reached = reached(&found);
    {
        let (dispatch, id, goal) = (dispatch.clone(), id.clone(), of("goal"));
        use_effect_with((reached, id.clone()), move |(reached, _)| {
            if *reached > 0 {
                dispatch.dispatch(Change::Star(id, *reached, goal));
            }
        });
    }
    let show = |run: &'static str| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            let figure = Figure { run: run.to_owned(), ..Figure::default() };
            dispatch.dispatch(Change::Figure(figure));
        })
    };
    let step = |to: Help, name: &'static str| {
        let help = help.clone();
        html! { <button type="button" class="quiet" onclick={Callback::from(move |_| help.set(to))}>{ name }</button> }
    };
    let row = |(i, row): (usize, &Row)| {
        let (class, mark) = if row.holds { ("pass", "✓") } else { ("fail", "–") };
        html! {
            <li key={i} {class}><span aria-hidden="true">{ mark }</span>{ " " }<code>{ &row.wanted }</code>{ " " }
                <small>{ lang.pick("now ", "今は ") }{ &row.found }</small></li>
        }
    };
    let all = of("better").is_empty();
    let second = !all && stars > 0;
    let next = match *help {
        Help::None => step(Help::Hint, lang.pick("A hint", "ヒント")),
        Help::Hint => step(Help::More, lang.pick("A stronger hint", "もっと強いヒント")),
        Help::More => step(Help::Sure, lang.pick("The solution", "解答")),
        Help::Sure => html! { <>
            <span>{ lang.pick("Show the solution on the stage?", "解答をステージに表示しますか?") }</span>
            <button type="button" name="solve" onclick={show(if second { of("best") } else { of("solution") })}>{ lang.pick("Yes, show it", "表示する") }</button>
        </> },
    };
    let done = match stars {
        0 => lang.pick("Task", "課題"),
        1 => lang.pick("Task, done ★", "課題 完了 ★"),
        _ => lang.pick("Task, done twice over ★★", "課題 すべて完了 ★★"),
    };
    html! {
        <section class={classes!("widget", "task", (stars > 0).then_some("done"))} aria-label={format!("{}: {}", lang.pick("Task", "課題"), of("goal"))} data-task={id}>
            <p class="kind" role="status">{ done }</p>
            <p>{ of("goal") }</p>
            if second { <p>{ "★★ " }{ of("second") }</p> } else { <span/> }
            <div class="row">
                <button type="button" name="begin" onclick={show(run)}>{ lang.pick("Begin", "始める") }</button>
                { next }
            </div>
            if *help >= Help::Hint { <p class="hint">{ of("hint") }</p> } else { <span/> }
            if *help >= Help::More { <p class="hint">{ of("more") }</p> } else { <span/> }
            <ul class="conditions">{ for found[usize::from(second)].iter().enumerate().map(row) }</ul>
        </section>
    }
}

/// A condition and what it found.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// What it asks for.
    pub wanted: String,
    /// What there is.
    pub found: String,
    /// Whether that will do.
    pub holds: bool,
}

/// Whether there are conditions, and all hold.
fn met(rows: &[Row]) -> bool {
    !rows.is_empty() && rows.iter().all(|row| row.holds)
}

/// The stars for what the first and the second goal find.
pub fn reached([first, second]: &[Vec<Row>; 2]) -> u64 {
    match (met(first), met(second)) {
        (_, true) => 2,
        (true, false) => 1,
        _ => 0,
    }
}

/// What conditions find in the run on the stage; nothing for those that are none.
pub fn judge(player: &Player, conditions: &str) -> Vec<Row> {
    let row = |condition: &Condition| Row {
        wanted: format!("{} {} {}", NAMES[condition.lane], condition.name, condition.wanted()),
        found: condition.found(&player.lanes).unwrap_or_default(),
        holds: condition.holds(&player.lanes),
    };
    parse(conditions).unwrap_or_default().iter().map(row).collect()
}
