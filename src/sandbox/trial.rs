//! Runs of a system: troubles, or cures for one.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::Link;

use super::{CURES, Cure, NONE, System, Trouble};
use crate::runs::{Answer, Job, Plan};

/// What came of a system in a trouble with a cure.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What happened.
    pub trouble: Trouble,
    /// What was done against it.
    pub cure: Cure,
    /// The share of users who got an error in the end, in percent.
    pub failed: f64,
    /// The 99th percentile of the response time, in milliseconds.
    pub p99_ms: f64,
    /// Queries sent to the database.
    pub db_calls: u64,
    /// The most that were at the database at one time.
    pub peak: u64,
}

impl Outcome {
    /// Worse is more: first who failed, then how slow it was, then what it cost.
    fn harm(&self) -> (u64, u64, u64) {
        let rounded = |value: f64| (value * 10.0).round() as u64;
        (rounded(self.failed), self.p99_ms as u64 / 10, self.db_calls)
    }
}

/// Runs to be made, and what came of those that have been.
pub struct Trial {
    system: System,
    pairs: Vec<(Trouble, Cure)>,
    begun: usize,
    /// Of each pair, as far as it is known.
    outcomes: Vec<Option<Outcome>>,
}

/// Every line of a report is one seed's run: the one that its link shows.
const SEED: u64 = 1;
/// The lane of a system's link that has the cure.
const LANE: usize = 1;

impl Trial {
    /// All troubles without a cure.
    pub fn of_troubles(system: System) -> Trial {
        Trial::new(system, Trouble::ALL.map(|trouble| (trouble, NONE)).into())
    }

    /// One trouble with every cure.
    pub fn of_cures(system: System, trouble: Trouble) -> Trial {
        Trial::new(system, CURES.map(|cure| (trouble, cure)).into())
    }

    fn new(system: System, pairs: Vec<(Trouble, Cure)>) -> Trial {
        let outcomes = vec![None; pairs.len()];
        Trial { system, pairs, begun: 0, outcomes }
    }

    /// What is known, the worst first.
    pub fn worst_first(&self) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = self.outcomes.iter().flatten().cloned().collect();
        outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.harm()));
        outcomes
    }
}

impl Plan for Trial {
    fn next(&mut self) -> Option<(u64, Job)> {
        let (trouble, cure) = self.pairs.get(self.begun).copied()?;
        let link = Link { seed: SEED, ..self.system.link(trouble, cure) };
        self.begun += 1;
        Some((self.begun as u64 - 1, Job::new(&link, LANE, None)))
    }

    fn take(&mut self, number: u64, answer: Answer) {
        let (trouble, cure) = self.pairs[number as usize];
        self.outcomes[number as usize] = Some(Outcome {
            trouble,
            cure,
            failed: 100.0 * answer.errors as f64 / answer.requests.max(1) as f64,
            p99_ms: Nanos(answer.p99_ns).ms(),
            db_calls: answer.db_calls,
            peak: answer.db_peak,
        });
    }

    fn is_over(&self) -> bool {
        self.outcomes.iter().all(Option::is_some)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::runs::tests::done;

    fn finished(trial: Trial) -> Trial {
        done(trial, 1, |_| 0)
    }

    /// The report is the same whoever makes the runs, and in whatever order.
    #[test]
    fn the_order_does_not_matter() {
        let system = System { rate: 20.0, ..System::default() };
        let trial = || Trial::of_cures(system.clone(), Trouble::Flush);
        let one_after_another = finished(trial()).worst_first();
        for (workers, pick) in [(2, [1, 0, 1]), (4, [3, 0, 2])] {
            let mut turns = pick.iter().cycle();
            let trial = done(trial(), workers, |_| *turns.next().unwrap());
            assert_eq!(trial.worst_first(), one_after_another);
        }
    }

    /// What theory says of the defaults: a database that does 16 queries of
    /// 50 ms at once does 320 a second, and 500 a second over a lost cache are
    /// more; an outage of a fifth of the run hurts more than an expiry.
    #[test]
    fn the_worst_comes_first() {
        let trial = finished(Trial::of_troubles(System::default()));
        assert_eq!(trial.outcomes.len(), Trouble::ALL.len());
        let order: Vec<Trouble> = trial.worst_first().iter().map(|o| o.trouble).collect();
        assert_eq!(order[0], Trouble::Outage, "{:?}", trial.worst_first());
    }

    /// One hot key and one server: singleflight sends one query for each expiry.
    #[test]
    fn singleflight_sends_one_query_for_each_expiry() {
        let system = System {
            hot: 100.0,
            servers: 1.0,
            cores: 1000.0,
            pool: 100.0,
            ttl: 2.0,
            ..System::default()
        };
        let trial = finished(Trial::of_cures(system.clone(), Trouble::Expiry));
        let of = |cure: Cure| trial.outcomes.iter().flatten().find(|o| o.cure == cure).unwrap();
        let expiries = (system.span() / system.shown_ttl()).floor() as u64;
        let calls = of(CURES[0]).db_calls;
        assert!((expiries - 1..=expiries).contains(&calls), "{calls} for {expiries}");
        assert_eq!(of(CURES[0]).peak, 1);
        // Jitter does nothing for a single key: the herd is λ·Δ + 1 each time.
        let herds = of(Cure(&["jitter"])).db_calls as f64 / calls as f64;
        assert!((herds / system.herd() - 1.0).abs() < 0.15, "{herds} {}", system.herd());
    }
}
