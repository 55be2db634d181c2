//! A class: one code sets a task for everybody, each with a seed of their own;
//! the answers come back as codes.

mod answers;
pub mod codes;

use std::rc::Rc;

use stampede_sim::exam::Grade;
use stampede_sim::scenario::link::Link;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use self::answers::Answers;
use self::codes::{AnswerCode, ClassCode, Wrong};
use super::PanelProps;
use crate::course::check::parse;
use crate::course::exam::stars;
use crate::course::library::{TaskOf, task_number, tasks, use_library};
use crate::course::task::{is_about, judge, reached};
use crate::course::{CHAPTERS, position};
use crate::lang::Lang;
use crate::state::Change;
use crate::ui::names;
use crate::ui::typed::use_typed;
use crate::web;

/// Where this device keeps which class it is in.
const KEY: &str = "stampede-playground.class";

/// How many different students, and classes, there can be.
const MANY: f64 = 4096.0;

/// The panel: for students, and for their teacher.
#[component]
pub fn Class(props: &PanelProps) -> Html {
    let lang = props.state.lang;
    let library = use_library(lang, true);
    let tasks = use_memo(Rc::clone(&library), |library| tasks(library));
    html! {
        <div class="class">
            <Student props={props.clone()} tasks={Rc::clone(&tasks)}/>
            <Teacher {lang} tasks={Rc::clone(&tasks)}/>
        </div>
    }
}

/// What is wrong with a code, in words.
pub fn wrong(wrong: Wrong, lang: Lang) -> String {
    match (wrong, lang) {
        (Wrong::Length { found, wanted }, Lang::En) => {
            format!("it has {found} letters and digits; it should have {wanted}")
        }
        (Wrong::Length { found, wanted }, Lang::Ja) => {
            format!("{found} 文字あります（正しくは {wanted} 文字）")
        }
        (Wrong::Old, Lang::En) => {
            "it has 6 letters and digits, as codes had before; ask for a new one".to_owned()
        }
        (Wrong::Old, Lang::Ja) => {
            "以前の 6 文字のコードです。新しいコードをもらってください".to_owned()
        }
        (Wrong::Letter, Lang::En) => "at least one letter is wrong".to_owned(),
        (Wrong::Letter, Lang::Ja) => "少なくとも 1 文字が違います".to_owned(),
    }
}

/// The task that a code is for.
fn find(tasks: &[TaskOf], code: ClassCode) -> Option<&TaskOf> {
    tasks.iter().find(|task| task_number(task.of("id")) == code.task)
}

/// Which class a device is in, and as whom.
fn kept() -> Option<(ClassCode, u32)> {
    let text = web::stored(KEY)?;
    let (code, student) = text.split_once(' ')?;
    let student = student.parse().ok().filter(|student| f64::from(*student) < MANY)?;
    Some((ClassCode::read(code).ok()?, student))
}

#[derive(Properties, PartialEq)]
struct StudentProps {
    props: PanelProps,
    tasks: Rc<Vec<TaskOf>>,
}

/// Joins a class, and makes the code that goes back.
#[component]
fn Student(outer: &StudentProps) -> Html {
    let StudentProps { props: PanelProps { studio, state, dispatch, playhead, .. }, tasks } = outer;
    let lang = state.lang;
    let joined = use_state(kept);
    let problem = use_state(String::new);
    let input = use_node_ref();
    let begin = {
        let dispatch = dispatch.clone();
        move |task: &TaskOf, seed: u64| {
            if let Ok(mut run) = Link::in_course(task.of("run")) {
                run.seed = seed;
                run.chapter = Some(task.place);
                dispatch.dispatch(Change::Mark(task.id.clone()));
                dispatch.dispatch(Change::Run(run));
            }
        }
    };
    let onsubmit = {
        let (joined, problem, input) = (joined.clone(), problem.clone(), input.clone());
        let (tasks, begin) = (Rc::clone(tasks), begin.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            let code = match ClassCode::read(&input.value()) {
                Ok(code) => code,
                Err(why) => return problem.set(wrong(why, lang)),
            };
            let Some(task) = find(&tasks, code) else {
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
            begin(task, code.seed(student));
        })
    };
    let task = joined.and_then(|(code, student)| Some((code, student, find(tasks, code)?.clone())));
    let mine = task.as_ref().is_some_and(|(code, student, task)| {
        state.link.seed == code.seed(*student) && is_about(&state.link, task.of("run"))
    });
    // Once for a run, not for every frame.
    let answer = {
        let (studio, task) = (Rc::clone(studio), task.clone());
        // Of an examination what was handed in with this seed.
        let marked = task
            .as_ref()
            .and_then(|(code, student, task)| state.progress.latest(&task.id, code.seed(*student)));
        use_memo((playhead.run, playhead.complete && mine, marked), move |(_, look, marked)| {
            let (code, student, task) = task.filter(|_| *look)?;
            if task.of("check").is_empty() {
                let points = (*marked)?;
                let (class, value) = (code.class, f64::from(points));
                let stars = stars(Grade::of(points));
                return Some(AnswerCode { class, student, stars, value }.write());
            }
            let found = ["check", "better"].map(|goal| studio.read(|p| judge(p, task.of(goal))));
            let value = found[0].last().and_then(|row| row.found.parse().ok()).unwrap_or(0.0);
            let (class, stars) = (code.class, reached(&found));
            Some(AnswerCode { class, student, stars, value }.write())
        })
    };
    let body = task.map(|(code, student, task)| {
        let seed = code.seed(student);
        let back = {
            let (begin, task) = (begin.clone(), task.clone());
            Callback::from(move |_: MouseEvent| begin(&task, seed))
        };
        html! {
            <>
                <p>{ task.of("goal") }</p>
                <p class="note">{ lang.pick(
                    format!("Class {}. Your seed is {seed}: the same task, another run than your neighbour’s.", code.write()),
                    format!("クラス {}。あなたのシードは {seed}。課題は同じでも、隣の人とは違う実行になります。", code.write()),
                ) }</p>
                if mine {
                    <p>{ lang.pick("Your answer so far:", "現在の解答コード：") }{ " " }<code class="code-big" data-test="answer">{ answer.as_deref().unwrap_or("…") }</code></p>
                } else {
                    <button type="button" class="primary" name="to-mine" onclick={back}>{ lang.pick("To my run", "自分の実行へ") }</button>
                }
            </>
        }
    });
    html! {
        <section>
            <h2>{ lang.pick("You have a code", "コードを受け取った人") }</h2>
            <form class="row" {onsubmit}>
                <input ref={input} type="text" name="class-code" autocomplete="off" spellcheck="false" aria-label={lang.pick("Class code", "クラスのコード")} placeholder="ABC-DEF"/>
                <button type="submit">{ lang.pick("Join", "参加する") }</button>
            </form>
            <p class="note bad" role="status">{ if problem.is_empty() { String::new() } else { lang.pick(format!("This is no class code: {}.", *problem), format!("クラスのコードではありません：{}。", *problem)) } }</p>
            { body.unwrap_or_default() }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct TeacherProps {
    lang: Lang,
    tasks: Rc<Vec<TaskOf>>,
}

/// Makes a code for a class, and reads what comes back.
#[component]
fn Teacher(props: &TeacherProps) -> Html {
    let TeacherProps { lang, tasks } = props;
    let lang = *lang;
    let chosen = use_state(|| 0_usize);
    let made = use_typed("class", |text| ClassCode::read(text).ok(), |code| code.write());
    let pick = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            web::chosen(&event).into_iter().for_each(|n| chosen.set(n))
        })
    };
    let make = {
        let made = made.clone();
        let task = tasks.get(*chosen).map(|task| task_number(task.of("id")));
        Callback::from(move |_: MouseEvent| {
            let code = |task| ClassCode { task, class: (web::random() * MANY) as u32 };
            made.set(task.map(code));
        })
    };
    let retype = {
        let made = made.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Ok(code) = ClassCode::read(&input.value()) {
                made.set(Some(code));
            }
        })
    };
    let option = |(i, task): (usize, &TaskOf)| {
        let chapter = CHAPTERS[position(task.place.0)].title(lang);
        html! { <option key={i} selected={i == *chosen}>{ chapter }{ lang.pick(": ", "：") }{ task.of("goal") }</option> }
    };
    let about = made.and_then(|code| find(tasks, code)).and_then(|task| {
        // What the distribution is of: the last thing that the task asks for, or
        // points.
        match task.of("check") {
            "" => Some(lang.pick("Points", "点数").to_owned()),
            check => parse(check)?.pop().map(|condition| names::name(&condition.name, lang)),
        }
    });
    html! {
        <section>
            <h2>{ lang.pick("You teach", "教える人") }</h2>
            <div class="row">
                <select name="class-task" aria-label={lang.pick("Task", "課題")} onchange={pick}>{ for tasks.iter().enumerate().map(option) }</select>
                <button type="button" name="make-code" disabled={tasks.is_empty()} onclick={make}>{ lang.pick("Make a code", "コードを作る") }</button>
            </div>
            if let Some(code) = *made {
                <p role="status">{ lang.pick("For the board:", "板書用：") }{ " " }<code class="code-big" data-test="class-code">{ code.write() }</code></p>
            }
            <label class="knob"><span>{ lang.pick("Or a code that you made before", "または、前に作ったコード") }</span>
                <input type="text" name="old-code" autocomplete="off" oninput={retype} value={made.map(ClassCode::write).unwrap_or_default()}/></label>
            if let Some(code) = *made { <Answers class={code.class} about={about.unwrap_or_default()} {lang}/> }
        </section>
    }
}
