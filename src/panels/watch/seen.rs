//! The series of a chart: which are drawn, what they are called, what they are now.

use std::rc::Rc;

use stampede_sim::alerting::dashboard::Unit;
use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::parse::{Expr, parse};
use yew::prelude::*;

use super::recording::Recorded;
use super::scraping::span;
use crate::lang::Lang;
use crate::panels::values::values;
use crate::ui::scale::round;

/// So many series are told apart.
pub const DRAWN: usize = 6;
/// So many are named, and have their values in a table.
const NAMED: usize = 20;
/// So many instants a table has at most.
const ROWS: usize = 60;
/// A chart has about so many instants.
const STEPS: Millis = 240;

/// Series at many instants.
#[derive(Clone)]
pub struct Seen {
    /// When.
    pub times: Times,
    /// Names and values; those with the largest values first.
    pub series: Rc<[(String, Vec<Option<f64>>)]>,
}

impl PartialEq for Seen {
    fn eq(&self, other: &Seen) -> bool {
        Rc::ptr_eq(&self.series, &other.series)
    }
}

impl Seen {
    /// Series by their names.
    pub fn new(times: Times, mut series: Vec<(String, Vec<Option<f64>>)>) -> Seen {
        let largest = |values: &[Option<f64>]| {
            let there = values.iter().flatten().filter(|value| value.is_finite());
            there.fold(f64::NEG_INFINITY, |most, value| most.max(value.abs()))
        };
        series.sort_by(|(_, a), (_, b)| largest(b).total_cmp(&largest(a)));
        Seen { times, series: series.into() }
    }

    /// The number of the last instant that is not after `at`.
    fn place(&self, at: Millis) -> usize {
        let steps = (at - self.times.start).max(0) / self.times.step.max(1);
        (steps as usize).min(self.times.count.saturating_sub(1))
    }

    /// What a series is at an instant.
    pub fn value(&self, series: usize, at: Millis) -> Option<f64> {
        self.series[series].1.get(self.place(at)).copied().flatten()
    }
}

/// From one instant of a chart to the next: as often as rules are evaluated, or as
/// often as there is room for.
pub fn step(recorded: &Recorded, evaluation: Millis) -> Millis {
    let most = recorded.until / STEPS;
    evaluation * (1 + most / evaluation.max(1))
}

/// An expression of the page's own, which can be read.
pub fn own(expr: &str) -> Option<Expr> {
    let read = parse(expr);
    debug_assert!(read.is_ok(), "{read:?}");
    read.ok()
}

/// A value with its unit.
pub fn said(value: Option<f64>, unit: Unit) -> String {
    let Some(value) = value else { return "–".to_owned() };
    if !value.is_finite() {
        return stampede_watch::number::shortest(value);
    }
    let text = if value.abs() < 1.0 && value != 0.0 {
        stampede_watch::number::significant(value, 2)
    } else {
        round(value)
    };
    match unit {
        Unit::PerSecond => format!("{text}/s"),
        Unit::Percent => format!("{text} %"),
        Unit::Count => text,
    }
}

/// Each series with how it is drawn, and its value at an instant.
pub fn legend(title: &str, seen: &Seen, at: Millis, unit: Unit, lang: Lang) -> Html {
    let row = |(nr, (name, _)): (usize, &(String, Vec<Option<f64>>))| {
        let name = if name.is_empty() { title } else { name };
        html! {
            <tr key={nr}>
                <th scope="row">{ sample(nr) }{ name }</th>
                <td>{ said(seen.value(nr, at), unit) }</td>
            </tr>
        }
    };
    let more = seen.series.len().saturating_sub(NAMED);
    html! {
        <>
            <table class="seen">
                <caption class="visually-hidden">{ lang.pick("At the playhead", "再生位置での値") }</caption>
                <tbody>{ for seen.series.iter().take(NAMED).enumerate().map(row) }</tbody>
            </table>
            if more > 0 {
                <p class="note">{ match lang {
                    Lang::En => format!("And {more} more with smaller values."),
                    Lang::Ja => format!("ほかに、値のより小さい系列が {more} 本。"),
                } }</p>
            }
        </>
    }
}

/// How a series is drawn.
fn sample(nr: usize) -> Html {
    if nr >= DRAWN {
        return html! { <i class="sample"></i> };
    }
    html! {
        <svg class="sample" viewBox="0 0 30 10" aria-hidden="true"><path class={format!("line-{nr}")} d="M0 5H30"/></svg>
    }
}

/// See [`Table`].
#[derive(Properties, PartialEq)]
pub struct TableProps {
    /// What it is about.
    pub title: AttrValue,
    /// The series.
    pub seen: Seen,
    /// What its values are.
    #[prop_or(Unit::Count)]
    pub unit: Unit,
    /// The page's language.
    pub lang: Lang,
}

/// All values, to read. A component of its own, so that it is not drawn anew while the
/// playhead moves.
#[component]
pub fn Table(props: &TableProps) -> Html {
    let TableProps { title, seen, unit, lang } = props;
    let every = seen.times.count.div_ceil(ROWS).max(1);
    let shown = &seen.series[..seen.series.len().min(DRAWN)];
    let head = |(nr, (name, _)): (usize, &(String, Vec<Option<f64>>))| {
        let name = if name.is_empty() { title.as_str() } else { name };
        html! { <th key={nr} scope="col">{ name }</th> }
    };
    let row = |(i, at): (usize, Millis)| {
        let cells = shown.iter().enumerate();
        html! {
            <tr key={i}>
                <th scope="row">{ span(at, *lang) }</th>
                { for cells.map(|(nr, (_, values))| html! { <td key={nr}>{ said(values[i], *unit) }</td> }) }
            </tr>
        }
    };
    values(
        match lang {
            Lang::En => format!("{title}: all values"),
            Lang::Ja => format!("{title}：すべての値"),
        },
        *lang,
        html! {
            <table>
                <thead><tr><th scope="col">{ lang.pick("at", "時刻") }</th>{ for shown.iter().enumerate().map(head) }</tr></thead>
                <tbody>{ for seen.times.iter().enumerate().step_by(every).map(row) }</tbody>
            </table>
        },
    )
}
