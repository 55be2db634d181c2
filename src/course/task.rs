//! A task: it ticks itself when the run on the stage has what it asks for.

use std::rc::Rc;

use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use super::check::{Condition, parse};
use super::claim::show_all;
use super::said::said;
use super::tree::{self, Fields};
use crate::lang::Lang;
use crate::player::Player;
use crate::stage::studio::Studio;
use crate::state::{Change, Dispatch, Figure, Panel, Shared};
use crate::web;

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
pub fn is_about(player_link: &Link, run: &str) -> bool {
    Link::in_course(run).is_ok_and(|start| {
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
    let marked = state.marked.as_ref() == Some(&id);
    {
        let id = id.clone();
        use_effect_with(marked, move |marked| {
            if *marked {
                // When the chapter has gone to its heading.
                wasm_bindgen_futures::spawn_local(async move {
                    web::idle().await;
                    web::scroll_to(&id);
                });
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
    let row = |(i, (holds, text)): (usize, (bool, String))| {
        let (class, mark) = if holds { ("pass", "✓") } else { ("fail", "–") };
        let so = if holds {
            lang.pick("met: ", "達成：")
        } else {
            lang.pick("not yet: ", "未達成：")
        };
        html! {
            <li key={i} {class}><span aria-hidden="true">{ mark }</span>{ " " }<span class="visually-hidden">{ so }</span>{ text }</li>
        }
    };
    let two = !of("better").is_empty();
    let second = two && stars > 0;
    // What was done is not undone by another run on the stage.
    let rows: Vec<(bool, String)> = match &found[usize::from(second)] {
        rows if rows.is_empty() && stars > 0 => {
            let met = parse(of(if stars > 1 { "better" } else { "check" })).unwrap_or_default();
            met.iter().map(|condition| (true, said(condition, None, lang))).collect()
        }
        rows => rows
            .iter()
            .map(|row| (row.holds, said(&row.condition, Some(&row.found), lang)))
            .collect(),
    };
    let next = match *help {
        Help::None => step(Help::Hint, lang.pick("A hint", "ヒント")),
        Help::Hint => step(Help::More, lang.pick("A stronger hint", "さらにヒント")),
        Help::More => step(Help::Sure, lang.pick("The solution", "解答")),
        Help::Sure => html! { <>
            <span>{ lang.pick("Show the solution on the stage?", "解答をステージに表示しますか？") }</span>
            <button type="button" name="solve" onclick={show(if second { of("best") } else { of("solution") })}>{ lang.pick("Yes, show it", "表示する") }</button>
        </> },
    };
    let done = match stars {
        0 => lang.pick("Task", "課題"),
        1 => lang.pick("Task, done ★", "課題：達成 ★"),
        _ => lang.pick("Task, done twice over ★★", "課題：すべて達成 ★★"),
    };
    html! {
        <section id={id.clone()} class={classes!("widget", "task", (stars > 0).then_some("done"), marked.then_some("marked"))} aria-label={format!("{}{}", lang.pick("Task: ", "課題："), of("goal"))} data-task={id.clone()}>
            <p class="kind">{ done }</p>
            if marked {
                <p class="row"><b>{ lang.pick("The task of your class", "クラスの課題") }</b>
                    <button type="button" name="class" onclick={Callback::from({ let dispatch = dispatch.clone(); move |_: MouseEvent| dispatch.dispatch(Change::Panel(Panel::Class)) })}>{ lang.pick("The code to give back", "提出するコード") }</button></p>
            } else { <span/> }
            if stars > 0 { <p class="stars">{ stars_mean(two, lang) }</p> } else { <span/> }
            <p>{ of("goal") }</p>
            if second { <p>{ "★★ " }{ of("second") }</p> } else { <span/> }
            <div class="row">
                <button type="button" name="begin" onclick={show(run)}>{ lang.pick("Begin", "始める") }</button>
                { next }
            </div>
            if *help >= Help::Hint { <p class="hint">{ of("hint") }</p> } else { <span/> }
            if *help >= Help::More { <p class="hint">{ of("more") }{ show_all(of("claims"), dispatch, lang) }</p> } else { <span/> }
            <ul class="conditions">{ for rows.into_iter().enumerate().map(row) }</ul>
        </section>
    }
}

/// What the stars of a task say that has one goal, or two.
fn stars_mean(two: bool, lang: Lang) -> &'static str {
    match two {
        true => lang.pick(
            "★ the goal is reached; ★★ the second goal, too.",
            "★ は目標を達成、★★ は 2 つ目の目標も達成したしるしです。",
        ),
        false => lang.pick(
            "★ the goal is reached. This task has no second one.",
            "★ は目標を達成したしるしです。この課題に 2 つ目の目標はありません。",
        ),
    }
}

/// A condition and what it found.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// What it asks for.
    pub condition: Condition,
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
    let row = |condition: Condition| Row {
        found: condition.found(&player.lanes).unwrap_or_default(),
        holds: condition.holds(&player.lanes),
        condition,
    };
    parse(conditions).unwrap_or_default().into_iter().map(row).collect()
}
