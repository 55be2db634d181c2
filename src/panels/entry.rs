//! What somebody types into a field: it stays as it was typed until it is
//! taken, and if it is not, the field can say why.

use std::rc::Rc;

use stampede_sim::scenario::Problem;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What stands in a field.
#[derive(Clone, Default, PartialEq)]
struct Typed {
    /// What was typed and has not been taken.
    text: Option<String>,
    /// Why not, if it was handed in.
    problem: Option<Problem>,
}

/// A field, as it is to be drawn, and what happens in it.
pub struct Entry {
    /// What stands in it.
    pub value: AttrValue,
    /// What is wrong with that.
    pub problem: Option<Problem>,
    /// While somebody types.
    input: Callback<String>,
    /// When it is handed in.
    pub change: Callback<String>,
}

impl Entry {
    /// For an input element.
    pub fn oninput(&self) -> Callback<InputEvent> {
        let value = |event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value();
        self.input.reform(value)
    }

    /// For an input element.
    pub fn onchange(&self) -> Callback<Event> {
        let value = |event: Event| event.target_unchecked_into::<HtmlInputElement>().value();
        self.change.reform(value)
    }
}

/// A field that holds `value`. What is handed in is taken if `check` allows it.
/// What was refused is checked again at every key, so that a correction is seen
/// at once.
#[hook]
pub fn use_entry(
    value: &AttrValue,
    check: impl Fn(&str) -> Result<(), Problem> + 'static,
    take: impl Fn(String) + 'static,
) -> Entry {
    let typed = use_state_eq(Typed::default);
    let check = Rc::new(check);
    {
        // Another value has come: nobody waits for the old one to be corrected.
        let typed = typed.clone();
        use_effect_with(value.clone(), move |_| typed.set(Typed::default()));
    }
    let input = {
        let (typed, check) = (typed.clone(), Rc::clone(&check));
        Callback::from(move |text: String| {
            let problem = typed.problem.as_ref().and_then(|_| check(&text).err());
            typed.set(Typed { text: Some(text), problem });
        })
    };
    let change = {
        let typed = typed.clone();
        Callback::from(move |text: String| match check(&text) {
            Ok(()) => {
                typed.set(Typed::default());
                take(text);
            }
            Err(problem) => typed.set(Typed { text: Some(text), problem: Some(problem) }),
        })
    };
    Entry {
        value: typed.text.clone().map_or_else(|| value.clone(), AttrValue::from),
        problem: typed.problem.clone(),
        input,
        change,
    }
}

/// A number to type, as it is drawn: with its name, and below it what is wrong, or
/// else what is allowed.
pub fn knob(
    entry: Entry,
    (id, name): (String, AttrValue),
    label: Html,
    wrong: Option<String>,
    allowed: String,
) -> Html {
    let (oninput, onchange) = (entry.oninput(), entry.onchange());
    let (below, invalid) = (format!("{id}-range"), wrong.is_some().then_some("true"));
    html! {
        <div class="knob">
            <label for={id.clone()}>{ label }</label>
            <input {id} type="text" inputmode="decimal" {name} value={entry.value} {oninput} {onchange}
                aria-invalid={invalid} aria-describedby={below.clone()}/>
            { said(below, wrong, allowed) }
        </div>
    }
}

/// What stands below a field.
pub fn said(id: String, wrong: Option<String>, allowed: String) -> Html {
    let class = wrong.is_some().then_some("wrong");
    html! { <small {id} {class} aria-live="polite">{ wrong.unwrap_or(allowed) }</small> }
}

/// A number as it was typed, without what people put between its digits.
pub fn plain(typed: &str) -> String {
    typed.trim().replace(',', "")
}
