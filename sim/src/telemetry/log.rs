//! Every event of a run, 16 bytes each.

use super::event::{Event, Kind};
use crate::engine::Nanos;

/// Events per block: growing never copies what is there.
const BLOCK: usize = 1 << 14;
/// The kind stands in the top byte of an event's stamp, the time below it.
const KIND_SHIFT: u32 = 56;

/// The log: 16 bytes an event, in order of virtual time.
#[derive(Default)]
pub struct Log {
    blocks: Vec<Vec<Row>>,
    len: usize,
    fingerprint: u64,
}

/// An event: together, because whoever follows a request from event to event
/// needs all of one at a time.
#[derive(Clone, Copy)]
struct Row {
    stamp: u64,
    who: u32,
    arg: u32,
}

/// A log by hand: instants in nanoseconds, what, who, and the argument.
impl<'a> FromIterator<&'a (u64, Kind, u32, u32)> for Log {
    fn from_iter<I: IntoIterator<Item = &'a (u64, Kind, u32, u32)>>(events: I) -> Log {
        let mut log = Log::default();
        for (at, kind, who, arg) in events {
            log.push(Nanos(*at), *kind, *who, *arg);
        }
        log
    }
}

impl Log {
    /// Adds an event: to the fingerprint, and if `keep`, to the log.
    pub fn write(&mut self, at: Nanos, kind: Kind, who: u32, arg: u32, keep: bool) {
        if keep {
            self.push(at, kind, who, arg);
        } else {
            self.digest(at, kind, who, arg);
        }
    }

    /// Adds an event to the fingerprint only.
    #[inline]
    pub fn digest(&mut self, at: Nanos, kind: Kind, who: u32, arg: u32) {
        let stamp = stamp(at, kind);
        let detail = u64::from(who) << 32 | u64::from(arg);
        self.fingerprint = scramble(scramble(self.fingerprint, stamp), detail);
    }

    /// Adds an event.
    #[inline]
    pub fn push(&mut self, at: Nanos, kind: Kind, who: u32, arg: u32) {
        self.digest(at, kind, who, arg);
        if self.len.is_multiple_of(BLOCK) {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        if let Some(block) = self.blocks.last_mut() {
            block.push(Row { stamp: stamp(at, kind), who, arg });
        }
        self.len += 1;
    }

    /// Looks at each event from number `from` on, and forgets those of which
    /// `keep` says no, all but in the fingerprint; how many are kept in all.
    pub fn sift(&mut self, from: usize, mut keep: impl FnMut(Event) -> bool) -> usize {
        let mut kept = from;
        for i in from..self.len {
            if keep(self.get(i)) {
                self.blocks[kept / BLOCK][kept % BLOCK] = self.blocks[i / BLOCK][i % BLOCK];
                kept += 1;
            }
        }
        self.len = kept;
        self.blocks.truncate(kept.div_ceil(BLOCK));
        if let Some(last) = self.blocks.last_mut().filter(|_| !kept.is_multiple_of(BLOCK)) {
            last.truncate(kept % BLOCK);
        }
        kept
    }

    /// How many events are kept.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no event is kept.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Event number `i`, from 0. Panics if there is none.
    pub fn get(&self, i: usize) -> Event {
        let Row { stamp, who, arg } = self.blocks[i / BLOCK][i % BLOCK];
        let kind = Kind::ALL[(stamp >> KIND_SHIFT) as usize];
        Event { at: Nanos(stamp & Nanos::MAX.0), kind, who, arg }
    }

    /// All events, in order.
    pub fn iter(&self) -> impl Iterator<Item = Event> + '_ {
        (0..self.len).map(|i| self.get(i))
    }

    /// How many events happened at or before `at`.
    pub fn count_until(&self, at: Nanos) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = (low + high) / 2;
            if self.get(middle).at <= at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// A 64-bit fingerprint of every event so far. Equal logs have equal
    /// fingerprints; it is no protection against forgery.
    pub fn hash(&self) -> u64 {
        self.fingerprint
    }
}

fn stamp(at: Nanos, kind: Kind) -> u64 {
    (kind as u64) << KIND_SHIFT | at.0
}

/// The multiply-and-rotate step of FxHash, as in Firefox and rustc.
fn scramble(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_what_was_written_across_blocks() {
        let mut log = Log::default();
        let event = |i: usize| Event {
            at: Nanos(i as u64 * 3),
            kind: Kind::ALL[i % Kind::ALL.len()],
            who: i as u32,
            arg: !(i as u32),
        };
        for i in 0..2 * BLOCK + 5 {
            let Event { at, kind, who, arg } = event(i);
            log.push(at, kind, who, arg);
        }
        assert_eq!(log.len(), 2 * BLOCK + 5);
        assert!(log.iter().enumerate().all(|(i, e)| e == event(i)));
        assert_eq!(log.count_until(Nanos(0)), 1);
        assert_eq!(log.count_until(Nanos(8)), 3);
        assert_eq!(log.count_until(Nanos(u64::MAX)), log.len());
    }

    /// Whatever is forgotten, and when: the rest is there in order, the
    /// fingerprint is that of all, and the log goes on.
    #[test]
    fn forgetting_some_keeps_the_others() {
        let (mut all, mut some) = (Log::default(), Log::default());
        let mut read = 0;
        for i in 0..3 * BLOCK as u32 {
            all.push(Nanos(i.into()), Kind::Hit, i, 0);
            some.push(Nanos(i.into()), Kind::Hit, i, 0);
            if i % 5000 == 17 || i as usize == BLOCK - 1 {
                read = some.sift(read, |event| event.who.is_multiple_of(3));
                assert_eq!(read, some.len());
            }
        }
        some.sift(read, |event| event.who.is_multiple_of(3));
        assert!(some.iter().eq(all.iter().filter(|event| event.who.is_multiple_of(3))));
        assert_eq!(some.hash(), all.hash());
    }

    #[test]
    fn every_part_of_an_event_changes_the_fingerprint() {
        let hash = |at, kind, who, arg| {
            let mut log = Log::default();
            log.digest(Nanos(at), kind, who, arg);
            log.hash()
        };
        let base = hash(1, Kind::Hit, 2, 3);
        assert_eq!(base, hash(1, Kind::Hit, 2, 3));
        for other in [
            hash(2, Kind::Hit, 2, 3),
            hash(1, Kind::Miss, 2, 3),
            hash(1, Kind::Hit, 3, 3),
            hash(1, Kind::Hit, 2, 4),
        ] {
            assert_ne!(base, other);
        }
    }

    #[test]
    fn kinds_are_numbered_in_order() {
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, i);
        }
    }
}
