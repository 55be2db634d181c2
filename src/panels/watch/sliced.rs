//! Evaluation in slices, so that the page stays alive.

use std::collections::BTreeMap;

use gloo_timers::future::TimeoutFuture;
use stampede_watch::eval::{self, Error, Line, Times};
use stampede_watch::parse::Expr;
use stampede_watch::rule::{Alert, Evaluator, Group, Rule, Timeline};
use stampede_watch::series::{Labels, Store};

use super::recording::Recorded;
use crate::web;

/// What a slice is to take at least and at most, in milliseconds.
const SLICE: [f64; 2] = [4.0, 10.0];

/// Evaluates at some of the times, then lets the page have its turn, and so on; it
/// learns how many take how long.
async fn slices<E>(
    times: Times,
    mut evaluate: impl FnMut(Times) -> Result<(), E>,
) -> Result<(), E> {
    let (mut done, mut count) = (0, 4);
    while done < times.count {
        let here = count.min(times.count - done);
        let start = times.start + done as i64 * times.step;
        let began = web::now();
        evaluate(Times { start, count: here, ..times })?;
        done += here;
        match web::now() - began {
            took if took < SLICE[0] => count *= 2,
            took if took > SLICE[1] => count = (count / 2).max(1),
            _ => {}
        }
        TimeoutFuture::new(0).await;
    }
    Ok(())
}

/// What an expression is at each of many instants.
pub async fn lines(recorded: &Recorded, expr: &Expr, times: Times) -> Result<Vec<Line>, Error> {
    let mut all: BTreeMap<Labels, Vec<Option<f64>>> = BTreeMap::new();
    slices(times, |here| {
        let from = ((here.start - times.start) / times.step) as usize;
        for line in eval::range(&recorded.store, expr, here)? {
            let values = all.entry(line.labels).or_insert_with(|| vec![None; times.count]);
            values[from..from + here.count].copy_from_slice(&line.values);
        }
        Ok(())
    })
    .await?;
    Ok(all.into_iter().map(|(labels, values)| Line { labels, values }).collect())
}

/// What becomes of an alert rule.
pub async fn timeline(recorded: &Recorded, alert: Alert, times: Times) -> Timeline {
    // What it writes does not belong to what was scraped, so it has series of its own.
    let mut store = chosen(&recorded.store, &alert.expr);
    let group =
        Group { name: alert.name.clone(), interval: times.step, rules: vec![Rule::Alert(alert)] };
    let mut evaluator = Evaluator::new(group);
    let done: Result<(), std::convert::Infallible> = slices(times, |here| {
        evaluator.advance(&mut store, here);
        Ok(())
    })
    .await;
    match done {
        Ok(()) => evaluator.timeline().clone(),
    }
}

/// The series that an expression looks at.
fn chosen(store: &Store, expr: &Expr) -> Store {
    let mut own = Store::new();
    for selector in expr.selectors() {
        for series in store.select(&selector.matchers) {
            let mut place = usize::MAX;
            for sample in &series.samples {
                // Fails where two selectors take the same: it is there already.
                if own.append_near(&mut place, &series.labels, *sample).is_err() {
                    break;
                }
            }
        }
    }
    own
}
