//! Statements about events and what comes before and after them.

use stampede_sim::telemetry::event::{Arg, Fault};
use stampede_sim::telemetry::{Event, Kind, Reason};

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

/// Which events are meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Kinds, each with what its argument is, if that matters.
    pub kinds: Vec<(Kind, Option<Wanted>)>,
    /// Not before, in milliseconds.
    pub from_ms: f64,
    /// Not after.
    pub to_ms: f64,
}

/// What an event's argument is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// Just that.
    Just(u32),
    /// That, or more.
    AtLeast(u32),
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

impl Pattern {
    /// Whether this event is meant.
    pub fn fits(&self, event: &Event) -> bool {
        let argument = |wanted: &Wanted| match wanted {
            Wanted::Just(number) => event.arg == *number,
            Wanted::AtLeast(number) => event.arg >= *number,
        };
        let kind = |(kind, wanted): &(Kind, Option<Wanted>)| {
            event.kind == *kind && wanted.as_ref().is_none_or(argument)
        };
        self.kinds.iter().any(kind) && (self.from_ms..=self.to_ms).contains(&event.at.ms())
    }

    /// The numbers of all such events, in order.
    pub fn all<'a>(&'a self, trace: &'a Trace) -> impl Iterator<Item = usize> + 'a {
        let mut all: Vec<usize> = (self.kinds.iter())
            .flat_map(|(kind, _)| trace.kinds[*kind as usize].iter().copied())
            .filter(|i| self.fits(&trace.events[*i]))
            .collect();
        all.sort_unstable();
        all.dedup();
        all.into_iter()
    }
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
    pub fn prove(&self, lanes: &[Trace]) -> Result<Seen, String> {
        let trace = lanes.get(self.lane).ok_or_else(|| format!("{}: no such lane", self.text))?;
        let counted: Vec<usize> = (self.first.all(trace))
            .filter(|first| follow(trace, *first, *first, &self.filter).is_some())
            .collect();
        let ends = counted.iter().map(|i| (*i, follow(trace, *i, *i, &self.links)));
        let good: Vec<(usize, usize)> =
            ends.filter_map(|(i, end)| Some((i, end?.max(i)))).collect();
        let (all, true_of) = (counted.len(), good.len());
        let holds = match self.quantity {
            Quantity::Every => all > 0 && true_of == all,
            Quantity::Most => 2 * true_of > all,
            // That it never happens says enough; that something never follows needs
            // something to follow.
            Quantity::No => true_of == 0 && (all > 0 || self.links.is_empty()),
            Quantity::Between(least, most) => (least..=most).contains(&true_of),
        };
        if !holds {
            let odd = counted.iter().find(|i| !good.iter().any(|(first, _)| first == *i));
            let odd = match (self.quantity, odd, good.first()) {
                (Quantity::No, _, Some((first, _))) => Some(first),
                (_, odd, _) => odd,
            };
            let example = odd.map(|i| {
                let Event { at, kind, who, .. } = trace.events[*i];
                format!(", not of #{who}'s {kind:?} at {} ms", at.ms())
            });
            let example = example.unwrap_or_default();
            return Err(format!("`{}`: true of {true_of} of {all}{example}", self.text));
        }
        let end_ms = trace.end_ms();
        let (first, end) = match (good.first(), counted.first()) {
            (Some(seen), _) => *seen,
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

/// What an argument may be called, by what it is.
pub fn wanted(kind: Kind, word: &str) -> Option<Wanted> {
    let yes_no = || ["no", "yes"].iter().position(|known| *known == word);
    let reason = || Reason::ALL.into_iter().find(|known| name(*known) == word).map(|r| r as u32);
    let number = || match word.strip_suffix('+') {
        Some(least) => least.parse().ok().map(Wanted::AtLeast),
        None => word.parse().ok().map(Wanted::Just),
    };
    match kind.traits().arg {
        Arg::Nothing => None,
        Arg::Flag => Some(Wanted::Just(yes_no()? as u32)),
        Arg::Reason => reason().map(Wanted::Just),
        Arg::Outcome if word == "ok" => Some(Wanted::Just(0)),
        Arg::Outcome => reason().map(Wanted::Just),
        Arg::Fault => (0..).map_while(|n| Some((n, Fault::of(n)?))).find_map(|(n, (fault, on))| {
            let text = format!("{} {}", name(fault), if on { "on" } else { "off" });
            (text == word).then_some(Wanted::Just(n))
        }),
        _ => number(),
    }
}

/// A name as checks write it: `HalfOpen` is `half-open`.
pub fn name(of: impl std::fmt::Debug) -> String {
    let mut name = String::new();
    for letter in format!("{of:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}
