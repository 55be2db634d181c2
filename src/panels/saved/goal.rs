//! What is to be kept, as something to type.

use stampede_sim::ablation::Aim;
use stampede_sim::scenario::fields::Limit;
use yew::prelude::*;

use super::super::amount::Amount;
use crate::lang::Lang;

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

/// One of them; `take` gets all of them with that one changed.
pub fn field(bound: usize, bounds: Bounds, take: &Callback<Bounds>, lang: Lang) -> Html {
    let (name, label, max) = match bound {
        GOODPUT => {
            ("goal.goodput", lang.pick("Right answers, at least, in %", "正答率の下限（%）"), 100.0)
        }
        _ => (
            "goal.db_calls",
            lang.pick(
                "Database calls, at most × all defences",
                "DB 呼び出しの上限（全対策の何倍か）",
            ),
            1000.0,
        ),
    };
    let limit = Limit { min: 0.0, max, whole: false };
    let take = take.reform(move |value| {
        let Bounds(mut values) = bounds;
        values[bound] = value;
        Bounds(values)
    });
    html! { <Amount id={format!("saved-{bound}")} {name} {label} {limit} value={bounds.0[bound]} {take} {lang}/> }
}
