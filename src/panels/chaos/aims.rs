//! What is to hold, and how long it is searched, as something to type.

use stampede_sim::chaos::Steady;
use stampede_sim::scenario::fields::Limit;
use yew::prelude::*;

use super::super::amount::Amount;
use crate::lang::Lang;

/// The values of all fields, in their order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aims([f64; COUNT]);

/// How many fields there are.
pub const COUNT: usize = 5;

/// Their names, and the least and the most that is allowed.
const FIELDS: [(&str, f64, f64, bool); COUNT] = [
    ("steady.goodput", 0.0, 100.0, false),
    ("steady.p99", 1.0, 1000.0, false),
    ("steady.db_calls", 1.0, 1000.0, false),
    ("chaos.attempts", 1.0, 1000.0, true),
    ("chaos.faults", 1.0, 10.0, true),
];

impl Default for Aims {
    fn default() -> Aims {
        let Steady { goodput, p99_times, calls_times } = Steady::default();
        Aims([goodput * 100.0, p99_times, calls_times, 50.0, 5.0])
    }
}

impl Aims {
    /// By what one sees that all is well.
    pub fn steady(self) -> Steady {
        let Aims([percent, p99_times, calls_times, ..]) = self;
        Steady { goodput: percent / 100.0, p99_times, calls_times }
    }

    /// How often faults are drawn.
    pub fn attempts(self) -> usize {
        self.0[3] as usize
    }

    /// How many at a time.
    pub fn faults(self) -> usize {
        self.0[4] as usize
    }

    /// With another value of a field.
    pub fn with(self, field: usize, value: f64) -> Aims {
        let Aims(mut values) = self;
        values[field] = value;
        Aims(values)
    }
}

/// A field; `take` gets all values with that one changed.
pub fn field(field: usize, aims: Aims, take: &Callback<Aims>, lang: Lang) -> Html {
    let (name, min, max, whole) = FIELDS[field];
    let label = match field {
        0 => lang.pick("Right answers, at least, in %", "正答率の下限（%）"),
        1 => lang.pick("p99, at most × without faults", "p99 の上限（障害なしの何倍か）"),
        2 => lang.pick(
            "Database calls, at most × without faults",
            "DB 呼び出しの上限（障害なしの何倍か）",
        ),
        3 => lang.pick("Attempts", "試す回数"),
        _ => lang.pick("Faults in each", "1 回の障害の数"),
    };
    let limit = Limit { min, max, whole };
    let take = take.reform(move |value| aims.with(field, value));
    html! { <Amount key={name} id={format!("chaos-{field}")} {name} {label} {limit} value={aims.0[field]} {take} {lang}/> }
}
