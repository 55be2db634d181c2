//! A student: joins a class by its code, and makes the code that goes back.

use std::rc::Rc;

use stampede_sim::challenge::NAMES;
use stampede_sim::exam::Grade;
use stampede_sim::scenario::link::Link;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::assignment::{Assignment, find, judged, runs};
use super::codes::{AnswerCode, ClassCode};
use super::{KEY, MANY, kept, wrong};
use crate::course::exam::stars;
use crate::course::library::TaskOf;
use crate::course::task::{is_about, judge, reached};
use crate::panels::PanelProps;
use crate::panels::go_to;
use crate::panels::script::chosen;
use crate::state::progress::challenge;
use crate::state::{Change, Panel};
use crate::ui::code::Code;
use crate::web;

/// See [`Student`].
#[derive(Properties, PartialEq)]
pub struct StudentProps {
    /// What the panel gets.
    pub props: PanelProps,
    /// All that can be set.
    pub all: Rc<Vec<Assignment>>,
}

/// A field for the code, what it sets, and the code that goes back.
#[component]
pub fn Student(outer: &StudentProps) -> Html {
    let StudentProps { props, all } = outer;
    let (lang, dispatch) = (props.state.lang, &props.dispatch);
    let joined = use_state(kept);
    let problem = use_state(String::new);
    let input = use_node_ref();
    let begin = {
        let dispatch = dispatch.clone();
        Callback::from(move |(task, seed): (TaskOf, u64)| {
            if let Ok(mut run) = Link::in_course(task.of("run")) {
                run.seed = seed;
                run.chapter = Some(task.place);
                dispatch.dispatch(Change::Mark(task.id.clone()));
                dispatch.dispatch(Change::Run(run));
            }
        })
    };
    let onsubmit = {
        let (joined, problem, input) = (joined.clone(), problem.clone(), input.clone());
        let (all, begin) = (Rc::clone(all), begin.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            let code = match ClassCode::read(&input.value()) {
                Ok(code) => code,
                Err(why) => return problem.set(wrong(why, lang)),
            };
            let Some(assignment) = find(&all, code) else {
                return problem.set(
                    lang.pick(
                        "it is for a task that this page does not have; reload the page",
                        "このページにない課題のコードです。ページを読み込み直してください",
                    )
                    .to_owned(),
                );
            };
            let student = kept().filter(|(known, _)| *known == code).map(|(_, student)| student);
            let student = student.unwrap_or_else(|| (web::random() * MANY) as u32);
            web::store(KEY, &format!("{} {student}", code.write()));
            joined.set(Some((code, student)));
            problem.set(String::new());
            if let Assignment::Task(task) = assignment {
                begin.emit((task.clone(), code.seed(student)));
            }
        })
    };
    let body = joined.and_then(|(code, student)| {
        let (props, mine) = (props.clone(), (code, student));
        Some(match find(all, code)?.clone() {
            Assignment::Task(task) => html! { <OfTask {props} {mine} {task} {begin}/> },
            Assignment::Challenge(number) => html! { <OfChallenge {props} {mine} {number}/> },
        })
    });
    html! {
        <section>
            <h2>{ lang.pick("You have a code", "コードを受け取った人") }</h2>
            <form class="row" {onsubmit}>
                <input ref={input} type="text" name="class-code" autocomplete="off" spellcheck="false" aria-label={lang.pick("Class code", "クラスのコード")} placeholder="ABCD-EFGH"/>
                <button type="submit">{ lang.pick("Join", "参加する") }</button>
            </form>
            <p class="note bad" role="status">{ if problem.is_empty() { String::new() } else { lang.pick(format!("This is no class code: {}.", *problem), format!("クラスのコードではありません：{}。", *problem)) } }</p>
            <p class="visually-hidden" role="status">{ joined.map(|(code, _)| lang.pick(format!("You are in class {}.", code.write()), format!("クラス {} に参加しています。", code.write()))) }</p>
            { body.unwrap_or_default() }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct OfTaskProps {
    props: PanelProps,
    mine: (ClassCode, u32),
    task: TaskOf,
    begin: Callback<(TaskOf, u64)>,
}

/// A task of the course: the run with one's own seed is judged where it stands.
#[component]
fn OfTask(outer: &OfTaskProps) -> Html {
    let OfTaskProps { props, mine: (code, student), task, begin } = outer;
    let PanelProps { studio, state, playhead, .. } = props;
    let (lang, seed) = (state.lang, code.seed(*student));
    let here = state.link.seed == seed && is_about(&state.link, task.of("run"));
    // Once for a run, not for every frame.
    let answer = {
        let (studio, task, class, student) =
            (Rc::clone(studio), task.clone(), code.class, *student);
        // Of an examination what was handed in with this seed.
        let marked = state.progress.latest(&task.id, seed);
        use_memo((playhead.run, playhead.complete && here, marked), move |(_, look, marked)| {
            if !look {
                return None;
            }
            if task.of("check").is_empty() {
                let points = (*marked)?;
                let (stars, value) = (stars(Grade::of(points)), f64::from(points));
                return Some(AnswerCode { class, student, stars, value }.write());
            }
            let found = ["check", "better"].map(|goal| studio.read(|p| judge(p, task.of(goal))));
            let value = found[0].last().and_then(|row| row.found.parse().ok()).unwrap_or(0.0);
            Some(AnswerCode { class, student, stars: reached(&found), value }.write())
        })
    };
    let back = {
        let task = task.clone();
        begin.reform(move |_: MouseEvent| (task.clone(), seed))
    };
    html! {
        <>
            <p>{ task.of("goal") }</p>
            <p class="note">{ lang.pick(
                format!("Class {}. Your seed is {seed}: the same task, another run than your neighbour’s.", code.write()),
                format!("クラス {}。あなたのシードは {seed}。課題は同じでも、隣の人とは違う実行になります。", code.write()),
            ) }</p>
            if here {
                <p>{ lang.pick("Your answer so far:", "現在の解答コード：") }{ " " }{ match &*answer {
                    Some(code) => html! { <Code code={code.clone()} test="answer" {lang}/> },
                    None => html! { <code class="code-big" data-test="answer">{ "…" }</code> },
                } }</p>
            } else {
                <button type="button" class="primary" name="to-mine" onclick={back}>{ lang.pick("To my run", "自分の実行へ") }</button>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct OfChallengeProps {
    props: PanelProps,
    mine: (ClassCode, u32),
    number: usize,
}

/// A challenge of the lab: a script is judged there, and the best one counts.
#[component]
fn OfChallenge(outer: &OfChallengeProps) -> Html {
    let OfChallengeProps { props: PanelProps { state, dispatch, .. }, mine, number } = outer;
    let (lang, number) = (state.lang, *number);
    let open = {
        let (dispatch, chapter) = (dispatch.clone(), state.link.chapter);
        Callback::from(move |_: MouseEvent| {
            let dispatch = dispatch.clone();
            wasm_bindgen_futures::spawn_local(async move {
                if let Ok(Some(link)) = chosen(number).await {
                    dispatch.dispatch(Change::Run(Link { chapter, ..link }));
                }
                // If it is not to be had, the panel says so.
                go_to(Panel::Script, &dispatch);
            });
        })
    };
    let best = state.progress.best(&challenge(NAMES[number].id));
    html! {
        <>
            <p>{ lang.pick("A challenge of the lab: ", "ラボの課題：") }<b>{ Assignment::Challenge(number).title(lang) }</b></p>
            <p class="note">{ lang.pick(
                format!("Class {}. Write a script in the lab and have it judged: your best one counts.", mine.0.write()),
                format!("クラス {}。ラボでスクリプトを書き、判定してください。最も良い結果が解答になります。", mine.0.write()),
            ) }</p>
            if let Some(best) = best {
                <p>{ lang.pick(format!("Your answer so far, {}:", runs(best.into(), lang)), format!("現在の解答コード（{}）：", runs(best.into(), lang))) }{ " " }<Code code={judged(*mine, best)} test="answer" {lang}/></p>
            } else { <span/> }
            <button type="button" class="primary" name="to-lab" onclick={open}>{ lang.pick("To the lab", "ラボへ") }</button>
        </>
    }
}
