//! A prediction before a run, and the gap between the two after it.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::count;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::check::{finished, value};
use super::claim::show_all;
use super::curve::{self, Curve};
use super::tree::{self, Fields};
use crate::lang::Lang;
use crate::state::{Change, Dispatch, Figure, Shared};
use crate::ui::decimal::decimal;
use crate::ui::typed::use_typed;

/// See [`Predict`].
#[derive(Properties, PartialEq)]
pub struct PredictProps {
    /// The directive's fields.
    pub fields: Fields,
    /// The chapter's number.
    pub chapter: &'static str,
    /// The run that answers it.
    pub figure: Figure,
    /// Whether that has been seen to its end, if it is on the stage.
    pub ended: bool,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// What the run comes to: the value that `answer` names, at the end of `run`.
pub fn answer(run: &str, answer: &str) -> Option<f64> {
    let (lane, name) = value(answer)?;
    finished(run).ok()?.lanes.get(lane)?.value(&name)?.parse().ok()
}

/// What somebody typed or chose, as a number.
pub fn read(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !matches!(c, ',' | ' ')).collect();
    plain.parse().ok().filter(|number: &f64| number.is_finite())
}

/// A question, a way to answer it, and then what happened.
#[component]
pub fn Predict(props: &PredictProps) -> Html {
    let PredictProps { fields, chapter, figure, ended, state, dispatch } = props;
    let lang = state.lang;
    let of = |name: &str| tree::field(fields, name);
    let (id, run) = (format!("{chapter}/{}", of("id")), of("run"));
    let given = state.progress.answer(&id).map(str::to_owned);
    // Once said, it stays, wherever the playhead goes; until there is another answer.
    let said = use_mut_ref(|| None::<String>);
    if *ended && given.is_some() {
        said.borrow_mut().clone_from(&given);
    }
    let told = given.is_some() && *said.borrow() == given;
    let is_curve = of("kind") == "curve";
    let span = Nanos::from_ms(1e3 * of("seconds").parse().unwrap_or(0.0));
    let curve = {
        let wanted = (is_curve && told, run, of("answer"));
        use_memo(wanted, |(told, run, name)| told.then(|| curve::truth(run, name, span)).flatten())
    };
    let truth = {
        let wanted = (!is_curve && told, run, of("answer"));
        use_memo(wanted, |(told, run, name)| told.then(|| answer(run, name)).flatten())
    };
    let take = {
        let (dispatch, id, said) = (dispatch.clone(), id.clone(), Rc::clone(&said));
        let figure = figure.clone();
        Callback::from(move |answer: String| {
            *said.borrow_mut() = None;
            dispatch.dispatch(Change::Predict(id.clone(), answer));
            // Now the run.
            dispatch.dispatch(Change::Figure(figure.clone()));
        })
    };
    let commit = {
        let take = take.clone();
        Callback::from(move |answer: String| {
            if read(&answer).is_some() || curve::read(&answer).is_some() {
                take.emit(answer);
            }
        })
    };
    let form = match of("kind") {
        "choice" => {
            let choice = |option: &'static str| {
                let pressed = given.as_deref().and_then(read) == read(option);
                let onclick = commit.reform(move |_: MouseEvent| option.to_owned());
                html! { <button key={option} type="button" aria-pressed={pressed.to_string()} {onclick}>{ option }</button> }
            };
            html! { <div class="row">{ for of("options").split('|').map(str::trim).map(choice) }</div> }
        }
        "curve" => html! {
            <Curve key={id.clone()} id={id.clone()} question={of("question")} top={of("top").parse().unwrap_or(1.0)} unit={of("unit")} {span}
                given={given.clone().map(AttrValue::from)} truth={(*curve).clone()} {commit} {lang}/>
        },
        _ => {
            html! { <Guess key={id.clone()} id={id.clone()} question={of("question")} given={given.clone().map(AttrValue::from)} {commit} {lang}/> }
        }
    };
    let outcome = given.as_deref().filter(|_| told).and_then(|given| match (&*curve, *truth) {
        // Who has not drawn has no gap.
        (Some(truth), _) => Some(
            curve::read(given)
                .map_or_else(String::new, |drawn| curve::gap(&drawn, truth, of("unit"), lang)),
        ),
        (_, Some(truth)) => Some(gap(given, truth, lang)),
        _ => None,
    });
    let outcome =
        outcome.map(|gap| html! { <><p class="gap"><b>{ gap }</b></p><p>{ of("explain") }{ show_all(of("claims"), dispatch, lang) }</p></> });
    html! {
        <section id={given.is_none().then_some("question")} tabindex="-1" class="widget predict" aria-label={format!("{}{}", lang.pick("Prediction: ", "予想："), of("question"))}>
            <p class="kind">{ lang.pick("Predict", "予想する") }</p>
            <p>{ of("question") }</p>
            { form }
            if given.is_none() {
                <p class="note">{ lang.pick("The chapter goes on when you have answered. ", "答えると、続きを読めます。") }
                    <button type="button" class="show" name="reveal" onclick={take.reform(|_: MouseEvent| String::new())}>{ lang.pick("Show it without a guess", "予想せずに見る") }</button></p>
            } else { <span/> }
            <div role="status">{ outcome.unwrap_or_else(|| match given {
                Some(_) => html! { <p>{ lang.pick("Watch the stage: the run gives the answer.", "ステージを見てください。答えは実行の中にあります。") }</p> },
                None => html! { <span/> },
            }) }</div>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct GuessProps {
    /// The question's name.
    id: AttrValue,
    question: &'static str,
    given: Option<AttrValue>,
    commit: Callback<String>,
    lang: Lang,
}

/// A number to type.
#[component]
fn Guess(props: &GuessProps) -> Html {
    let GuessProps { id, question, given, commit, lang } = props;
    let typed = use_typed(id, |text| Some(text.to_owned()), String::clone);
    let value = (*typed).clone().or_else(|| given.as_ref().map(AttrValue::to_string));
    let input = use_node_ref();
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            typed.set(Some(input.value()));
        })
    };
    let onsubmit = {
        let (commit, input) = (commit.clone(), input.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let Some(input) = input.cast::<HtmlInputElement>() else { return };
            commit.emit(input.value());
            if read(&input.value()).is_some() {
                typed.set(None);
            }
        })
    };
    html! {
        <form class="row" {onsubmit}>
            <input ref={input} type="text" inputmode="numeric" name={id} aria-label={*question} value={value.unwrap_or_default()} {oninput}/>
            <button type="submit">{ lang.pick("That is my guess", "この数だと思う") }</button>
        </form>
    }
}

/// A number as one reads it: if it is whole, thousands apart.
fn digits(x: f64) -> String {
    match x.fract() == 0.0 && x >= 0.0 {
        true => count(x as u64),
        false => decimal(x),
    }
}

/// The gap; the truth alone for who has not guessed.
fn gap(given: &str, truth: f64, lang: Lang) -> String {
    let guess = read(given);
    let near = guess.is_some_and(|guess| (guess - truth).abs() <= 0.05 * truth.abs().max(1.0));
    let truth = digits((truth * 10.0).round() / 10.0);
    let Some(given) = guess.map(digits) else {
        return lang.pick(format!("The run says {truth}."), format!("実行の結果は {truth} です。"));
    };
    match (lang, near) {
        (Lang::En, true) => format!("You said {given}. The run says {truth}."),
        (Lang::En, false) => {
            format!("You said {given}. The run says {truth}: a surprise worth explaining.")
        }
        (Lang::Ja, true) => format!("予想は {given}、実行の結果は {truth} です。"),
        (Lang::Ja, false) => {
            format!("予想は {given}、実行の結果は {truth} です。このずれには理由があります。")
        }
    }
}
