//! What becomes of an alert rule, and how that is drawn.

use std::rc::Rc;

use stampede_watch::Millis;
use stampede_watch::rule::Timeline;
use yew::prelude::*;

use super::drafts::Draft;
use super::plot::Axis;
use super::sliced;
use super::strip::{FIRING, PENDING, Stretch, joined};
use crate::runs::watch::texts;
use crate::ui::made::use_made;

/// What became of a rule.
pub struct Became {
    /// All of its alerts.
    pub timeline: Timeline,
    /// When there was any that was pending, or fired.
    pub stretches: Rc<[Stretch]>,
}

/// What becomes of a rule, as soon as that is known, and whether it is of this rule;
/// nothing for one that cannot be read.
#[hook]
pub fn use_became(
    nr: usize,
    draft: &Draft,
    axis: &Axis,
    evaluation: Millis,
) -> (Option<Option<Rc<Became>>>, bool) {
    let key = (nr, draft.clone(), axis.recorded.clone(), evaluation, axis.lang);
    use_made(key, async |(nr, draft, recorded, evaluation, lang)| {
        let alert = draft.asked(nr)?.rule().alert(texts(lang)).ok()?;
        let timeline = sliced::timeline(&recorded, alert, recorded.times(evaluation)).await;
        let stretches = stretches(&timeline, recorded.until);
        Some(Rc::new(Became { timeline, stretches }))
    })
}

fn stretches(timeline: &Timeline, until: Millis) -> Rc<[Stretch]> {
    let all = timeline.spells.iter().flat_map(|spell| {
        let end = spell.ended.unwrap_or(until);
        let fires = spell.fired.map(|at| (at, end, FIRING));
        let waits = (spell.since, spell.fired.unwrap_or(end), PENDING);
        fires.into_iter().chain((waits.0 < waits.1).then_some(waits))
    });
    joined(all.collect())
}
