//! How a post spreads: shares bring shares, and each share brings views.
//!
//! Shares are a self-exciting point process (Hawkes, Biometrika 58, 1971) with an
//! exponential kernel: λ(t) = μ + Σ n β e^(−β(t−tᵢ)), over the shares tᵢ so far,
//! where n, the branching ratio, is how many shares follow from one on average.
//! Below 1 a post dies out, above it goes viral, as long as somebody is left: of
//! an audience of A, λ is multiplied by 1 − N/A after N shares (Rizoiu et al.,
//! *SIR-Hawkes*, WWW 2018). A share brings views with a kernel of its own.
//!
//! Each of the three (shares of one's own accord, shares of a share, views) comes
//! when the area under its intensity reaches the next sum of exponential gaps (the
//! time change theorem). With this kernel that is a logarithm, and what has been
//! before is one number, so that an event costs the same however many there were.

use crate::engine::streams::{Purpose, Stream};
use crate::scenario::Load;

/// How a post spreads. Spans are in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// Shares of one's own accord, per second (μ).
    pub rate: f64,
    /// How many shares follow from one, on average (n = α/β).
    pub branching: f64,
    /// How long after it, on average (1/β).
    pub delay: f64,
    /// How many can share it; 0: there is always somebody.
    pub audience: u32,
    /// How many views a share brings, on average.
    pub views: f64,
    /// How long after it, on average.
    pub view_delay: f64,
    /// For how long it is seen and shared.
    pub span: f64,
}

impl Spread {
    /// As a load says it, if it is about a post.
    pub fn of(load: &Load) -> Option<Spread> {
        let Load::SelfExciting {
            rate,
            branching,
            delay_ms,
            audience,
            views,
            view_delay_ms,
            duration_ms,
            requests: _,
        } = *load
        else {
            return None;
        };
        let [delay, view_delay, span] = [delay_ms, view_delay_ms, duration_ms].map(|ms| ms / 1e3);
        Some(Spread { rate, branching, delay, audience, views, view_delay, span })
    }
}

/// What happens to a post.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    /// Somebody shares it.
    Share,
    /// Somebody looks at it.
    View,
}

/// All that happens to a post, in order.
pub struct Hawkes {
    spread: Spread,
    random: Stream,
    shares: u32,
    own: Steady,
    shared: Decaying,
    viewed: Decaying,
}

/// An intensity that is what it is. Times are in seconds.
#[derive(Default)]
struct Steady {
    since: f64,
    /// The area up to its next event, from then on.
    left: f64,
    /// When that is.
    next: f64,
}

/// An intensity that decays.
struct Decaying {
    since: f64,
    /// What it is then, per second, and how fast it decays.
    level: f64,
    decay: f64,
    left: f64,
    next: f64,
}

impl Steady {
    /// It has been `before` until now, and is `rate` from now on.
    fn change(&mut self, now: f64, before: f64, rate: f64) {
        self.left -= (now - self.since) * before;
        self.since = now;
        self.next = if rate > 0.0 { now + self.left.max(0.0) / rate } else { f64::INFINITY };
    }
}

impl Decaying {
    fn new(delay: f64, left: f64) -> Decaying {
        Decaying { since: 0.0, level: 0.0, decay: 1.0 / delay, left, next: f64::INFINITY }
    }

    /// How much of it has gone when the area under `factor` times it reaches what
    /// is left; of all the area there will be, which is level/decay.
    fn gone(&self, factor: f64) -> f64 {
        self.left.max(0.0) * self.decay / (self.level * factor)
    }

    fn plan(&mut self, factor: f64) {
        let gone = self.gone(factor);
        let never = f64::INFINITY;
        self.next = if gone < 1.0 { self.since - libm::log1p(-gone) / self.decay } else { never };
    }

    /// Its event is there; the area up to the next one.
    fn fire(&mut self, factor: f64, left: f64) {
        self.level -= self.level * self.gone(factor);
        (self.since, self.left) = (self.next, left);
    }

    /// Nothing has come of it until now.
    fn pass(&mut self, now: f64, factor: f64) {
        let gone = -libm::expm1(-self.decay * (now - self.since));
        self.left -= factor * self.level * gone / self.decay;
        self.level -= self.level * gone;
        self.since = now;
    }
}

impl Hawkes {
    /// Of a run with this seed.
    pub fn new(spread: Spread, seed: u64) -> Hawkes {
        let mut random = Stream::new(seed, Purpose::Shares, 0);
        let [left, shared, viewed] = [(); 3].map(|()| random.exponential());
        let mut own = Steady { left, ..Steady::default() };
        own.change(0.0, 0.0, spread.rate);
        let shared = Decaying::new(spread.delay, shared);
        let viewed = Decaying::new(spread.view_delay, viewed);
        Hawkes { spread, random, shares: 0, own, shared, viewed }
    }

    /// The share of the audience that has not shared it.
    fn unreached(&self) -> f64 {
        match self.spread.audience {
            0 => 1.0,
            audience => 1.0 - f64::from(self.shares) / f64::from(audience),
        }
    }

    /// Somebody shares it, of his own accord or because of another share.
    fn share(&mut self, now: f64, own: bool) {
        let before = self.unreached();
        if own {
            self.shared.pass(now, before);
        } else {
            self.shared.fire(before, self.random.exponential());
        }
        self.viewed.pass(now, 1.0);
        self.shares += 1;
        let (after, rate) = (self.unreached(), self.spread.rate);
        self.own.change(now, rate * before, rate * after);
        if own {
            self.own.left = self.random.exponential();
            self.own.change(now, 0.0, rate * after);
        }
        self.shared.level += self.spread.branching * self.shared.decay;
        self.shared.plan(after);
        self.viewed.level += self.spread.views * self.viewed.decay;
        self.viewed.plan(1.0);
    }
}

impl Iterator for Hawkes {
    type Item = (f64, Deed);

    /// What happens next, and when, in seconds.
    fn next(&mut self) -> Option<(f64, Deed)> {
        let (own, shared, viewed) = (self.own.next, self.shared.next, self.viewed.next);
        let now = own.min(shared).min(viewed);
        if now >= self.spread.span {
            return None;
        }
        if now == viewed {
            self.viewed.fire(1.0, self.random.exponential());
            self.viewed.plan(1.0);
            return Some((now, Deed::View));
        }
        self.share(now, now == own);
        Some((now, Deed::Share))
    }
}
