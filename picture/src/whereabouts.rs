//! How many requests are where, at any instant: the numbers at the stations.

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::Log;
use stampede_sim::telemetry::marks::Marked;

use super::film::Film;
use super::station::{SAME, Spot};

/// How many requests are at each [`Spot`], as of an event.
#[derive(Default)]
pub struct Whereabouts(Marked<Known>);

#[derive(Clone, Default)]
struct Known {
    /// By [`Spot`].
    counts: [u64; Spot::COUNT],
    /// By request: its [`Spot`].
    spots: Vec<u8>,
    /// How many of those who end with a crash have done so.
    ended: usize,
}

impl Whereabouts {
    /// Moves to instant `at`, which is included.
    pub fn seek(&mut self, film: &Film, log: &Log, at: Nanos) {
        let until = log.count_until(at).min(film.spot.len());
        self.0.seek(until, log.len(), |known, i| {
            while let Some((_, who)) = film.ended.get(known.ended).filter(|(e, _)| *e as usize == i)
            {
                known.ended += 1;
                known.put(*who, Spot::Out as u8);
            }
            if film.spot[i] != SAME {
                known.put(log.get(i).who, film.spot[i]);
            }
        });
    }

    /// How many are at each [`Spot`].
    pub fn counts(&self) -> [u64; Spot::COUNT] {
        self.0.state.counts
    }
}

impl Known {
    fn put(&mut self, who: u32, spot: u8) {
        let who = who as usize;
        if who >= self.spots.len() {
            // They are numbered in order of their births.
            self.spots.resize(who + 1, Spot::Out as u8);
        }
        let before = std::mem::replace(&mut self.spots[who], spot);
        for (spot, change) in [(before, u64::MAX), (spot, 1)] {
            if spot != Spot::Out as u8 {
                let count = &mut self.counts[spot as usize];
                *count = count.wrapping_add(change);
            }
        }
    }
}
