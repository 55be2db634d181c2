//! What becomes of one alert rule, evaluation by evaluation: for each set of
//! labels, inactive → pending → firing → inactive.
//!
//! It becomes pending at the first evaluation that has a value for it, and
//! fires at the first that comes `for` after that, which without `for` is the
//! same. One evaluation without a value ends it at once, unless it fires and
//! `keep_firing_for` has not passed since.

use super::evaluator::Found;
use super::timeline::{Said, Spell, What};
use super::{Alert, Template};
use crate::Millis;
use crate::order::Index;
use crate::series::{Labels, NAME, OutOfOrder, Output, Store};

/// The label with an alert's name,
pub const ALERT_NAME: &str = "alertname";
/// and, of the series that say which alerts there are, with its state.
pub const ALERT_STATE: &str = "alertstate";

/// How an alert is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Not there.
    Inactive,
    /// There, but not for long enough.
    Pending,
    /// On.
    Firing,
}

impl State {
    /// As `alertstate` has it.
    pub fn name(self) -> &'static str {
        match self {
            State::Inactive => "inactive",
            State::Pending => "pending",
            State::Firing => "firing",
        }
    }
}

/// The alerts of one rule.
#[derive(Clone, Debug, Default)]
pub struct Machine {
    numbers: Index,
    /// All that there ever were,
    tracks: Vec<Track>,
    /// and which of them are pending or fire.
    live: Vec<usize>,
}

/// An alert, by its labels.
#[derive(Clone, Debug)]
struct Track {
    /// When the expression had a value for it the last time.
    seen: Option<Millis>,
    /// Which of the timeline's spells, while it is pending or fires.
    spell: Option<usize>,
    /// Since when the expression has had no value, while it keeps firing.
    keeps_since: Option<Millis>,
    pending: Output,
    firing: Output,
    since: Output,
}

impl Machine {
    /// An evaluation, with what it found. Writes `ALERTS` and `ALERTS_FOR_STATE`.
    ///
    /// # Errors
    ///
    /// If two alerts would have the same labels (then nothing changes), or a
    /// series has a later sample.
    pub fn step(
        &mut self,
        rule: usize,
        alert: &Alert,
        found: &mut Found<'_>,
        store: &mut Store,
        spells: &mut Vec<Spell>,
    ) -> Result<(), What> {
        let t = found.t;
        let varies = alert.labels.iter().any(|(_, template)| template.has_value());
        let mut now = Vec::new();
        for (line, series, value) in found.values() {
            let track = match found.numbers[line] {
                Some(known) if !varies => known,
                _ => {
                    let labels = labels(alert, series, value);
                    let (track, new) = self.numbers.number(&labels);
                    if new {
                        self.tracks.push(Track::new(&labels));
                    }
                    track
                }
            };
            found.numbers[line] = Some(track);
            if self.tracks[track].seen.replace(t) == Some(t) {
                return Err(What::SameLabels(labels(alert, series, value)));
            }
            now.push((track, series, value));
        }
        for (nr, series, value) in now {
            let track = &mut self.tracks[nr];
            track.keeps_since = None;
            let spell = *track.spell.get_or_insert_with(|| {
                self.live.push(nr);
                spells.push(Spell::new(rule, labels(alert, series, value), t));
                spells.len() - 1
            });
            let said = &mut spells[spell].said;
            if said.last().is_none_or(|last| last.value.to_bits() != value.to_bits()) {
                said.push(Said { at: t, value, series: series.clone() });
            }
        }
        let mut result = Ok(());
        self.live.retain(|&nr| {
            let track = &mut self.tracks[nr];
            let Some(spell) = track.spell else { return false };
            let state = track.state(alert, t, &mut spells[spell]);
            if state == State::Inactive {
                track.spell = None;
            }
            result = result.clone().and(track.write(store, t, state, spells[spell].since));
            state != State::Inactive
        });
        result.map_err(What::Order)
    }
}

impl Track {
    fn new(labels: &Labels) -> Self {
        let named = |name: &str| {
            let mut labels = labels.clone();
            labels.set(NAME, name);
            labels
        };
        let alerts = |state: State| {
            let mut labels = named("ALERTS");
            labels.set(ALERT_STATE, state.name());
            Output::new(labels)
        };
        Self {
            seen: None,
            spell: None,
            keeps_since: None,
            pending: alerts(State::Pending),
            firing: alerts(State::Firing),
            since: Output::new(named("ALERTS_FOR_STATE")),
        }
    }

    /// How it is now.
    fn state(&mut self, alert: &Alert, t: Millis, spell: &mut Spell) -> State {
        if self.seen == Some(t) {
            if spell.fired.is_none() && t - spell.since >= alert.hold {
                spell.fired = Some(t);
            }
        } else {
            let keeps =
                spell.fired.is_some() && t - *self.keeps_since.get_or_insert(t) < alert.keep_firing;
            if !keeps {
                spell.ended = Some(t);
            }
        }
        spell.state(t)
    }

    fn write(
        &mut self,
        store: &mut Store,
        t: Millis,
        state: State,
        since: Millis,
    ) -> Result<(), OutOfOrder> {
        self.pending.put(store, t, (state == State::Pending).then_some(1.0))?;
        self.firing.put(store, t, (state == State::Firing).then_some(1.0))?;
        // Whole seconds, as Prometheus writes them.
        let seconds = since.div_euclid(1000) as f64;
        self.since.put(store, t, (state != State::Inactive).then_some(seconds))
    }
}

/// The labels of an alert.
fn labels(alert: &Alert, series: &Labels, value: f64) -> Labels {
    let mut labels = series.unnamed();
    for (name, value) in expanded(&alert.labels, series, value) {
        labels.set(&name, &value);
    }
    labels.set(ALERT_NAME, &alert.name);
    labels
}

/// Templates with what they say of a series.
pub fn expanded(
    templates: &[(String, Template)],
    series: &Labels,
    value: f64,
) -> Vec<(String, String)> {
    let one =
        |(name, template): &(String, Template)| (name.clone(), template.expand(series, value));
    templates.iter().map(one).collect()
}
