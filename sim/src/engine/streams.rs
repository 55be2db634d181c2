//! Independent random streams, split by purpose, from one seed.
//!
//! A draw for one purpose never shifts the draws for another. So turning a
//! defence on does not change who arrives when, and two lanes of a comparison
//! meet the very same herd.

use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Distribution, Exp1};
use rand_pcg::Pcg32;
use stampede_scenario::apart;

use super::time::Nanos;

/// What a stream is drawn for. Adding one changes no other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum Purpose {
    /// When requests arrive.
    Arrivals = 1,
    /// Which key a request asks for.
    Keys = 2,
    /// How long clients think between requests.
    Think = 3,
    /// How long messages take.
    Network = 4,
    /// How much work a query is.
    Service = 5,
    /// Which queries fail.
    Faults = 6,
    /// Which keys the cache looks at when it cleans up.
    Eviction = 7,
    /// Arrivals of a burst that somebody sent while the run played.
    Actions = 8,
    /// How much a TTL is lengthened or shortened.
    Jitter = 9,
    /// Who volunteers to reload a value early.
    Early = 10,
    /// When somebody who waits for a lock tries again.
    LockPoll = 11,
    /// Who is refused by adaptive throttling.
    Throttle = 12,
    /// How long a client waits before it tries again.
    Backoff = 13,
    /// Which of those who wait gets a connection.
    PoolOrder = 14,
    /// Which answers make the code that reads them panic.
    Panics = 15,
    /// Which keys the requests of such a burst ask for.
    ActionKeys = 16,
    /// How old what is warm is when the run begins.
    Ages = 17,
    /// Which requests update their key.
    Updates = 18,
    /// Which client sends a request.
    Senders = 19,
    /// To which process a balancer sends a request.
    Balance = 20,
    /// Which messages about updates are lost.
    Hearsay = 21,
    /// How much CPU time a request takes.
    Cpu = 22,
    /// Which replica a read goes to.
    Replicas = 23,
    /// Which point of presence a client asks.
    Edge = 24,
    /// Who shares a post, and who looks at it, when.
    Shares = 31,
    /// What decides how a post spreads that predictions are learned from.
    Posts = 35,
    /// When such a post is shared.
    PostShares = 36,
    /// A load that is forecast.
    Loads = 37,
    /// Which faults an experiment in chaos makes.
    Chaos = 40,
    /// What requests ask for beside their path.
    Http = 60,
    /// What the edge holds when the run begins.
    EdgeAges = 45,
    /// Which requests have a body, and which.
    Bodies = 71,
    /// Which language a client asks for.
    Languages = 72,
    /// When metrics are asked for.
    Scrapes = 50,
    /// When refreshes behind stale values begin.
    Refreshes = 51,
    /// Which page of a shop a visitor asks for.
    Pages = 70,
    /// What a script draws.
    Script = 80,
    /// With which seeds a script is judged.
    Judge = 81,
}

/// One random stream (PCG32).
#[derive(Clone, Debug)]
pub struct Stream(Pcg32);

impl Stream {
    /// The stream for `purpose`, and within it for `node` (a process, say).
    pub fn new(seed: u64, purpose: Purpose, node: u64) -> Stream {
        let state = mix(seed ^ mix(purpose as u64 ^ mix(node)));
        Stream(Pcg32::seed_from_u64(state))
    }

    /// Uniform in `[0, 1)`, with 53 random bits.
    pub fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Uniform in `0..n`; `n` must not be 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0.random_range(0..n)
    }

    /// Exponential with mean 1.
    pub fn exponential(&mut self) -> f64 {
        (Further::given().exponential)(self)
    }

    /// `span`, give or take a uniform share: `share` 0.2 means ±20 %.
    pub fn around(&mut self, span: Nanos, share: f64) -> Nanos {
        if share == 0.0 {
            return span;
        }
        Nanos::from_f64(span.0 as f64 * (1.0 + share * (2.0 * self.unit() - 1.0)))
    }

    /// A draw from any distribution of `rand_distr`.
    pub fn sample<T, D: Distribution<T>>(&mut self, distribution: &D) -> T {
        distribution.sample(&mut self.0)
    }
}

/// What the page's first figure does without, as in `crate::protect::further`:
/// two tables of 257 numbers, which are all digits.
#[derive(Clone, Copy)]
pub struct Further {
    exponential: fn(&mut Stream) -> f64,
}

impl Further {
    const ALL: Further = Further { exponential: |stream| stream.sample(&Exp1) };
}

apart!(Further, given);

/// SplitMix64's finaliser (Steele, Lea and Flood, 2014): spreads nearby
/// numbers over the whole range.
fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
