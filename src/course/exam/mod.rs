//! The examination: hand in what one has mended, and have it run with seeds that
//! nobody has seen. Lies in a part of its own.

mod sheet;
mod words;

use std::cell::RefCell;
use std::rc::Rc;

use stampede_sim::exam::{FRIDAY, Grade, Refused, Score, Seen};
use yew::prelude::*;

use super::tree::{self, Fields};
use crate::lang::Lang;
use crate::runs::carry_out;
use crate::runs::exam::Handed;
use crate::state::{Change, Dispatch, Figure, Measure, Panel, Shared};
use crate::ui::refusal::{self, not_fetched};
use crate::ui::undertaking::use_undertaking;
use crate::web;
use crate::web::later::{NotFetched, later};
use crate::web::offline;

use sheet::Sheet;

/// With so many seeds it is run.
const RUNS: usize = 10;
/// The lane that is handed in.
const LANE: usize = 1;
/// They are drawn from here on: the seeds that the page uses by itself lie below.
const BEYOND: u64 = 1 << 32;

/// See [`Exam`].
#[derive(Clone, Properties, PartialEq)]
pub struct ExamProps {
    /// The directive's fields.
    pub fields: Fields,
    /// The chapter's number.
    pub chapter: &'static str,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// Draws it.
type Draw = fn(&ExamProps) -> Html;

later! {
    own: async fn exam() -> Draw { |props| html! { <Exam ..props.clone()/> } }
}

/// The examination, as soon as it has come.
#[component]
pub fn Fetched(props: &ExamProps) -> Html {
    let draw = use_state(|| None::<Result<Draw, NotFetched>>);
    {
        let draw = draw.clone();
        use_effect_with((), move |()| {
            wasm_bindgen_futures::spawn_local(async move {
                let fetched = exam().await;
                if fetched.is_ok() {
                    offline::keep("own");
                }
                draw.set(Some(fetched));
            });
        });
    }
    match *draw {
        Some(Ok(draw)) => draw(props),
        Some(Err(NotFetched)) => {
            html! { <section class="widget wait"><p>{ not_fetched(props.state.lang) }</p></section> }
        }
        None => {
            html! { <section class="widget wait"><p>{ tree::field(&props.fields, "goal") }</p></section> }
        }
    }
}

/// What was handed in last.
#[derive(Clone, Default, PartialEq)]
struct Known {
    running: bool,
    /// Each seed, and what its run had.
    runs: Rc<Vec<(u64, Seen)>>,
    score: Option<Score>,
    refused: Option<Refused>,
}

/// What is asked for, what may be spent, a button to hand it in, and what it is worth.
#[component]
fn Exam(props: &ExamProps) -> Html {
    let ExamProps { fields, chapter, state, dispatch } = props;
    let lang = state.lang;
    let of = |name: &str| tree::field(fields, name);
    let id = format!("{chapter}/{}", of("id"));
    let known = use_state(Known::default);
    let undertaking = use_undertaking();
    let begin = {
        let (dispatch, run) = (dispatch.clone(), of("run").to_owned());
        let measure = Measure::named(of("measure"));
        Callback::from(move |_: MouseEvent| {
            let figure = Figure { run: run.clone(), measure, guess: None };
            dispatch.dispatch(Change::Figure(figure));
            dispatch.dispatch(Change::Panel(Panel::Defences));
        })
    };
    let hand_in = {
        let (known, undertaking, state) = (known.clone(), undertaking.clone(), state.clone());
        let (dispatch, id, goal) = (dispatch.clone(), id.clone(), of("goal"));
        Callback::from(move |_: MouseEvent| {
            let first = BEYOND + (web::random() * BEYOND as f64) as u64;
            let handed = match Handed::new(&FRIDAY, &state.link, LANE, first, RUNS) {
                Ok(handed) => RefCell::new(handed),
                Err(why) => {
                    undertaking.stop();
                    return known.set(Known { refused: Some(why), ..Known::default() });
                }
            };
            known.set(Known { running: true, ..Known::default() });
            let (known, state) = (known.clone(), state.clone());
            let (dispatch, id) = (dispatch.clone(), id.clone());
            undertaking.begin(async move {
                let show = || {
                    let handed = handed.borrow();
                    let (runs, score) = (Rc::new(handed.known()), handed.score());
                    known.set(Known { running: score.is_none(), runs, score, refused: None });
                };
                if let Err(problem) = carry_out(&handed, &show).await {
                    let refused = Some(Refused::Problem(problem));
                    return known.set(Known { refused, ..Known::default() });
                }
                let score = handed.borrow().score();
                score.iter().for_each(|score| {
                    dispatch.dispatch(Change::HandIn(id.clone(), state.link.seed, score.points));
                    let stars = stars(score.grade());
                    if stars > 0 {
                        dispatch.dispatch(Change::Star(id.clone(), stars, goal));
                    }
                });
            });
        })
    };
    let cancel = {
        let known = known.clone();
        Callback::from(move |_: MouseEvent| {
            undertaking.stop();
            known.set(Known::default());
        })
    };
    let best = state.progress.best(&id);
    let stars = state.progress.stars(&id);
    let marked = state.marked.as_ref() == Some(&id);
    let budget = |line: &stampede_sim::exam::Line| {
        let name = words::name(line.look, lang);
        html! { <li key={name}>{ words::at_most(line, lang) }</li> }
    };
    html! {
        <section id={id.clone()} class={classes!("widget", "task", "exam", (stars > 0).then_some("done"), marked.then_some("marked"))} aria-label={lang.pick("The examination", "試験")} data-task={id.clone()}>
            <p class="kind">{ lang.pick("The examination", "試験") }</p>
            if marked {
                <p class="row"><b>{ lang.pick("The task of your class", "クラスの課題") }</b>
                    <button type="button" name="class" onclick={Callback::from({ let dispatch = dispatch.clone(); move |_: MouseEvent| dispatch.dispatch(Change::Panel(Panel::Class)) })}>{ lang.pick("The code to give back", "提出するコード") }</button></p>
            } else { <span/> }
            <p>{ of("goal") }</p>
            <p>{ lang.pick("What it may cost:", "使ってよい範囲：") }</p>
            <ul>{ for FRIDAY.budgets.iter().map(budget) }</ul>
            <div class="row">
                <button type="button" name="begin" onclick={begin}>{ lang.pick("Begin", "始める") }</button>
                <button type="button" name="hand-in" class="primary" onclick={hand_in} disabled={known.running}>{ lang.pick("Hand in lane B", "レーン B を提出") }</button>
                if known.running {
                    <button type="button" name="cancel" onclick={cancel}>{ lang.pick("Cancel", "中止") }</button>
                    <progress max={RUNS.to_string()} value={known.runs.len().to_string()} aria-label={lang.pick("Runs", "実行")}></progress>
                } else { <span/> }
                if let Some(points) = best { <span class="note">{ lang.pick(format!("Your best: {points} of 100"), format!("これまでの最高：100 点中 {points} 点")) }</span> } else { <span/> }
            </div>
            <div role="status">
                { match &known.refused {
                    Some(why) => html! { <p class="note bad">{ refused(why, lang) }</p> },
                    None => html! { <span/> },
                } }
                { match &known.score {
                    Some(score) => html! { <Sheet score={score.clone()} runs={Rc::clone(&known.runs)} link={state.link.clone()} {lang} dispatch={dispatch.clone()}/> },
                    None => html! { <span/> },
                } }
            </div>
        </section>
    }
}

/// The stars of a grade: passed, and with distinction.
pub fn stars(grade: Grade) -> u64 {
    match grade {
        Grade::A => 2,
        Grade::B | Grade::C => 1,
        Grade::D | Grade::F => 0,
    }
}

fn refused(why: &Refused, lang: Lang) -> String {
    match why {
        Refused::Other => lang
            .pick(
                "Lane B is not the shop of the examination. “Begin” puts it there.",
                "レーン B は試験のショップではありません。「始める」で表示できます。",
            )
            .to_owned(),
        Refused::NotThis(path) => {
            let name = crate::ui::names::name(path, lang);
            lang.pick(
                format!("This is not yours to change: {name} ({path}). Only the defences and their knobs are, how sessions are kept, lists invalidated and stock counted, and the cache’s size. Take it back, and hand in again."),
                format!("変更できない項目です：{name}（{path}）。変更できるのは、対策とその調整項目、セッションの扱い、一覧の無効化、在庫の数え方、キャッシュの大きさだけです。元に戻して、もう一度提出してください。"),
            )
        }
        Refused::Problem(problem) => refusal::text(problem, lang),
    }
}
