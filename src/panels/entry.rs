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

/// A number as it was typed, without what people put between its digits.
pub fn plain(typed: &str) -> String {
    typed.trim().replace(',', "")
}
