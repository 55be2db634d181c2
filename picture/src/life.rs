//! A request's way through the log, as the film knows it.

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::Event;
use stampede_sim::telemetry::event::Does;
use stampede_sim::telemetry::stand::Stand;

use super::film::NONE;
use super::station::Station;

/// One request's way through the log.
#[derive(Clone, Copy)]
pub struct Life {
    pub first: u32,
    pub last: u32,
    /// The event before the last.
    pub prior: u32,
    /// Its longest wait: a good place to begin to look.
    pub long: Wait,
    pub seat: Option<(Station, u32)>,
    /// When its client stopped waiting, if the work goes on.
    pub alone: Nanos,
    /// Where it is.
    pub stand: Stand,
    /// When it was moved last.
    pub last_at: Nanos,
    /// Whether others wait, or waited, for what it loads.
    pub led: bool,
}

impl Life {
    /// A request that begins with event `index`.
    pub fn born(index: u32, event: Event) -> Life {
        let long = Wait { event: index, before: NONE, at: event.at, span: Nanos::ZERO, led: false };
        Life {
            first: index,
            last: index,
            prior: NONE,
            long,
            last_at: event.at,
            led: false,
            seat: None,
            alone: Nanos::MAX,
            stand: Stand::born(event.kind),
        }
    }

    /// Something moves it.
    pub fn move_on(&mut self, index: u32, event: Event) {
        let span = event.at - self.last_at;
        if span > self.long.span {
            let (event, before) = (self.last, self.prior);
            self.long = Wait { event, before, at: self.last_at, span, led: self.led };
        }
        self.led |= event.kind.traits().does == Does::Leads;
        (self.prior, self.last) = (self.last, index);
        self.last_at = event.at;
    }
}

/// What a request's longest wait begins with.
#[derive(Clone, Copy)]
pub struct Wait {
    /// The event.
    pub event: u32,
    /// The one before it, or [`NONE`].
    pub before: u32,
    /// When it begins.
    pub at: Nanos,
    /// How long it is.
    pub span: Nanos,
    /// Whether the request has led by then.
    pub led: bool,
}
