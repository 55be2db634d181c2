//! Statements about events and what comes before and after them.

use std::rc::Rc;

use stampede_sim::telemetry::{Event, Kind};

use crate::pattern::Pattern;
use crate::{Seen, Trace};

/// A statement about a lane: of how many events something is true.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// As it is written.
    pub text: String,
    /// The lane's number.
    pub lane: usize,
    /// Of how many.
    pub quantity: Quantity,
    /// What is counted.
    pub first: Pattern,
    /// Only those of which this is true.
    pub filter: Vec<Link>,
    /// What is true of them: each goes on from where the one before it ended.
    pub links: Vec<Link>,
}

/// Of how many events something is true.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Of all, and there are some.
    Every,
    /// Of more than half.
    Most,
    /// Of none.
    No,
    /// Of so many, at least and at most.
    Between(usize, usize),
}

/// From one event to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Starts from the first event again.
    pub again: bool,
    /// Whether it is later.
    pub later: bool,
    /// Whether there is no such event.
    pub none: bool,
    /// Whose event.
    pub whose: Whose,
    /// Which.
    pub pattern: Pattern,
    /// At most so far away, in milliseconds.
    pub within_ms: f64,
}

/// Whose event it is, as seen from the first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whose {
    /// The same request's.
    Same,
    /// Another's.
    Other,
    /// Anybody's.
    Any,
    /// Another's in the same process.
    Peer,
    /// That of the request which the first event's argument names.
    Its,
}

impl Link {
    /// The events that it may lead to, the nearest first.
    fn candidates(&self, trace: &Trace, first: usize, from: usize) -> Vec<usize> {
        let start = &trace.events[first];
        let near = |i: &usize| {
            let event = &trace.events[*i];
            let (a, b) = (trace.events[from].at.ms(), event.at.ms());
            (if self.later { *i > from } else { *i < from })
                && (a - b).abs() <= self.within_ms
                && self.pattern.fits(event)
                && match self.whose {
                    Whose::Same => event.who == start.who,
                    Whose::Other => event.who != start.who,
                    Whose::Any => true,
                    Whose::Peer => trace.are_peers(event.who, start.who),
                    Whose::Its => event.who == start.arg,
                }
        };
        let own = |who: u32| trace.requests.get(who as usize).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<usize> = match self.whose {
            Whose::Same => own(start.who).iter().copied().filter(near).collect(),
            Whose::Its => own(start.arg).iter().copied().filter(near).collect(),
            _ => return self.nearest(trace, from, near),
        };
        if !self.later {
            found.reverse();
        }
        found
    }

    /// Of everybody's events the nearest of each kind are enough: who could
    /// begin with a later one could with this.
    fn nearest(&self, trace: &Trace, from: usize, near: impl Fn(&usize) -> bool) -> Vec<usize> {
        let of_kind = |kind: Kind| {
            let all = &trace.kinds[kind as usize];
            let at = all.partition_point(|i| *i <= from);
            match self.later {
                true => all[at..].iter().copied().find(&near),
                false => all[..at].iter().rev().copied().find(&near),
            }
        };
        let mut found: Vec<usize> =
            self.pattern.kinds.iter().filter_map(|(kind, _)| of_kind(*kind)).collect();
        found.sort_by_key(|i| i.abs_diff(from));
        found
    }
}

impl Chain {
    /// Whether it holds: where it can be seen, or what was found instead.
    pub fn prove(&self, lanes: &[Rc<Trace>]) -> Result<Seen, String> {
        let trace = lanes.get(self.lane).ok_or_else(|| format!("{}: no such lane", self.text))?;
        let counted: Vec<usize> = (self.first.all(trace))
            .filter(|first| follow(trace, *first, *first, &self.filter).is_some())
            .collect();
        let ends: Vec<(usize, Option<usize>)> =
            counted.iter().map(|i| (*i, follow(trace, *i, *i, &self.links))).collect();
        let good = || ends.iter().filter_map(|(i, end)| Some((*i, end.as_ref()?.max(i))));
        let (all, true_of) = (ends.len(), good().count());
        let holds = match self.quantity {
            Quantity::Every => all > 0 && true_of == all,
            Quantity::Most => 2 * true_of > all,
            // That it never happens says enough; that something never follows needs
            // something to follow.
            Quantity::No => true_of == 0 && (all > 0 || self.links.is_empty()),
            Quantity::Between(least, most) => (least..=most).contains(&true_of),
        };
        if !holds {
            let is_odd = |(_, end): &&(usize, Option<usize>)| {
                end.is_some() == (self.quantity == Quantity::No)
            };
            let odd = ends.iter().find(is_odd);
            let example = odd.map(|(i, _)| {
                let Event { at, kind, who, .. } = trace.events[*i];
                format!(", not of #{who}'s {kind:?} at {} ms", at.ms())
            });
            let example = example.unwrap_or_default();
            return Err(format!("`{}`: true of {true_of} of {all}{example}", self.text));
        }
        let end_ms = trace.end_ms();
        let (first, end) = match (good().next(), counted.first()) {
            (Some((first, end)), _) => (first, *end),
            (None, Some(first)) => (*first, *first),
            // Nothing of the kind ever happens, which the last instant shows.
            (None, None) => {
                return Ok(Seen { lane: None, at_ms: end_ms, who: None, end_ms });
            }
        };
        let who =
            Some(trace.events[first].who).filter(|who| (*who as usize) < trace.requests.len());
        Ok(Seen { lane: Some(self.lane), at_ms: trace.events[end].at.ms(), who, end_ms })
    }
}

/// Goes along links from an event; the last event on the way, in time.
fn follow(trace: &Trace, first: usize, from: usize, links: &[Link]) -> Option<usize> {
    let Some((link, rest)) = links.split_first() else { return Some(from) };
    let from = if link.again { first } else { from };
    let candidates = link.candidates(trace, first, from);
    if link.none {
        return match candidates.is_empty() {
            true => follow(trace, first, from, rest),
            false => None,
        };
    }
    candidates.into_iter().find_map(|i| Some(follow(trace, first, i, rest)?.max(i)))
}
