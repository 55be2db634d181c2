//! Which pages go out, and when: Alertmanager's grouping (`dispatch/dispatch.go`,
//! `notify/notify.go`, version 0.25), for one receiver, without inhibitions and
//! silences.
//!
//! Alerts with the same values of some labels are one group. The first of them
//! waits for others (`group_wait`); then the group is looked at again and again
//! (`group_interval`), and a page goes out if an alert has come or been resolved
//! since the last page, or if that is longer ago than `repeat_interval`.
//!
//! Alerts are said to arrive at the instant of their evaluation, and before
//! what is looked at in the same instant.

use std::collections::{BTreeMap, BTreeSet};

use crate::Millis;
use crate::rule::Spell;
use crate::series::Labels;

/// How often empty groups are thrown away, in ms. Until then, what comes into
/// one does not wait anew.
const CLEANUP: Millis = 30_000;

/// How alerts are grouped. Spans are in ms.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// The labels by which they are; `None` for all labels (`group_by: ['...']`).
    pub group_by: Option<Vec<String>>,
    /// How long a new group waits for more.
    pub group_wait: Millis,
    /// From one look at a group to the next.
    pub group_interval: Millis,
    /// After how long a page goes out again though nothing has changed.
    pub repeat_interval: Millis,
    /// Whether a page goes out when all of it is over (`send_resolved`).
    pub send_resolved: bool,
}

/// Alertmanager's defaults, with all alerts in one group.
impl Default for Route {
    fn default() -> Self {
        Self {
            group_by: Some(Vec::new()),
            group_wait: 30_000,
            group_interval: 300_000,
            repeat_interval: 4 * 3_600_000,
            send_resolved: true,
        }
    }
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// When it goes out, in ms.
    pub at: Millis,
    /// What its alerts have in common.
    pub group: Labels,
    /// Alerts that fire.
    pub firing: Vec<Labels>,
    /// Alerts that are over since the last page.
    pub resolved: Vec<Labels>,
}

/// All pages that go out up to `until`, by time.
pub fn notifications(spells: &[Spell], route: &Route, until: Millis) -> Vec<Notification> {
    let mut groups: BTreeMap<Labels, Vec<Event>> = BTreeMap::new();
    for spell in spells {
        let Some(fired) = spell.fired else { continue };
        let listed = |name: &str| {
            route.group_by.as_ref().is_none_or(|names| names.iter().any(|it| it == name))
        };
        let events = groups.entry(spell.labels.only(listed)).or_default();
        let event = |at, fires| Event { at, fires, labels: spell.labels.clone() };
        events.push(event(fired, true));
        events.extend(spell.ended.map(|ended| event(ended, false)));
    }
    let mut out = Vec::new();
    for (labels, mut events) in groups {
        events.retain(|event| event.at <= until);
        events.sort_by_key(|event| event.at);
        let mut group = Group::new(labels, route);
        for event in events {
            group.look_until(event.at - 1, &mut out);
            group.take(event);
        }
        group.look_until(until, &mut out);
    }
    out.sort_by(|a, b| (a.at, &a.group).cmp(&(b.at, &b.group)));
    out
}

struct Event {
    at: Millis,
    fires: bool,
    labels: Labels,
}

struct Group<'a> {
    labels: Labels,
    route: &'a Route,
    /// Whether each alert in it fires.
    alerts: BTreeMap<Labels, bool>,
    /// When it is looked at next; `None` while there is no such group.
    next: Option<Millis>,
    /// Since when it is empty.
    empty_since: Option<Millis>,
    last: Option<Logged>,
}

/// What was in the last page.
struct Logged {
    at: Millis,
    firing: BTreeSet<Labels>,
    resolved: BTreeSet<Labels>,
}

impl<'a> Group<'a> {
    fn new(labels: Labels, route: &'a Route) -> Self {
        Self { labels, route, alerts: BTreeMap::new(), next: None, empty_since: None, last: None }
    }

    fn take(&mut self, event: Event) {
        let cleaned = |since: Millis| (since.div_euclid(CLEANUP) + 1) * CLEANUP <= event.at;
        if self.next.is_none() || self.empty_since.take().is_some_and(cleaned) {
            self.next = Some(event.at + self.route.group_wait);
        }
        self.alerts.insert(event.labels, event.fires);
    }

    fn look_until(&mut self, until: Millis, out: &mut Vec<Notification>) {
        while let Some(now) = self.next.filter(|&next| next <= until) {
            self.next = Some(now + self.route.group_interval.max(1));
            // Nothing comes of looking at an empty one, however often.
            if self.alerts.is_empty() {
                let spans = (until - now) / self.route.group_interval.max(1);
                self.next = Some(now + (spans + 1) * self.route.group_interval.max(1));
                continue;
            }
            let which = |fires: bool| -> BTreeSet<Labels> {
                let alerts = self.alerts.iter().filter(|(_, it)| **it == fires);
                alerts.map(|(labels, _)| labels.clone()).collect()
            };
            let (firing, resolved) = (which(true), which(false));
            if self.is_due(now, &firing, &resolved) {
                let sent = if self.route.send_resolved { resolved.clone() } else { BTreeSet::new() };
                if !firing.is_empty() || !sent.is_empty() {
                    out.push(Notification {
                        at: now,
                        group: self.labels.clone(),
                        firing: firing.iter().cloned().collect(),
                        resolved: sent.into_iter().collect(),
                    });
                }
                self.last = Some(Logged { at: now, firing, resolved });
            }
            self.alerts.retain(|_, fires| *fires);
            self.empty_since = self.alerts.is_empty().then_some(now);
        }
    }

    fn is_due(&self, now: Millis, firing: &BTreeSet<Labels>, resolved: &BTreeSet<Labels>) -> bool {
        let Some(last) = &self.last else { return !firing.is_empty() };
        if !firing.is_subset(&last.firing) {
            return true;
        }
        if firing.is_empty() {
            // Those that came and went in between, nobody knows of.
            return !last.firing.is_empty();
        }
        if self.route.send_resolved && !resolved.is_subset(&last.resolved) {
            return true;
        }
        last.at < now - self.route.repeat_interval
    }
}
