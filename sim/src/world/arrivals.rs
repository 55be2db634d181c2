//! When requests arrive.
//!
//! Open models, after k6's executors: arrivals do not wait for answers, which
//! is what makes a stampede possible. A rate over time is a curve of straight
//! pieces; arrival `n` comes when the area under the curve reaches `n`, or,
//! for Poisson arrivals, the sum of `n` exponential gaps (the time change
//! theorem for Poisson processes).

use std::rc::Rc;

use super::hawkes::{Deed, Hawkes};
use super::shares::Shares;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{Pacing, Stage};

/// The instants at which one source sends, in order.
pub enum Arrivals {
    /// All of them at random within a while.
    Spread(Spread),
    /// Along a rate curve.
    Curve(Curve),
    /// The views of a post that spreads.
    Post(Box<Post>),
}

impl Iterator for Arrivals {
    type Item = Nanos;

    #[inline]
    fn next(&mut self) -> Option<Nanos> {
        match self {
            Arrivals::Spread(spread) => spread.next(),
            Arrivals::Curve(curve) => curve.next(),
            Arrivals::Post(post) => post.next(),
        }
    }
}

impl Arrivals {
    /// `requests` arrivals, uniformly spread over `spread` from `at` on.
    pub fn burst(requests: u32, at: Nanos, spread: Nanos, random: Stream) -> Arrivals {
        let parts = if spread > Nanos::ZERO { requests / PART + 1 } else { 1 };
        // They are not of the same size.
        let size = (requests / parts + requests / parts / 16) as usize;
        Arrivals::Spread(Spread {
            at,
            spread,
            random,
            undrawn: requests,
            parts: (0..parts).map(|_| Vec::with_capacity(size)).collect(),
            now: Vec::new().into_iter(),
        })
    }

    /// Prepares some of what is needed before the first is known; true if
    /// there is more of that. Whoever does not ask waits for all of it.
    pub fn prepare(&mut self) -> bool {
        match self {
            Arrivals::Spread(spread) => spread.draw(),
            Arrivals::Curve(_) | Arrivals::Post(_) => false,
        }
    }

    /// A constant rate (requests/s) for a span. Paced, request `i` comes at
    /// `i / rate`, the first at 0.
    pub fn constant(rate: f64, span: Nanos, pacing: Pacing, seed: u64) -> Arrivals {
        let piece = Piece::new(0.0, span.secs(), rate, rate);
        Arrivals::Curve(Curve::new(vec![piece], 0.0, pacing, seed))
    }

    /// A rate that goes from `start` (requests/s) to each stage's target in
    /// turn, linearly. Paced, request `n` comes when the area reaches `n`, the
    /// first at 1.
    pub fn ramping(start: f64, stages: &[Stage], pacing: Pacing, seed: u64) -> Arrivals {
        let (mut at, mut from) = (0.0, start);
        let mut pieces = Vec::new();
        for stage in stages {
            let span = stage.duration_ms / 1e3;
            pieces.push(Piece::new(at, span, from, stage.target));
            (at, from) = (at + span, stage.target);
        }
        Arrivals::Curve(Curve::new(pieces, 1.0, pacing, seed))
    }
}

/// See [`Arrivals::Post`].
pub struct Post {
    /// How it spreads.
    pub spread: Hawkes,
    /// How many views there may still be.
    pub left: u32,
    /// Where its shares are noted, if somebody wants to know.
    pub shares: Option<Rc<Shares>>,
}

impl Post {
    fn next(&mut self) -> Option<Nanos> {
        self.left = self.left.checked_sub(1)?;
        loop {
            let (at, deed) = self.spread.next()?;
            let at = Nanos::from_secs(at);
            match (deed, &self.shares) {
                (Deed::View, _) => return Some(at),
                (Deed::Share, Some(shares)) => shares.add(at),
                (Deed::Share, None) => {}
            }
        }
    }
}

/// About so many arrivals are sorted at a time.
const PART: u32 = 10_000;
/// So many are drawn at a time.
const DRAWN: u32 = 100_000;

/// See [`Arrivals::Spread`]. All have to be drawn before the first is known;
/// they are sorted part by part, as they come.
pub struct Spread {
    at: Nanos,
    spread: Nanos,
    random: Stream,
    undrawn: u32,
    /// The arrivals of each part of the while, in no order; the last part is
    /// the first to come.
    parts: Vec<Vec<Nanos>>,
    now: std::vec::IntoIter<Nanos>,
}

impl Spread {
    /// Draws some; false if all are drawn.
    fn draw(&mut self) -> bool {
        let last = self.parts.len().saturating_sub(1);
        for _ in 0..self.undrawn.min(DRAWN) {
            let share = if self.spread > Nanos::ZERO { self.random.unit() } else { 0.0 };
            let part = last - (share * self.parts.len() as f64) as usize;
            self.parts[part].push(self.at + Nanos::from_f64(self.spread.0 as f64 * share));
        }
        self.undrawn = self.undrawn.saturating_sub(DRAWN);
        self.undrawn > 0
    }

    #[inline]
    fn next(&mut self) -> Option<Nanos> {
        loop {
            if let Some(at) = self.now.next() {
                return Some(at);
            }
            while self.draw() {}
            let mut part = self.parts.pop()?;
            part.sort_unstable();
            self.now = part.into_iter();
        }
    }
}

/// See [`Arrivals::Curve`].
pub struct Curve {
    pieces: std::vec::IntoIter<Piece>,
    piece: Option<Piece>,
    /// Area before the current piece.
    before: f64,
    /// Area at which the next request comes.
    target: f64,
    /// Whether the area exactly at the end still counts.
    end_counts: bool,
    poisson: Option<Stream>,
}

/// A stretch of a rate curve: seconds, and requests per second.
#[derive(Clone, Copy)]
struct Piece {
    start: f64,
    span: f64,
    from: f64,
    to: f64,
    area: f64,
}

impl Piece {
    fn new(start: f64, span: f64, from: f64, to: f64) -> Piece {
        Piece { start, span, from, to, area: span * (from + to) / 2.0 }
    }

    /// Seconds into the piece at which its area reaches `area`: the root of
    /// `from·x + slope·x²/2 = area`, in the form that does not cancel.
    fn reaches(&self, area: f64) -> f64 {
        if area <= 0.0 {
            return 0.0;
        }
        if self.from == self.to {
            return area / self.from;
        }
        let slope = (self.to - self.from) / self.span;
        let root = (self.from * self.from + 2.0 * slope * area).max(0.0).sqrt();
        2.0 * area / (self.from + root)
    }
}

impl Curve {
    fn new(pieces: Vec<Piece>, first: f64, pacing: Pacing, seed: u64) -> Curve {
        let mut poisson =
            (pacing == Pacing::Poisson).then(|| Stream::new(seed, Purpose::Arrivals, 0));
        let mut pieces = pieces.into_iter();
        Curve {
            piece: pieces.next(),
            pieces,
            before: 0.0,
            target: poisson.as_mut().map_or(first, Stream::exponential),
            end_counts: first > 0.0,
            poisson,
        }
    }

    #[inline]
    fn next(&mut self) -> Option<Nanos> {
        loop {
            let piece = self.piece?;
            let (area, wanted) = (piece.area, self.target - self.before);
            let last = self.pieces.len() == 0;
            // Sums of stages are rounded; what misses the end by that counts.
            if wanted < area || (last && self.end_counts && wanted <= area + 1e-9) {
                self.target += self.poisson.as_mut().map_or(1.0, Stream::exponential);
                return Some(Nanos::from_secs(piece.start + piece.reaches(wanted)));
            }
            self.before += area;
            self.piece = self.pieces.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In order, and as many and as random as if all had been drawn and sorted.
    #[test]
    fn a_large_burst_is_in_order() {
        let (at, spread) = (Nanos::from_ms(5.0), Nanos::from_ms(100.0));
        let stream = || Stream::new(3, Purpose::Arrivals, 0);
        for requests in [0, 1, 7, 3 * PART + 1] {
            let mut random = stream();
            let draw = |_| at + Nanos::from_f64(spread.0 as f64 * random.unit());
            let mut expected: Vec<Nanos> = (0..requests).map(draw).collect();
            expected.sort_unstable();
            let times: Vec<Nanos> = Arrivals::burst(requests, at, spread, stream()).collect();
            assert!(times == expected, "{requests}");
        }
        let at_once = Arrivals::burst(3, at, Nanos::ZERO, stream());
        assert_eq!(at_once.collect::<Vec<_>>(), [at; 3]);
    }

    fn stage(target: f64, secs: f64) -> Stage {
        Stage { target, duration_ms: secs * 1e3 }
    }

    /// k6's own test of ramping-arrival-rate.
    #[test]
    fn ramping_as_k6_does() {
        let stages = [stage(1.0, 5.0), stage(1.0, 1.0), stage(0.0, 5.0)];
        let at: Vec<f64> =
            Arrivals::ramping(0.0, &stages, Pacing::Paced, 1).map(Nanos::secs).collect();
        let expected = [3.162, 4.472, 5.5, 6.527, 7.837, 11.0];
        assert_eq!(at.len(), expected.len(), "{at:?}");
        for (at, expected) in at.iter().zip(expected) {
            assert!((at - expected).abs() < 1e-3, "{at} {expected}");
        }
    }

    /// k6: iteration i starts at i/rate, from 0; 50/s for 5 s gives 250.
    #[test]
    fn constant_as_k6_does() {
        let at: Vec<Nanos> =
            Arrivals::constant(50.0, Nanos::from_secs(5.0), Pacing::Paced, 1).collect();
        assert_eq!(at.len(), 250);
        assert!(at.iter().enumerate().all(|(i, at)| *at == Nanos::from_ms(i as f64 * 20.0)));
    }

    /// Counts in disjoint seconds of a Poisson process have mean and variance
    /// λ (here 400 seconds at λ = 50; standard errors 0.35 and 3.5).
    #[test]
    fn poisson_has_equal_mean_and_variance() {
        let mut counts = vec![0.0f64; 400];
        for at in Arrivals::constant(50.0, Nanos::from_secs(400.0), Pacing::Poisson, 7) {
            counts[at.secs() as usize] += 1.0;
        }
        let mean = counts.iter().sum::<f64>() / 400.0;
        let variance = counts.iter().map(|c| (c - mean) * (c - mean)).sum::<f64>() / 399.0;
        assert!((mean - 50.0).abs() < 4.0 * 0.35, "{mean}");
        assert!((variance - 50.0).abs() < 4.0 * 3.5, "{variance}");
    }

    /// The expected number along a ramp is its area: 0→200/s in 10 s = 1,000.
    #[test]
    fn poisson_follows_the_ramp() {
        let at: Vec<f64> = Arrivals::ramping(0.0, &[stage(200.0, 10.0)], Pacing::Poisson, 3)
            .map(Nanos::secs)
            .collect();
        assert!((at.len() as f64 - 1000.0).abs() < 4.0 * 1000f64.sqrt(), "{}", at.len());
        // A quarter of the area lies in the first half.
        let early = at.iter().filter(|at| **at < 5.0).count() as f64;
        assert!((early - 250.0).abs() < 4.0 * 250f64.sqrt(), "{early}");
    }

    #[test]
    fn a_burst_is_sorted_and_inside_its_spread() {
        let random = Stream::new(1, Purpose::Arrivals, 0);
        let (at, spread) = (Nanos::from_ms(5.0), Nanos::from_ms(20.0));
        let times: Vec<Nanos> = Arrivals::burst(1000, at, spread, random).collect();
        assert_eq!(times.len(), 1000);
        assert!(times.is_sorted());
        assert!(times[0] >= at && times[999] <= at + spread && times[0] < times[999]);
    }
}
