//! How many requests are where, at any instant: the numbers at the stations.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::Log;
use stampede_sim::telemetry::replay::apart;

use super::film::{Film, Spot};

/// How many requests are at each [`Spot`], as of an event. Forward it goes event
/// by event, back from the last of a few marks.
#[derive(Clone, Default)]
pub struct Whereabouts {
    /// By [`Spot`].
    pub counts: [u64; Spot::COUNT],
    read: usize,
    spots: Vec<u8>,
    ended: usize,
    marks: Vec<Rc<Whereabouts>>,
}

impl Whereabouts {
    /// Moves to instant `at`, which is included.
    pub fn seek(&mut self, film: &Film, log: &Log, at: Nanos) {
        let until = log.count_until(at).min(film.spot.len());
        if until < self.read {
            let marks = std::mem::take(&mut self.marks);
            let mark = marks.iter().rfind(|mark| mark.read <= until);
            *self = mark.map(|mark| Whereabouts::clone(mark)).unwrap_or_default();
            self.marks = marks;
        }
        let apart = apart(log.len());
        for i in self.read..until {
            let last = self.marks.last().map_or(0, |mark| mark.read);
            if i >= last + apart {
                let marks = std::mem::take(&mut self.marks);
                let mark = Rc::new(Whereabouts { read: i, ..self.clone() });
                self.marks = marks;
                self.marks.push(mark);
            }
            while let Some((_, who)) = film.ended.get(self.ended).filter(|(e, _)| *e as usize == i)
            {
                self.ended += 1;
                self.put(*who, Spot::Out as u8);
            }
            if film.spot[i] != Spot::SAME {
                self.put(log.get(i).who, film.spot[i]);
            }
        }
        self.read = until;
    }

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
