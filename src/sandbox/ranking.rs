//! Which outcome is worse.
//!
//! 1. What does not end by itself is worse than what does: whoever is lost to it
//!    are as many as one cares to wait for. Of two such, the one that loses more
//!    of late.
//! 2. Of those that end, the one that loses more requests. Each trouble happens
//!    once, so these are as many however long it goes on after that, and not a
//!    share that becomes smaller by it.
//! 3. Where nobody is lost (or of cures, which lose as many): the one that lets
//!    more requests wait for longer than a query takes, and then the one with more
//!    queries. Not the one with the longer 99th percentile: the same herd is more
//!    than one percent of a short run, and less of a long one.
//!
//! What chance does is no difference. A count of events that have nothing to do
//! with each other varies by the root of what is expected, so two counts `a` and
//! `b` are the same up to [`SIGMAS`]·√(a + b).
//!
//! Of what is the same, the first in the order of the lists is named first: the
//! mildest trouble, the simplest cure. So an ordinary day breaks first that is as
//! bad as an outage.
//!
//! An outcome is counted at an instant that does not depend on how long the run
//! is, and until then a longer run is the same run. So none of this depends on
//! the length of the run.

use super::Outcome;

/// How many standard deviations chance explains.
const SIGMAS: f64 = 3.0;
/// Fewer than this share are lost: nothing that anybody would call broken.
const WHOLE: f64 = 0.01;

impl Outcome {
    /// Whether anything broke.
    pub fn is_whole(&self) -> bool {
        !self.stays && (self.lost as f64) < WHOLE * self.requests as f64
    }

    /// What is lost: of late, where there is no end to it.
    fn loss(&self) -> u64 {
        if self.stays { self.lost_late } else { self.lost }
    }
}

/// Something by which outcomes differ: whether one is worse than another.
type Worse = fn(&Outcome, &Outcome) -> bool;

fn more(a: u64, b: u64) -> bool {
    let (a, b) = (a as f64, b as f64);
    a - b > SIGMAS * (a + b).sqrt()
}

const STAYS: Worse = |a, b| a.stays && !b.stays;
const LOSES: Worse = |a, b| more(a.loss(), b.loss());
const HOLDS: Worse = |a, b| more(a.held, b.held);
const COSTS: Worse = |a, b| more(a.db_calls, b.db_calls);

/// The worst first.
pub fn worst_first(outcomes: &[Outcome]) -> Vec<Outcome> {
    sorted(outcomes, |left| {
        let broken = sieve(left, &[STAYS, LOSES], |a, b, worse| worse(b, a));
        match broken.iter().all(|outcome| outcome.is_whole()) {
            true => sieve(broken, &[HOLDS, COSTS], |a, b, worse| worse(b, a)),
            false => broken,
        }
    })
}

/// The best first.
pub fn best_first(outcomes: &[Outcome]) -> Vec<Outcome> {
    sorted(outcomes, |left| sieve(left, &[STAYS, LOSES, HOLDS, COSTS], |a, b, worse| worse(a, b)))
}

/// Again and again the first of those that nothing is to be preferred to.
fn sorted(
    outcomes: &[Outcome],
    first: impl for<'a> Fn(Vec<&'a Outcome>) -> Vec<&'a Outcome>,
) -> Vec<Outcome> {
    let mut left: Vec<&Outcome> = outcomes.iter().collect();
    let mut order = Vec::new();
    while let Some(next) = first(left.clone()).first().copied() {
        left.retain(|other| !std::ptr::eq(*other, next));
        order.push(next.clone());
    }
    order
}

/// Those to which, by one thing after another, none of the others is preferred.
fn sieve<'a>(
    mut left: Vec<&'a Outcome>,
    by: &[Worse],
    behind: fn(&Outcome, &Outcome, Worse) -> bool,
) -> Vec<&'a Outcome> {
    for worse in by {
        let all = left.clone();
        left.retain(|a| !all.iter().any(|b| behind(a, b, *worse)));
    }
    left
}

/// What a cure is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gain {
    /// Fewer are lost, or there is an end to it.
    Fewer,
    /// As many are lost, but it is faster, or there are fewer queries.
    Cheaper,
    /// None of that.
    Nothing,
}

/// What a cure is good for, compared with doing nothing.
pub fn gain(without: &Outcome, with: &Outcome) -> Gain {
    let lasting = [STAYS, LOSES];
    let first = |by: &[Worse]| {
        by.iter().find_map(|worse| match (worse(without, with), worse(with, without)) {
            (false, false) => None,
            (better, _) => Some(better),
        })
    };
    match (first(&lasting), first(&[HOLDS, COSTS])) {
        (Some(true), _) => Gain::Fewer,
        (None, Some(true)) => Gain::Cheaper,
        _ => Gain::Nothing,
    }
}
