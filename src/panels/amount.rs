//! A number to type, within its bounds.

use stampede_sim::scenario::fields::Limit;
use stampede_sim::scenario::{Expected, Fault, Problem};
use yew::prelude::*;

use super::entry::{knob, plain, use_entry};
use crate::lang::Lang;
use crate::ui::refusal;

/// See [`Amount`].
#[derive(Properties, PartialEq)]
pub struct AmountProps {
    /// The field's own.
    pub id: String,
    /// What it is called where it is refused.
    pub name: &'static str,
    /// What it is called on the page.
    pub label: String,
    /// What is allowed.
    pub limit: Limit,
    /// The number.
    pub value: f64,
    /// Takes another one.
    pub take: Callback<f64>,
    /// The page's language.
    pub lang: Lang,
}

/// The field.
#[component]
pub fn Amount(props: &AmountProps) -> Html {
    let AmountProps { id, name, label, limit, value, take, lang } = props;
    let (name, limit) = (*name, *limit);
    let read = move |text: &str| {
        let found = || format!("`{text}`");
        let wrong = || Fault::WrongType { found: found(), expected: Expected::Number };
        let number = plain(text).parse::<f64>().ok().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| Problem::new(name, wrong()))?;
        limit.check(name, number).map(|()| number)
    };
    let set = {
        let take = take.clone();
        move |text: String| read(&text).into_iter().for_each(|number| take.emit(number))
    };
    let value = AttrValue::from(value.to_string());
    let entry = use_entry(&value, move |text| read(text).map(drop), set);
    let wrong = entry.problem.is_some().then(|| refusal::allowed(limit, "", *lang));
    let range = format!("{}–{}", limit.min, limit.max);
    knob(entry, (id.clone(), name.into()), html! { { label } }, wrong, range)
}
