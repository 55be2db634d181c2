//! A number of "my system", as something to type.

use stampede_sim::scenario::fields::Limit;
use yew::prelude::*;

use super::entry::{knob, use_entry};
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
    /// The page's language.
    pub lang: Lang,
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
    let SystemFieldProps { number, system, take, lang } = props;
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
    let value = AttrValue::from((number.get)(system).to_string());
    let entry = use_entry(&value, move |text| with(text).map(drop), set);
    let unit = number.units[lang as usize];
    let [min, max] = number.range;
    let limit = Limit { min, max, whole: number.whole };
    let wrong = entry.problem.is_some().then(|| refusal::allowed(limit, unit, lang));
    let at = (format!("system-{}", number.key), number.key.into());
    let label = html! { { number.names[lang as usize] } };
    knob(entry, at, label, wrong, unit.to_owned())
}
