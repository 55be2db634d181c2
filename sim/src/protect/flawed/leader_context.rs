//! Flawed: a flight that ends when its leader's client goes away.
//!
//! The load uses the leader's context. When the leader's client gives up, the
//! load is cancelled, and everybody who waited for it gets the leader's error,
//! though their own clients are still there.
//!
//! Seen in services that pass the request's context into `singleflight.Do`.

use crate::protect::handover::Seat;
use crate::protect::singleflight::{Shared, Singleflight};
use crate::world::Request;
use crate::world::request::Key;

/// Waits for the load of `key`, or does it.
pub async fn run<T: Clone>(
    group: &Singleflight<T>,
    key: Key,
    leader: &Request<'_>,
    load: impl AsyncFnOnce() -> T,
) -> Shared<T> {
    if let Some(shared) = group.follow(key, leader).await {
        return shared;
    }
    let seat = Seat { flight: Some(group.take_off(key, leader)), caller: leader };
    // The bug: this waits inside the leader's request. If that is cancelled
    // here, the followers' answer is cancelled with it.
    let value = load().await;
    seat.land(value)
}
