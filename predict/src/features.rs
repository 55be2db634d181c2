//! What is known of a post after its first minutes, and nothing that comes later.

use super::history::History;

/// For how many minutes it has been looked at.
pub const SEEN: f64 = 5.0;
/// Requests that a share brings, over the minute after it.
const REQUESTS_PER_SHARE: f64 = 20.0;
/// Over how many minutes shares are counted together, to see whether they clump.
const BIN: f64 = 0.25;

/// How many features there are.
pub const COUNT: usize = 5;

/// Their names, in English and in Japanese.
pub const NAMES: [[&str; 2]; COUNT] = [
    ["requests a second", "毎秒のリクエスト"],
    ["growth", "増加率"],
    ["share velocity", "シェアの速さ"],
    ["shares so far", "これまでのシェア"],
    ["clumping", "固まり具合"],
];

/// What the seed of all this looks at, and two more.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Seen {
    /// Requests a second, in the last minute.
    pub requests: f64,
    /// Shares in the second half of the time, for each in the first.
    pub growth: f64,
    /// Shares in the last minute.
    pub velocity: f64,
    /// Shares so far.
    pub shares: f64,
    /// The variance of how many come in a quarter of a minute, for each that comes, in
    /// the second half: 1 if none brings another (the index of dispersion).
    pub clumping: f64,
}

impl Seen {
    /// What is to be seen of a history.
    pub fn of(history: &History) -> Seen {
        let between = |from, to| history.shares_between(from, to) as f64;
        let half = SEEN / 2.0;
        let velocity = between(SEEN - 1.0, SEEN);
        // By then the first wave is over.
        let from = |bin: u32| half + f64::from(bin) * BIN;
        let bins: Vec<f64> =
            (0..(half / BIN) as u32).map(|bin| between(from(bin), from(bin + 1))).collect();
        let mean = bins.iter().sum::<f64>() / bins.len() as f64;
        let variance = bins.iter().map(|n| (n - mean) * (n - mean)).sum::<f64>();
        let variance = variance / (bins.len() as f64 - 1.0);
        Seen {
            requests: history.post.readers + velocity * REQUESTS_PER_SHARE / 60.0,
            growth: (between(half, SEEN) + 1.0) / (between(0.0, half) + 1.0),
            velocity,
            shares: between(0.0, SEEN),
            clumping: if mean > 0.0 { variance / mean } else { 1.0 },
        }
    }

    /// As a row of numbers, on logarithmic scales: what multiplies adds up there.
    pub fn row(&self) -> [f64; COUNT] {
        let Seen { requests, growth, velocity, shares, clumping } = *self;
        [requests + 1.0, growth, velocity + 1.0, shares + 1.0, clumping + 1.0].map(libm::log)
    }
}
