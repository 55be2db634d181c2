//! A balancer: sends each request to one of several nodes that do the same.
//!
//! | choice | semantics |
//! |---|---|
//! | in turn | nginx's default |
//! | any | each as likely as the others |
//! | least in flight | nginx's `least_conn`: of several with as few, the next in turn |
//! | two choices | the one with fewer in flight of two different ones drawn (Mitzenmacher, *The Power of Two Choices in Randomized Load Balancing*, 2001; Finagle's `P2CPick`) |
//! | peak EWMA | the same, by what a request is expected to take there (Finagle's `PeakEwma`) |
//!
//! In flight is what has been sent to a node and has not come back. Where the
//! balancer looks only every so often, it goes by what it saw last and does not
//! count what it sends meanwhile (the periodic update model of Mitzenmacher,
//! *How Useful Is Old Information?*, 2000). So, too, with which nodes are up:
//! it goes by what it has been told.
//!
//! *Slow start*: a node that has come up weighs little at first, and more and more
//! until it weighs what the others do, so that its caches can fill before the load
//! comes (Envoy's `slow_start_config` with its default aggression of 1 and minimum
//! weight of 10 %; nginx's and HAProxy's `slow_start`, `slowstart`). In turn, it gets
//! its weight's share of the turns; otherwise what is in flight there, and one more,
//! counts for as much more as it weighs less. nginx, too, has none for random choice.

use std::collections::BTreeMap;

use crate::engine::Nanos;
use crate::engine::streams::Stream;
use crate::scenario::Choice;

/// A balancer in front of nodes with the numbers from 0 on.
pub struct Balancer {
    choice: Choice,
    /// How often it looks at what is in flight; zero: it always knows.
    news: Nanos,
    /// Over how long Finagle's average decays.
    decay: Nanos,
    /// How long a slow start takes; zero: there is none.
    slow: Nanos,
    random: Stream,
    /// Whose turn it is.
    turn: usize,
    nodes: Vec<Node>,
    /// When it looked last, and what it saw.
    seen: Option<(Nanos, Vec<Known>)>,
    /// To which node each request in flight was sent, and when.
    sent: BTreeMap<u32, (usize, Nanos)>,
}

#[derive(Clone)]
struct Node {
    up: bool,
    /// When it came up, if it was not there from the start.
    since: Option<Nanos>,
    /// In turn: which share of a turn it has saved up.
    saved: f64,
    in_flight: u32,
    latency: PeakEwma,
}

/// What a balancer goes by.
#[derive(Clone, Copy)]
struct Known {
    in_flight: u32,
    load: f64,
}

/// Which node it is, and how much is in flight there as far as is known, if that
/// was asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Picked {
    /// The node.
    pub node: usize,
    /// Requests in flight there.
    pub in_flight: Option<u32>,
}

impl Balancer {
    /// In front of `count` nodes that are up. It looks at them every `news`, if
    /// that is not zero; a latency is forgotten over `decay`.
    pub fn new(choice: Choice, count: usize, news: Nanos, decay: Nanos, random: Stream) -> Self {
        let latency = PeakEwma::default();
        let node = Node { up: true, since: None, saved: 0.0, in_flight: 0, latency };
        let (nodes, sent, slow) = (vec![node; count], BTreeMap::new(), Nanos::ZERO);
        Balancer { choice, news, decay, slow, random, turn: 0, nodes, seen: None, sent }
    }

    /// The same with a slow start that takes so long.
    pub fn with_slow_start(self, slow: Nanos) -> Self {
        Balancer { slow, ..self }
    }

    /// Picks a node for the next request; `None` if none is up.
    pub fn pick(&mut self, now: Nanos) -> Option<Picked> {
        self.look(now);
        let up = self.nodes.iter().filter(|node| node.up).count() as u64;
        if up == 0 {
            return None;
        }
        let node = match self.choice {
            Choice::RoundRobin => self.next(now)?,
            Choice::Random => self.draw(up)?,
            Choice::Least => self.least(now)?,
            Choice::TwoChoices | Choice::PeakEwma => self.better_of_two(now, up)?,
        };
        self.turn = node + 1;
        let asked = !matches!(self.choice, Choice::RoundRobin | Choice::Random);
        Some(Picked { node, in_flight: asked.then(|| self.known(node, now).in_flight) })
    }

    /// A request goes to a node.
    pub fn send(&mut self, now: Nanos, node: usize, request: u32) {
        self.look(now);
        self.nodes[node].in_flight += 1;
        self.sent.insert(request, (node, now));
    }

    /// It has come back, or will not.
    pub fn done(&mut self, now: Nanos, request: u32) {
        self.look(now);
        if let Some((node, since)) = self.sent.remove(&request) {
            let Node { in_flight, latency, .. } = &mut self.nodes[node];
            *in_flight -= 1;
            latency.observe(now, now.since(since).0 as f64, self.decay);
        }
    }

    /// A node is up, or is not; whether that is news.
    pub fn set_up(&mut self, now: Nanos, node: usize, up: bool) -> bool {
        let node = &mut self.nodes[node];
        let is_news = std::mem::replace(&mut node.up, up) != up;
        if is_news && up {
            (node.since, node.saved) = (Some(now), 0.0);
        }
        is_news
    }

    /// What a node weighs, of 1.
    fn weight(&self, node: usize, now: Nanos) -> f64 {
        match self.nodes[node].since {
            Some(since) if self.slow > Nanos::ZERO => {
                let share = now.since(since).0 as f64 / self.slow.0 as f64;
                share.clamp(LEAST_WEIGHT, 1.0)
            }
            _ => 1.0,
        }
    }

    /// The next in turn. One that weighs less lets turns pass.
    fn next(&mut self, now: Nanos) -> Option<usize> {
        loop {
            let node = self.in_turn().next()?;
            let weight = self.weight(node, now);
            let saved = &mut self.nodes[node].saved;
            *saved += weight;
            if *saved >= 1.0 {
                *saved -= 1.0;
                return Some(node);
            }
            self.turn = node + 1;
        }
    }

    /// Requests that have been sent and have not come back.
    pub fn in_flight(&self) -> usize {
        self.sent.len()
    }

    /// Those that are up, from the one whose turn it is.
    fn in_turn(&self) -> impl Iterator<Item = usize> {
        let count = self.nodes.len();
        (self.turn..self.turn + count).map(move |i| i % count).filter(|i| self.nodes[*i].up)
    }

    /// Any of the `up` that are up.
    fn draw(&mut self, up: u64) -> Option<usize> {
        let which = self.random.below(up) as usize;
        self.number(which)
    }

    /// Number `which` of those that are up.
    fn number(&self, which: usize) -> Option<usize> {
        (0..self.nodes.len()).filter(|i| self.nodes[*i].up).nth(which)
    }

    fn least(&mut self, now: Nanos) -> Option<usize> {
        let all: Vec<usize> = self.in_turn().collect();
        // The first of those that are equal.
        let ranked = all.into_iter().map(|node| (self.rank(node, now), node));
        ranked.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, node)| node)
    }

    /// Two different ones are drawn; of equal ones it is the second, as in
    /// Finagle.
    fn better_of_two(&mut self, now: Nanos, up: u64) -> Option<usize> {
        if up == 1 {
            return self.number(0);
        }
        let first = self.random.below(up);
        let second = self.random.below(up - 1);
        let second = if second >= first { second + 1 } else { second };
        let (a, b) = (self.number(first as usize)?, self.number(second as usize)?);
        Some(if self.rank(a, now) < self.rank(b, now) { a } else { b })
    }

    /// By what nodes are compared: less is better.
    fn rank(&mut self, node: usize, now: Nanos) -> f64 {
        let load = self.known(node, now).load;
        match self.slow {
            Nanos::ZERO => load,
            _ => (load + 1.0) / self.weight(node, now),
        }
    }

    /// What is known of a node.
    fn known(&mut self, node: usize, now: Nanos) -> Known {
        match &self.seen {
            Some((_, seen)) => seen[node],
            None => self.truth(node, now),
        }
    }

    fn truth(&mut self, node: usize, now: Nanos) -> Known {
        let Node { in_flight, latency, .. } = &mut self.nodes[node];
        let load = match self.choice {
            Choice::PeakEwma => latency.load(now, *in_flight, self.decay),
            _ => f64::from(*in_flight),
        };
        Known { in_flight: *in_flight, load }
    }

    /// If it was time to look: what there was then. Nothing has changed since,
    /// as whoever changes something lets it look first.
    fn look(&mut self, now: Nanos) {
        if self.news == Nanos::ZERO {
            return;
        }
        let due = Nanos(now.0 - now.0 % self.news.0);
        if self.seen.as_ref().is_none_or(|(last, _)| *last < due) {
            let seen = (0..self.nodes.len()).map(|node| self.truth(node, due)).collect();
            self.seen = Some((due, seen));
        }
    }
}

/// What a node weighs that has just come up.
const LEAST_WEIGHT: f64 = 0.1;

/// A mean of response times that follows a peak at once, and goes back slowly
/// (Finagle's `PeakEwma`).
#[derive(Clone, Copy, Default, Debug)]
pub struct PeakEwma {
    /// The mean, in nanoseconds, as of `since`.
    cost: f64,
    since: Nanos,
}

/// What counts against a node that has not answered anything yet.
const PENALTY: f64 = (i64::MAX >> 16) as f64;

impl PeakEwma {
    /// A response took `span` nanoseconds. What was known counts for
    /// `e^(−t/decay)` after a time `t`.
    pub fn observe(&mut self, now: Nanos, span: f64, decay: Nanos) {
        let elapsed = now.since(self.since).0 as f64;
        let kept = libm::exp(-elapsed / decay.0 as f64);
        self.cost = if span > self.cost { span } else { self.cost * kept + span * (1.0 - kept) };
        self.since = now;
    }

    /// What one more request is expected to take with so many in flight.
    /// Whoever looks lets the mean decay, as in Finagle.
    pub fn load(&mut self, now: Nanos, in_flight: u32, decay: Nanos) -> f64 {
        self.observe(now, 0.0, decay);
        match (self.cost, in_flight) {
            (0.0, 1..) => PENALTY + f64::from(in_flight),
            _ => self.cost * f64::from(in_flight + 1),
        }
    }
}
