//! Which events are meant.

use std::fmt::Debug;

use heck::ToKebabCase;
use stampede_sim::telemetry::event::{Arg, Fault};
use stampede_sim::telemetry::{Event, Kind, Reason};

use crate::Trace;

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
            let text = format!("{}-{}", name(fault), if on { "on" } else { "off" });
            (text == word).then_some(Wanted::Just(n))
        }),
        _ => number(),
    }
}

/// A name as checks write it: `HalfOpen` is `half-open`.
pub fn name(of: impl Debug) -> String {
    format!("{of:?}").to_kebab_case()
}
