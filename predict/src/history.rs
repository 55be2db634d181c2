//! How a post spreads: each share may bring others, which bring others.
//!
//! A Hawkes process with an exponential kernel: shares come at a rate of
//! λ(t) = μ + Σ αe^(−β(t − tᵢ)), where tᵢ are those before. Each brings n = α/β
//! others on average: below 1 the post dies out, near it or above it goes viral.
//! Of many such posts, in a time T that is long, μT/(1 − n) shares are to be
//! expected.
//!
//! Hawkes, *Spectra of Some Self-Exciting and Mutually Exciting Point Processes*,
//! Biometrika 58 (1971); drawn by thinning: Ogata, *On Lewis' Simulation Method
//! for Point Processes*, IEEE Transactions on Information Theory 27 (1981).

use stampede_sim::engine::streams::{Purpose, Stream};

/// For how many minutes a post is followed.
pub const HORIZON: f64 = 60.0;
/// With so many shares by then it has gone viral.
pub const VIRAL: usize = 1000;
/// After how many minutes a share brings no more than 1/e of what it did at first.
pub const MEMORY: f64 = 2.0;

/// What decides how a post spreads.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Post {
    /// Shares that come by themselves, a minute (μ).
    pub spontaneous: f64,
    /// How many others each share brings (n).
    pub spread: f64,
    /// How many friends of its author share it at once.
    pub friends: u32,
    /// Requests a second by those who follow its author, and share nothing.
    pub readers: f64,
}

/// A post, and when it was shared, in minutes.
#[derive(Clone, PartialEq, Debug)]
pub struct History {
    /// The post.
    pub post: Post,
    /// When it was shared, in order.
    pub shares: Vec<f64>,
}

impl Post {
    /// One of those there are: a third goes viral, and how many friends and readers its
    /// author has says nothing of that.
    pub fn drawn(random: &mut Stream) -> Post {
        let mut between = |low: f64, high: f64| low + (high - low) * random.unit();
        let spread = between(0.4, 1.2);
        let mut any_size = |low, high| libm::exp(between(libm::log(low), libm::log(high)));
        Post {
            spontaneous: any_size(0.5, 4.0),
            friends: any_size(1.0, 150.0) as u32,
            readers: any_size(1.0, 100.0),
            spread,
        }
    }

    /// How it spreads within so many minutes; shares beyond `most` are left out.
    pub fn spreads(&self, minutes: f64, most: usize, random: &mut Stream) -> Vec<f64> {
        let beta = 1.0 / MEMORY;
        let each = self.spread * beta;
        let mut shares = vec![0.0; self.friends as usize];
        let (mut at, mut brought) = (0.0, each * f64::from(self.friends));
        while shares.len() < most {
            // Until the next share the rate only falls, so this one is an upper bound.
            let bound = self.spontaneous + brought;
            let gap = random.exponential() / bound;
            at += gap;
            if at >= minutes {
                break;
            }
            brought *= libm::exp(-beta * gap);
            if random.unit() * bound < self.spontaneous + brought {
                shares.push(at);
                brought += each;
            }
        }
        shares
    }
}

impl History {
    /// History number `number` of a seed.
    pub fn drawn(seed: u64, number: u64) -> History {
        let post = Post::drawn(&mut Stream::new(seed, Purpose::Posts, number));
        let mut random = Stream::new(seed, Purpose::PostShares, number);
        History { post, shares: post.spreads(HORIZON, VIRAL, &mut random) }
    }

    /// When it went viral, in minutes; `None` if it did not.
    pub fn viral_at(&self) -> Option<f64> {
        self.shares.get(VIRAL - 1).copied()
    }

    /// How many shares there were from one instant to another.
    pub fn shares_between(&self, from: f64, to: f64) -> usize {
        let before = |at: f64| self.shares.partition_point(|share| *share < at);
        before(to) - before(from)
    }
}
