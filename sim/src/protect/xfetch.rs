//! XFetch: reload at random, a little before the expiry.
//!
//! Each reader rolls dice: the nearer the expiry, the likelier it is to reload
//! the value now, while everybody else still gets the old one. With many
//! readers, one or two volunteer in time; nobody needs to coordinate. For a
//! value that is not there, or that hardly anybody reads, it does nothing.
//!
//! Vattani, Chierichetti and Lowenstein, *Optimal Probabilistic Cache Stampede
//! Prevention*, PVLDB 8 (2015).

use std::cell::RefCell;

use super::layer::Part;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::world::cache::Entry;

/// One process's dice.
pub struct Early {
    beta: f64,
    random: RefCell<Stream>,
}

impl Early {
    /// For one process.
    pub fn new(beta: f64, process: u32, seed: u64) -> Early {
        Early { beta, random: RefCell::new(Stream::new(seed, Purpose::Early, process.into())) }
    }

    /// Whether this reader is to reload a value that has not expired.
    pub fn volunteers(&self, now: Nanos, found: &Entry) -> bool {
        let random = &mut *self.random.borrow_mut();
        volunteers(now, found.fresh_until, found.delta, self.beta, random)
    }
}

impl Part for Early {
    /// Dice know nothing.
    fn reset(&self) {}
}

/// Whether this reader is to reload a value that expires at `expiry` and took
/// `delta` to load. `beta` is 1 by default; larger means earlier.
///
/// The gap −Δ·β·ln(rand) is exponential with mean Δ·β, so that with `r` left
/// a reader volunteers with probability e^(−r / βΔ), and how often the value
/// is read need not be known.
pub fn volunteers(now: Nanos, expiry: Nanos, delta: Nanos, beta: f64, random: &mut Stream) -> bool {
    let gap = delta.0 as f64 * beta * random.exponential();
    now.0 as f64 + gap >= expiry.0 as f64
}
