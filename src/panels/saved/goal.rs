//! What is to be kept, as something to type.

use stampede_sim::ablation::Aim;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::fields::Limit;
use stampede_sim::scenario::{Expected, Fault};
use yew::prelude::*;

use super::super::entry::{knob, plain, use_entry};
use crate::lang::Lang;
use crate::ui::refusal;

/// The bounds of a goal: so many percent of the requests are answered right, and
/// the database is called so many times as often as with all defences.
#[derive(Clone, Copy, PartialEq)]
pub struct Bounds([f64; 2]);

/// Which of them is the share of right answers.
pub const GOODPUT: usize = 0;
/// Which are the database's calls.
pub const CALLS: usize = 1;

impl Default for Bounds {
    fn default() -> Bounds {
        let [goodput, calls] = Aim::USUAL;
        Bounds([goodput.value * 100.0, calls.value])
    }
}

impl Bounds {
    /// What is aimed at.
    pub fn aims(self) -> [Aim; 2] {
        let [goodput, calls] = Aim::USUAL;
        let Bounds([percent, times]) = self;
        [Aim { value: percent / 100.0, ..goodput }, Aim { value: times, ..calls }]
    }
}

/// See [`Bound`].
#[derive(Properties, PartialEq)]
pub struct BoundProps {
    /// Which.
    pub bound: usize,
    /// All of them.
    pub bounds: Bounds,
    /// Takes them with that one changed.
    pub take: Callback<Bounds>,
    /// The page's language.
    pub lang: Lang,
}

/// One of them.
#[component]
pub fn Bound(props: &BoundProps) -> Html {
    let BoundProps { bound, bounds, take, lang } = props;
    let (bound, lang, Bounds(values)) = (*bound, *lang, *bounds);
    let (name, label, limit) = match bound {
        GOODPUT => (
            "goal.goodput",
            lang.pick("Right answers, at least, in %", "正答率の下限（%）"),
            Limit { min: 0.0, max: 100.0, whole: false },
        ),
        _ => (
            "goal.db_calls",
            lang.pick(
                "Database calls, at most × all defences",
                "DB 呼び出しの上限（全対策の何倍か）",
            ),
            Limit { min: 0.0, max: 1000.0, whole: false },
        ),
    };
    let read = move |text: &str| {
        let found = || format!("`{text}`");
        let wrong = || Fault::WrongType { found: found(), expected: Expected::Number };
        let number = plain(text).parse::<f64>().ok().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| Problem::new(name, wrong()))?;
        limit.check(name, number).map(|()| number)
    };
    let set = {
        let take = take.clone();
        move |text: String| {
            let mut values = values;
            values[bound] = read(&text).unwrap_or(values[bound]);
            take.emit(Bounds(values));
        }
    };
    let value = AttrValue::from(values[bound].to_string());
    let entry = use_entry(&value, move |text| read(text).map(drop), set);
    let allowed = refusal::allowed(limit, "", lang);
    let wrong = entry.problem.is_some().then(|| allowed.clone());
    let range = format!("{}–{}", limit.min, limit.max);
    knob(entry, (format!("saved-{bound}"), name.into()), html! { { label } }, wrong, range)
}
