//! What becomes of one alert rule, evaluation by evaluation: for each set of
//! labels, inactive → pending → firing → inactive.
//!
//! It becomes pending at the first evaluation that has a value for it, and
//! fires at the first that comes `for` after that, which without `for` is the
//! same. One evaluation without a value ends it at once, unless it fires and
//! `keep_firing_for` has not passed since.

use std::collections::BTreeMap;

use super::timeline::{Said, Spell, What};
use super::{Alert, Template};
use crate::Millis;
use crate::series::{Labels, NAME, Sample};

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
    active: BTreeMap<Labels, Active>,
    /// The labels of alerts by those of series, if they do not depend on values.
    known: BTreeMap<Labels, Labels>,
}

#[derive(Clone, Debug)]
struct Active {
    /// Which of the timeline's spells.
    spell: usize,
    /// Since when the expression has had no value, while it keeps firing.
    keeps_since: Option<Millis>,
}

impl Machine {
    /// An evaluation at `t`, which found these series. The samples that are
    /// written: `ALERTS` and `ALERTS_FOR_STATE`.
    ///
    /// # Errors
    ///
    /// If two alerts would have the same labels: then nothing changes.
    pub fn step(
        &mut self,
        rule: usize,
        alert: &Alert,
        t: Millis,
        found: &[(Labels, f64)],
        spells: &mut Vec<Spell>,
    ) -> Result<Vec<(Labels, Sample)>, What> {
        let mut now: BTreeMap<Labels, &(Labels, f64)> = BTreeMap::new();
        for pair in found {
            let labels = self.labels(alert, pair);
            if now.insert(labels.clone(), pair).is_some() {
                return Err(What::SameLabels(labels));
            }
        }
        for (labels, (series, value)) in &now {
            let said = |spell: &mut Spell| {
                if spell.said.last().is_none_or(|last| last.value.to_bits() != value.to_bits()) {
                    let annotations = expanded(&alert.annotations, series, *value).collect();
                    spell.said.push(Said { at: t, value: *value, annotations });
                }
            };
            match self.active.get_mut(labels) {
                Some(active) => {
                    active.keeps_since = None;
                    said(&mut spells[active.spell]);
                }
                None => {
                    let mut spell = Spell::new(rule, labels.clone(), t);
                    said(&mut spell);
                    let active = Active { spell: spells.len(), keeps_since: None };
                    self.active.insert(labels.clone(), active);
                    spells.push(spell);
                }
            }
        }
        self.active.retain(|labels, active| {
            let spell = &mut spells[active.spell];
            if now.contains_key(labels) {
                if spell.fired.is_none() && t - spell.since >= alert.hold {
                    spell.fired = Some(t);
                }
                return true;
            }
            let keeps = spell.fired.is_some()
                && t - *active.keeps_since.get_or_insert(t) < alert.keep_firing;
            if !keeps {
                spell.ended = Some(t);
            }
            keeps
        });
        Ok(self.samples(t, spells))
    }

    fn labels(&mut self, alert: &Alert, (series, value): &(Labels, f64)) -> Labels {
        if let Some(known) = self.known.get(series) {
            return known.clone();
        }
        let mut labels = series.unnamed();
        for (name, value) in expanded(&alert.labels, series, *value) {
            labels.set(&name, &value);
        }
        labels.set(ALERT_NAME, &alert.name);
        if !alert.labels.iter().any(|(_, template)| template.has_value()) {
            self.known.insert(series.clone(), labels.clone());
        }
        labels
    }

    fn samples(&self, t: Millis, spells: &[Spell]) -> Vec<(Labels, Sample)> {
        let samples = |(labels, active): (&Labels, &Active)| {
            let spell = &spells[active.spell];
            let mut alerts = labels.clone();
            alerts.set(NAME, "ALERTS");
            alerts.set(ALERT_STATE, spell.state(t).name());
            let mut since = labels.clone();
            since.set(NAME, "ALERTS_FOR_STATE");
            // Whole seconds, as it is written.
            let seconds = spell.since.div_euclid(1000) as f64;
            [(alerts, Sample { t, v: 1.0 }), (since, Sample { t, v: seconds })]
        };
        self.active.iter().flat_map(samples).collect()
    }
}

fn expanded<'a>(
    templates: &'a [(String, Template)],
    series: &'a Labels,
    value: f64,
) -> impl Iterator<Item = (String, String)> + 'a {
    templates.iter().map(move |(name, template)| (name.clone(), template.expand(series, value)))
}
