//! A number of "my system", as something to type.

use stampede_sim::scenario::Problem;
use stampede_sim::scenario::fields::Limit;
use yew::prelude::*;

use super::entry::{knob, use_entry};
use super::system_words as words;
use crate::lang::Lang;
use crate::sandbox::{Number, System};
use crate::ui::refusal;

/// See [`SystemField`].
#[derive(Properties)]
pub struct SystemFieldProps {
    /// Which number.
    pub number: &'static Number,
    /// The system as it is.
    pub system: System,
    /// Takes the system with the number changed.
    pub take: Callback<System>,
    /// Is told whether what was typed is taken, and if not, why.
    pub tell: Callback<(&'static Number, Option<Problem>)>,
    /// The page's language.
    pub lang: Lang,
}

/// The identifier of a number's field.
pub fn id(number: &Number) -> String {
    format!("system-{}", number.key)
}

impl PartialEq for SystemFieldProps {
    fn eq(&self, other: &Self) -> bool {
        let of = |p: &Self| (p.number.key, p.lang);
        of(self) == of(other) && self.system == other.system
    }
}

/// One number.
#[component]
pub fn SystemField(props: &SystemFieldProps) -> Html {
    let SystemFieldProps { number, system, take, tell, lang } = props;
    let (number, lang) = (*number, *lang);
    let with = {
        let system = system.clone();
        move |text: &str| {
            let mut system = system.clone();
            system.set(number, text).map(|()| system)
        }
    };
    let set = {
        let (with, take) = (with.clone(), take.clone());
        move |text: String| with(&text).into_iter().for_each(|system| take.emit(system))
    };
    let value = (number.get)(system).map_or(String::new(), |value| value.to_string());
    let value = AttrValue::from(value);
    let tell = tell.clone();
    let check = move |text: &str| {
        let checked = with(text).map(drop);
        tell.emit((number, checked.clone().err()));
        checked
    };
    let entry = use_entry(&value, check, set.clone());
    let named = html! { { number.names[lang as usize] } };
    if number.is_flag() {
        let on = value == "1";
        let onclick =
            Callback::from(move |_: MouseEvent| set(if on { "" } else { "1" }.to_owned()));
        return html! {
            <div class="knob">
                <label for={id(number)}>{ named }</label>
                <button id={id(number)} type="button" class="switch" role="switch" name={number.key} aria-checked={on.to_string()} {onclick}><i></i></button>
            </div>
        };
    }
    let unit = number.units[lang as usize];
    let [min, max] = number.range;
    let limit = Limit { min, max, whole: number.whole };
    let wrong = entry.problem.is_some().then(|| refusal::allowed(limit, unit, lang));
    let at = (id(number), number.key.into());
    knob(entry, at, named, wrong, words::hint(number, lang))
}
