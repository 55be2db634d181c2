//! How many requests are where, at any instant: the numbers at the stations.

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::Log;
use stampede_sim::telemetry::marks::Marked;

use super::film::Film;
use super::station::Spot;

/// How many requests are at each [`Spot`], as of an event.
#[derive(Default)]
pub struct Whereabouts(Marked<[u32; Spot::COUNT], { 1 << 12 }>);

impl Whereabouts {
    /// Moves to instant `at`, which is included.
    pub fn seek(&mut self, film: &Film, log: &Log, at: Nanos) {
        let until = log.count_until(at).min(film.moves.len());
        self.0.seek(until, |counts, i| {
            let (from, to) = (film.moves[i] >> 4, film.moves[i] & 15);
            for (spot, change) in [(from, u32::MAX), (to, 1)] {
                if spot != Spot::Out as u8 {
                    let count = &mut counts[spot as usize];
                    *count = count.wrapping_add(change);
                }
            }
        });
    }

    /// How many are at each [`Spot`].
    pub fn counts(&self) -> [u32; Spot::COUNT] {
        self.0.state
    }
}
