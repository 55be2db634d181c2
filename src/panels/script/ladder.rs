//! The ladder of challenges: choose one, put it on the stage, have the script judged with
//! twenty seeds, and see the smallest run in which it misses a goal.

use std::cell::RefCell;

use stampede_sim::challenge::{Challenge, LADDER, RUNS, Score, Words};
use stampede_sim::lab::check;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use super::answer::Answer;
use super::{WRITTEN, starts};
use crate::lang::Lang;
use crate::runs::carry_out;
use crate::runs::judge::Judging;
use crate::state::progress::challenge as kept;
use crate::state::{Change, Dispatch, Notice, Shared};
use crate::ui::refusal;
use crate::ui::trouble;
use crate::ui::typed::use_typed;
use crate::ui::undertaking::use_undertaking;
use crate::web;
use crate::web::later::later;

/// Under this name it is kept while the window is open which one is chosen.
const CHOSEN: &str = "challenge";

/// In which lane of a challenge's system the script runs.
const LANE: usize = 1;

/// See [`Ladder`].
#[derive(Properties, PartialEq)]
pub struct LadderProps {
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// Gives what is written, if it is a script; if it is none, its mistakes are shown.
    pub source: Callback<(), Option<String>>,
    /// What is written.
    pub written: String,
}

/// What is known of the script that was judged last.
#[derive(Clone, Default, PartialEq)]
struct Known {
    running: bool,
    runs: usize,
    score: Option<Score>,
    /// The smallest run that misses a goal, and which.
    smallest: Option<(Link, usize)>,
    refused: Option<Problem>,
    /// What is judged.
    source: String,
}

fn pick(words: Words, lang: Lang) -> &'static str {
    lang.pick(words.en, words.ja)
}

later! {
    script:
    /// Chooses a challenge, from 0, for when the panel is opened: its system with what is
    /// written there.
    pub async fn chosen(number: usize) -> Option<Link> { choose(number) }
}

fn choose(number: usize) -> Option<Link> {
    web::keep_typed(CHOSEN, Some(&number.to_string()));
    let written = web::typed(WRITTEN);
    system(LADDER.get(number)?, written.as_deref().unwrap_or(starts::first()))
}

/// A challenge's system as a run, with a script. What is no script does not keep anybody
/// from looking at the herd.
fn system(challenge: &Challenge, source: &str) -> Option<Link> {
    let source = if check(source).is_ok() { source } else { "" };
    Some(challenge.link(&challenge.scenario(source).ok()?, 1))
}

/// The challenges.
#[component]
pub fn Ladder(props: &LadderProps) -> Html {
    let LadderProps { state, dispatch, source, written } = props;
    let lang = state.lang;
    let chosen = use_typed::<usize>(
        CHOSEN,
        |text| text.parse().ok().filter(|number| *number < LADDER.len()),
        usize::to_string,
    );
    let number = (*chosen).unwrap_or(0);
    let challenge = &LADDER[number];
    let hints = use_state(|| 0);
    let known = use_state(Known::default);
    let undertaking = use_undertaking();
    let is_passed = |challenge: &Challenge| state.progress.stars(&kept(challenge.id)) > 0;
    let choose = {
        let (chosen, hints, known) = (chosen.clone(), hints.clone(), known.clone());
        let undertaking = undertaking.clone();
        Callback::from(move |event: Event| {
            undertaking.stop();
            hints.set(0);
            known.set(Known::default());
            chosen.set(web::chosen(&event));
        })
    };
    let begin = {
        let (dispatch, source) = (dispatch.clone(), source.clone());
        let chapter = state.link.chapter;
        Callback::from(move |_: MouseEvent| {
            let written = source.emit(()).unwrap_or_default();
            if let Some(link) = system(challenge, &written) {
                dispatch.dispatch(Change::Run(Link { chapter, ..link }));
                dispatch.dispatch(Change::ShowLane(LANE));
            }
        })
    };
    let judge = {
        let (known, undertaking, source) = (known.clone(), undertaking.clone(), source.clone());
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            if known.running {
                return;
            }
            let Some(source) = source.emit(()) else { return known.set(Known::default()) };
            let judging = match Judging::new(number, &source) {
                Ok(judging) => RefCell::new(judging),
                Err(problem) => {
                    undertaking.stop();
                    return known.set(Known { refused: Some(problem), ..Known::default() });
                }
            };
            known.set(Known { running: true, source: source.clone(), ..Known::default() });
            let (known, dispatch) = (known.clone(), dispatch.clone());
            undertaking.begin(async move {
                let show = |running| {
                    let judging = judging.borrow();
                    let (runs, score) = (judging.known(), judging.score());
                    let smallest = judging.smallest();
                    let source = source.clone();
                    known.set(Known { running, runs, score, smallest, refused: None, source });
                };
                if let Err(problem) = carry_out(&judging, &|| show(true)).await {
                    return known.set(Known { refused: Some(problem), ..Known::default() });
                }
                show(false);
                let score = judging.borrow().score();
                score.iter().for_each(|score| {
                    let name = kept(challenge.id);
                    dispatch.dispatch(Change::HandIn(name.clone(), 0, score.passed() as u32));
                    if score.is_passed() {
                        let goal = pick(challenge.title, lang);
                        dispatch.dispatch(Change::Star(name, 1, goal));
                    }
                });
            });
        })
    };
    let cancel = {
        let (known, undertaking) = (known.clone(), undertaking.clone());
        Callback::from(move |_: MouseEvent| {
            undertaking.stop();
            known.set(Known::default());
            // This button is gone then.
            web::focus("judge");
        })
    };
    let more = {
        let hints = hints.clone();
        let most = challenge.hints.len();
        Callback::from(move |_: MouseEvent| hints.set((*hints + 1).min(most)))
    };
    let option = |(n, one): (usize, &Challenge)| {
        let done = if is_passed(one) { " ✓" } else { "" };
        html! { <option key={one.id} selected={n == number}>{ format!("{}. {}{done}", n + 1, pick(one.title, lang)) }</option> }
    };
    let passed = LADDER.iter().filter(|challenge| is_passed(challenge)).count();
    let hint =
        |(n, hint): (usize, &Words)| html! { <li key={n}>{ marked(pick(*hint, lang)) }</li> };
    html! {
        <section class="ladder" aria-label={lang.pick("Challenges", "課題")}>
            <div class="row">
                <label>{ lang.pick("Challenge ", "課題 ") }
                    <select name="challenge" onchange={choose}>{ for LADDER.iter().enumerate().map(option) }</select>
                </label>
                <span class="note">{ lang.pick(format!("{passed} of {} passed", LADDER.len()), format!("{} 問中 {passed} 問に合格", LADDER.len())) }</span>
            </div>
            <p>{ marked(pick(challenge.task, lang)) }</p>
            { goals(challenge, known.score.as_ref(), lang) }
            <div class="row">
                <button type="button" name="begin" onclick={begin}>{ lang.pick("Put it on the stage", "ステージに出す") }</button>
                <button type="button" id="judge" name="judge" class="primary" onclick={judge} aria-disabled={known.running.to_string()}>{ lang.pick("Judge the script", "スクリプトを判定") }</button>
                if known.running {
                    <button type="button" name="cancel" onclick={cancel}>{ lang.pick("Cancel", "中止") }</button>
                    <progress max={RUNS.to_string()} value={known.runs.to_string()} aria-label={lang.pick("Runs", "実行")}></progress>
                } else { <span/> }
                <button type="button" name="hint" class="quiet" onclick={more} aria-disabled={(*hints >= challenge.hints.len()).to_string()}>{ lang.pick("A hint", "ヒント") }</button>
            </div>
            <div role="status">
                { match &known.refused {
                    Some(problem) => html! { <p class="note bad">{ refusal::text(problem, lang) }</p> },
                    None => html! { <span/> },
                } }
                { match &known.score {
                    // All of it at once, so that it is said once.
                    Some(score) if !known.running => verdict(challenge, score, known.smallest.as_ref(), lang, dispatch),
                    _ => html! { <span/> },
                } }
                { match known.score.is_some() && known.source != *written {
                    true => html! { <p class="note">{ lang.pick("What is written now has not been judged.", "今書かれているものは、まだ判定していない。") }</p> },
                    false => html! { <span/> },
                } }
                <Answer {number} best={state.progress.best(&kept(challenge.id))} {lang}/>
            </div>
            <ol class="hints" aria-live="polite" hidden={*hints == 0}>{ for challenge.hints.iter().take(*hints).enumerate().map(hint) }</ol>
        </section>
    }
}

/// What is to be reached, and what the worst run has reached.
fn goals(challenge: &Challenge, score: Option<&Score>, lang: Lang) -> Html {
    let worst = score.map(|score| score.worst(challenge));
    let goal = |(n, goal): (usize, &stampede_sim::challenge::Goal)| {
        let text = goal.text();
        let reached = worst.as_ref().map(|worst| {
            let number = format!("{}{}", rounded(worst[n]), goal.look.unit());
            let (class, sign) = if goal.is_met(worst[n]) { ("pass", "✓ ") } else { ("fail", "✗ ") };
            html! { <b {class}>{ sign }{ lang.pick(format!("at worst {number}"), format!("最悪 {number}")) }</b> }
        });
        html! { <li key={n}>{ lang.pick(text.en, text.ja) }{ " " }{ reached.unwrap_or_else(|| html! { <span/> }) }</li> }
    };
    html! { <ul class="goals">{ for challenge.goals.iter().enumerate().map(goal) }</ul> }
}

/// A number as people read it.
fn rounded(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}

/// How many runs reach all goals, and where the script misses one.
fn verdict(
    challenge: &Challenge,
    score: &Score,
    smallest: Option<&(Link, usize)>,
    lang: Lang,
    dispatch: &Dispatch,
) -> Html {
    let (passed, of) = (score.passed(), score.runs.len());
    let text = if score.is_passed() {
        lang.pick(
            format!("Passed: all {of} runs reach every goal."),
            format!("合格：{of} 回の実行すべてで、どの目標も達成した。"),
        )
    } else {
        lang.pick(
            format!("Not passed: {passed} of {of} runs reach every goal."),
            format!("不合格：すべての目標を達成したのは {of} 回中 {passed} 回。"),
        )
    };
    let stopped = score.runs.iter().find_map(|(_, verdict)| verdict.stopped);
    let stopped = stopped.map(|stopped| {
        html! { <p class="note">{ lang.pick("In one of them a request is stopped, ", "止められたリクエストがある：") }{ trouble::stopped(stopped, lang) }</p> }
    });
    let broken = smallest.map(|(link, goal)| {
        let text = challenge.goals[*goal].text();
        let missed = lang.pick(text.en.clone(), text.ja.clone());
        let onclick = {
            let (dispatch, link) = (dispatch.clone(), link.clone());
            Callback::from(move |_: MouseEvent| {
                dispatch.dispatch(Change::Run(link.clone()));
                dispatch.dispatch(Change::ShowLane(LANE));
                dispatch.dispatch(Change::Notice(Some(Notice::Misses(text.clone()))));
            })
        };
        html! {
            <p>{ lang.pick(format!("The smallest run found that misses “{missed}”: "), format!("「{missed}」を達成できない、見つかったうちで最も小さい実行：")) }
                <button type="button" name="broken" {onclick}>{ lang.pick("show it on the stage", "ステージで見る") }</button></p>
        }
    });
    html! {
        <>
            <p class={if score.is_passed() { "said pass" } else { "said fail" }}>{ text }</p>
            { stopped.unwrap_or_else(|| html! { <span/> }) }
            { broken.unwrap_or_else(|| html! { <span/> }) }
        </>
    }
}

/// A text with words of code between backquotes.
fn marked(text: &str) -> Html {
    let piece = |(n, piece): (usize, &str)| match n % 2 {
        0 => html! { <>{ piece.to_owned() }</> },
        _ => html! { <code>{ piece.to_owned() }</code> },
    };
    html! { <>{ for text.split('`').enumerate().map(piece) }</> }
}
