//! "My system": a form, and a report in plain words. Each line of the report is
//! a run, one click away.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Fault, Problem};
use yew::prelude::*;

use super::PanelProps;
use super::system_field::{SystemField, id};
use super::system_words as words;
use crate::runs::{Plan, carry_out};
use crate::sandbox::{Cure, Empty, NUMBERS, Number, Outcome, PARTS, System, Trial, Trouble};
use crate::state::{Change, Notice};
use crate::ui::kept::use_kept;
use crate::ui::typed::use_typed;
use crate::ui::undertaking::use_undertaking;
use crate::web;

/// What is known of a system.
#[derive(Clone, Default, PartialEq)]
struct Known {
    system: System,
    running: bool,
    /// How many runs are to be made, and how many have been.
    runs: [usize; 2],
    troubles: Vec<Outcome>,
    /// With every cure, for one trouble.
    cured: Vec<Outcome>,
}

/// What is to be found out.
#[derive(Clone, Copy)]
enum Task {
    /// All troubles, and then what helps against the worst.
    All,
    /// What helps against one.
    Cures(Trouble),
    /// The same, to show it.
    Best(Trouble),
}

/// Where the parts are asked for.
const MORE: &str = "system-more";

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// The panel.
#[component]
pub fn MySystem(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch, .. } = props;
    let lang = state.lang;
    let typed = use_typed("system", System::read, System::write);
    let system = (*typed).clone().unwrap_or_default();
    // What was typed is not hidden from whoever comes back to it.
    let open = *use_memo((), |()| PARTS.iter().any(|part| (part.get)(&system).is_some()));
    let known = use_kept(&KNOWN);
    // What is going on stops when the panel closes, and what is known stays.
    let undertaking = use_undertaking();
    let running = known.running && undertaking.is_on();
    let say = {
        let dispatch = dispatch.clone();
        move |notice| dispatch.dispatch(Change::Notice(notice))
    };
    let stage = {
        let (dispatch, chapter) = (dispatch.clone(), state.link.chapter);
        move |system: &System, trouble: Trouble, cure: Cure| {
            dispatch.dispatch(Change::Run(Link { chapter, ..system.link(trouble, cure) }));
        }
    };
    let find_out = {
        let (known, undertaking) = (known.clone(), undertaking.clone());
        let (say, stage) = (say.clone(), stage.clone());
        move |begun: Known, task: Task| {
            let (known, say, stage) = (known.clone(), say.clone(), stage.clone());
            let first = match task {
                Task::All => None,
                Task::Cures(trouble) | Task::Best(trouble) => Some(trouble),
            };
            let troubles = if first.is_none() { begun.system.troubles().len() } else { 0 };
            let all = begun.system.cures().len() + troubles;
            let begun = Known { running: true, runs: [all, 0], ..begun };
            known.set(begun.clone());
            undertaking.begin(async move {
                let (found, next) = (RefCell::new(begun), Cell::new(Some(first)));
                while let Some(trouble) = next.take() {
                    let system = found.borrow().system.clone();
                    let trial = RefCell::new(match trouble {
                        Some(trouble) => Trial::of_cures(system, trouble),
                        None => Trial::of_troubles(system),
                    });
                    let show = || {
                        let (trial, mut found) = (trial.borrow(), found.borrow_mut());
                        let outcomes = trial.ranked();
                        match trouble {
                            Some(_) => found.cured = outcomes,
                            None => found.troubles = outcomes,
                        }
                        found.runs[1] += 1;
                        if trial.is_over() {
                            let worst = found.troubles.first().map(|worst| Some(worst.trouble));
                            let worst = worst.filter(|_| trouble.is_none());
                            found.running = worst.is_some();
                            next.set(worst);
                        }
                        known.set(found.clone());
                    };
                    if let Err(problem) = carry_out(&trial, &show).await {
                        known.set(Known { running: false, ..found.into_inner() });
                        return say(Some(Notice::Refused(problem)));
                    }
                }
                let found = found.into_inner();
                if let (Task::Best(trouble), Some(best)) = (task, found.cured.first()) {
                    stage(&found.system, trouble, best.cure);
                }
            });
        }
    };
    // By field: why what was typed there was not taken.
    let wrong = use_mut_ref(Vec::<(&'static str, Problem)>::new);
    let tell = {
        let wrong = wrong.clone();
        Callback::from(move |(number, problem): (&'static Number, Option<Problem>)| {
            let mut wrong = wrong.borrow_mut();
            wrong.retain(|(key, _)| *key != number.key);
            wrong.extend(problem.map(|problem| (number.key, problem)));
        })
    };
    let onsubmit = {
        let (system, find_out) = (system.clone(), find_out.clone());
        let (say, refused) = (say.clone(), matches!(state.problem, Some(Notice::Refused(_))));
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let wrong = wrong.borrow();
            let first = NUMBERS.iter().chain(PARTS).find_map(|number| {
                let (_, problem) = wrong.iter().find(|(key, _)| *key == number.key)?;
                Some((number, problem.clone()))
            });
            let without = || {
                let (number, part) = system.without_its_part()?;
                let needed = Fault::Needs(part.names[lang as usize].to_owned());
                Some((number, Problem::new(number.key, needed)))
            };
            // Not with the number that stood there before, and not without one that
            // was given.
            if let Some((number, problem)) = first.or_else(without) {
                if number.empty != Empty::Refused {
                    web::unfold(MORE);
                }
                web::focus(&id(number));
                let path = number.names[lang as usize].to_owned();
                return say(Some(Notice::Refused(Problem { path, ..problem })));
            }
            if refused {
                say(None);
            }
            find_out(Known { system: system.clone(), ..Known::default() }, Task::All);
        })
    };
    let take = {
        let typed = typed.clone();
        Callback::from(move |system| typed.set(Some(system)))
    };
    let field = |number: &'static Number| {
        let (system, take, tell) = (system.clone(), take.clone(), tell.clone());
        html! { <SystemField key={number.key} {number} {system} {take} {tell} {lang}/> }
    };
    // What helps against a trouble, if all is known of that.
    let best = |trouble: Trouble| {
        let all = known.cured.len() == known.system.cures().len();
        known.cured.first().filter(|best| all && best.trouble == trouble).map(|best| best.cure)
    };
    let button = |name: &'static str, words: &'static str, then: Rc<dyn Fn()>| {
        let onclick = Callback::from(move |_: MouseEvent| then());
        html! { <button type="button" class="quiet" {name} disabled={running} {onclick}>{ words }</button> }
    };
    let shown = |trouble: Trouble, cure: Option<Cure>| {
        let (stage, find_out, known) = (stage.clone(), find_out.clone(), known.clone());
        let then = move || match cure {
            Some(cure) => stage(&known.system, trouble, cure),
            None => find_out((*known).clone(), Task::Best(trouble)),
        };
        button("show", lang.pick("Show the run", "実行を見る"), Rc::new(then))
    };
    let trouble = |outcome: &Outcome| {
        let what = {
            let (find_out, trouble, known) = (find_out.clone(), outcome.trouble, known.clone());
            move || find_out(Known { cured: Vec::new(), ..(*known).clone() }, Task::Cures(trouble))
        };
        html! {
            <li key={format!("{:?}", outcome.trouble)}>
                <p>{ words::trouble(outcome.trouble, &known.system, lang) }{ lang.pick(": ", "：") }{ words::result(outcome, &known.system, lang) }</p>
                { shown(outcome.trouble, best(outcome.trouble)) }
                { button("cures", lang.pick("What helps?", "何が効くか"), Rc::new(what)) }
            </li>
        }
    };
    let cure = |outcome: &Outcome| {
        html! {
            <li key={words::cure(outcome.cure, lang)}>
                <p><b>{ words::cure(outcome.cure, lang) }</b>{ lang.pick(": ", "：") }{ words::result(outcome, &known.system, lang) }</p>
                { shown(outcome.trouble, Some(outcome.cure)) }
            </li>
        }
    };
    let [all, made] = known.runs;
    html! {
        <div class="system">
            <p class="note">{ lang.pick(
                "Put in your numbers. The page runs them through five troubles, and through those of the parts that you know of, and the worst against each defence.",
                "自分のシステムの数値を入れてください。5 種類のトラブルと、入力した部分のトラブルを実行し、最も被害の大きいものに各対策を試します。",
            ) }</p>
            <form {onsubmit}>
                <div class="knobs">{ for NUMBERS.iter().map(field) }</div>
                <details id={MORE} {open}>
                    <summary>{ lang.pick("What else you know of it", "ほかにわかっていること") }</summary>
                    <p class="note">{ lang.pick(
                        "Leave empty what is not there, or what you do not know.",
                        "ないもの、わからないものは空のままにしてください。",
                    ) }</p>
                    <div class="knobs">{ for PARTS.iter().map(field) }</div>
                </details>
                <button type="submit" class="primary" name="find-out">{ lang.pick("What breaks first?", "最初に壊れるのはどこか") }</button>
                if running {
                    <progress max={all.to_string()} value={made.to_string()} aria-label={lang.pick("Runs made", "計算した実行")}></progress>
                } else { <span/> }
                <span class="note" role="status">{ if running { words::progress(all, made, lang) } else { String::new() } }</span>
            </form>
            if let Some(worst) = known.troubles.first() {
                <section aria-live="polite">
                    <h2>{ words::verdict(worst, &known.system, known.troubles.len() < known.system.troubles().len(), lang) }</h2>
                    <p>{ words::herd(&known.system, lang) }</p>
                    <p>{ words::counted(&known.system, lang) }</p>
                    <ol>{ for known.troubles.iter().map(trouble) }</ol>
                    if let Some(best) = known.cured.first() {
                        <h2>{ words::best(best, &known.system, &known.troubles, known.cured.len() < known.system.cures().len(), lang) }</h2>
                        <ol>{ for known.cured.iter().map(cure) }</ol>
                    }
                    <h2>{ lang.pick("What this assumes", "前提") }</h2>
                    <ul>{ for words::assumptions(&known.system, lang).into_iter().enumerate().map(|(i, text)| html! { <li key={i}>{ text }</li> }) }</ul>
                </section>
            }
        </div>
    }
}
