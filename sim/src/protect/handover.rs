//! Hand-over: when a leader goes away, a follower takes its place.
//!
//! As in a loading cache: the load belongs to the leader's request, and ends
//! with it. If the leader's client leaves, or the load panics, the followers
//! are woken empty-handed; the first of them leads, and the others follow it.
//!
//! Semantics: moka's `get_with`: an aborted leader, or one that panics, hands
//! over; errors are shared but not stored; at most 200 attempts.

use super::singleflight::{Flight, Shared, Singleflight};
use crate::telemetry::Kind;
use crate::world::Request;
use crate::world::request::Key;

/// How often a caller tries at most.
const ATTEMPTS: u32 = 200;

impl<T: Clone> Singleflight<T> {
    /// Waits for the load of `key`, or does it. `panicked` tells a result
    /// that must not reach anybody else.
    pub async fn run_or_take_over(
        &self,
        key: Key,
        caller: &Request<'_>,
        work: impl AsyncFn() -> T,
        panicked: impl Fn(&T) -> bool,
    ) -> Shared<T> {
        for _ in 0..ATTEMPTS {
            match self.follow(key, caller).await {
                Some(Shared::Abandoned) => {}
                Some(shared) => return shared,
                None => {
                    let seat = Seat { flight: Some(self.take_off(key, caller)), caller };
                    let value = work().await;
                    if panicked(&value) {
                        return Shared::Done(value, false);
                    }
                    return seat.land(value);
                }
            }
        }
        Shared::Abandoned
    }
}

/// The leader's seat. Left without a result, it is somebody else's turn.
pub struct Seat<'a, T: Clone> {
    /// The flight, until it has landed.
    pub flight: Option<Flight<T>>,
    /// Its leader.
    pub caller: &'a Request<'a>,
}

impl<T: Clone> Seat<'_, T> {
    /// Ends the flight with a result for everybody.
    pub fn land(mut self, value: T) -> Shared<T> {
        let Some(flight) = self.flight.take() else { return Shared::Abandoned };
        let shared = flight.followers() > 0;
        flight.land(self.caller, value.clone());
        Shared::Done(value, shared)
    }
}

impl<T: Clone> Drop for Seat<'_, T> {
    fn drop(&mut self) {
        if let Some(flight) = &self.flight {
            self.caller.note(Kind::Abort, flight.followers());
        }
    }
}
