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

use crate::Millis;
use crate::order::{Index, sorted};
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
    let (mut known, mut groups) = (Index::default(), Vec::new());
    for spell in spells {
        let Some(fired) = spell.fired else { continue };
        let listed = |name: &str| {
            route.group_by.as_ref().is_none_or(|names| names.iter().any(|it| it == name))
        };
        let labels = spell.labels.only(listed);
        let (number, new) = known.number(&labels);
        if new {
            groups.push(Group::new(labels, route));
        }
        groups[number].expect(&spell.labels, fired, spell.ended);
    }
    let mut out = Vec::new();
    groups.into_iter().for_each(|group| group.run(until, &mut out));
    sorted(out, |a, b| (a.at, &a.group).cmp(&(b.at, &b.group)))
}

/// An alert begins or ends to fire.
struct Event {
    at: Millis,
    fires: bool,
    alert: usize,
}

/// What the group, or a page, says of an alert.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Nothing,
    Firing,
    Resolved,
}

struct Group<'a> {
    labels: Labels,
    route: &'a Route,
    numbers: Index,
    /// The labels of its alerts, by number,
    alerts: Vec<Labels>,
    /// what becomes of them,
    events: Vec<Event>,
    /// what is known of each now,
    now: Vec<Status>,
    /// and what the last page said of each, if there was one.
    last: Option<(Millis, Vec<Status>)>,
    /// When it is looked at next; `None` while there is no such group.
    next: Option<Millis>,
    /// Since when it is empty.
    empty_since: Option<Millis>,
}

impl<'a> Group<'a> {
    fn new(labels: Labels, route: &'a Route) -> Self {
        Self {
            labels,
            route,
            numbers: Index::default(),
            alerts: Vec::new(),
            events: Vec::new(),
            now: Vec::new(),
            last: None,
            next: None,
            empty_since: None,
        }
    }

    fn expect(&mut self, labels: &Labels, fired: Millis, ended: Option<Millis>) {
        let (alert, new) = self.numbers.number(labels);
        if new {
            self.alerts.push(labels.clone());
        }
        self.events.push(Event { at: fired, fires: true, alert });
        self.events.extend(ended.map(|at| Event { at, fires: false, alert }));
    }

    fn run(mut self, until: Millis, out: &mut Vec<Notification>) {
        self.now = vec![Status::Nothing; self.alerts.len()];
        let events = sorted(std::mem::take(&mut self.events), |a, b| a.at.cmp(&b.at));
        for event in events.into_iter().filter(|event| event.at <= until) {
            self.look_until(event.at - 1, out);
            self.take(&event);
        }
        self.look_until(until, out);
    }

    fn take(&mut self, event: &Event) {
        let cleaned = |since: Millis| (since.div_euclid(CLEANUP) + 1) * CLEANUP <= event.at;
        if self.next.is_none() || self.empty_since.take().is_some_and(cleaned) {
            self.next = Some(event.at + self.route.group_wait);
        }
        self.now[event.alert] = if event.fires { Status::Firing } else { Status::Resolved };
    }

    fn look_until(&mut self, until: Millis, out: &mut Vec<Notification>) {
        let interval = self.route.group_interval.max(1);
        while let Some(now) = self.next.filter(|&next| next <= until) {
            if self.now.iter().all(|status| *status == Status::Nothing) {
                // Nothing comes of looking at an empty one, however often.
                self.next = Some(now + ((until - now) / interval + 1) * interval);
                return;
            }
            self.next = Some(now + interval);
            if self.is_due(now) {
                let page = self.page(now);
                if !page.firing.is_empty() || !page.resolved.is_empty() {
                    out.push(page);
                }
                self.last = Some((now, self.now.clone()));
            }
            for status in &mut self.now {
                if *status == Status::Resolved {
                    *status = Status::Nothing;
                }
            }
            let empty = self.now.iter().all(|status| *status == Status::Nothing);
            self.empty_since = empty.then_some(now);
        }
    }

    fn page(&self, at: Millis) -> Notification {
        let which = |wanted: Status| -> Vec<Labels> {
            let alerts = self.alerts.iter().zip(&self.now);
            alerts.filter(|(_, it)| **it == wanted).map(|(labels, _)| labels.clone()).collect()
        };
        let resolved = if self.route.send_resolved { which(Status::Resolved) } else { Vec::new() };
        Notification { at, group: self.labels.clone(), firing: which(Status::Firing), resolved }
    }

    fn is_due(&self, now: Millis) -> bool {
        let fires = |all: &[Status]| all.contains(&Status::Firing);
        let Some((at, last)) = &self.last else { return fires(&self.now) };
        let more = |wanted: Status| {
            self.now.iter().zip(last).any(|(now, last)| *now == wanted && *last != wanted)
        };
        if more(Status::Firing) {
            return true;
        }
        if !fires(&self.now) {
            // Those that came and went in between, nobody knows of.
            return fires(last);
        }
        self.route.send_resolved && more(Status::Resolved) || *at < now - self.route.repeat_interval
    }
}
