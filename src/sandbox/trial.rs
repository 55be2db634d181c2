//! Runs of a system, one after another, in slices, so that the page stays alive.

use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::Problem;
use stampede_sim::telemetry::{Recording, Report};

use super::{CURES, Cure, NONE, System, Trouble};

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
    open: Vec<(Trouble, Cure)>,
    current: Option<Run>,
    /// What is known, in the order in which it was found out.
    pub outcomes: Vec<Outcome>,
}

/// Every line of a report is one seed's run: the one that its link shows.
const SEED: u64 = 1;

impl Trial {
    /// All troubles without a cure.
    pub fn of_troubles(system: System) -> Trial {
        Trial::new(system, Trouble::ALL.map(|trouble| (trouble, NONE)).into())
    }

    /// One trouble with every cure.
    pub fn of_cures(system: System, trouble: Trouble) -> Trial {
        Trial::new(system, CURES.map(|cure| (trouble, cure)).into())
    }

    fn new(system: System, mut open: Vec<(Trouble, Cure)>) -> Trial {
        open.reverse();
        Trial { system, open, current: None, outcomes: Vec::new() }
    }

    /// Computes on, by at most `budget` polls; false when all is known.
    pub fn step(&mut self, budget: u64) -> Result<bool, Problem> {
        let Some((trouble, cure)) = self.open.last().copied() else { return Ok(false) };
        let mut run = match self.current.take() {
            Some(run) => run,
            None => {
                let link = self.system.link(trouble, cure);
                let scenario = link.scenarios()?.swap_remove(1);
                Run::new(&scenario, &link.lanes[1].actions, SEED, Recording::Counters)?
            }
        };
        if run.run_until(Nanos::MAX, budget) {
            let report = run.read(|tape| Report::of(tape, super::PRESET, SEED));
            self.open.pop();
            self.outcomes.push(Outcome {
                trouble,
                cure,
                failed: 100.0 * report.errors as f64 / report.requests.max(1) as f64,
                p99_ms: report.p99_ms,
                db_calls: report.db_calls,
                peak: report.db_peak_concurrency,
            });
        } else {
            self.current = Some(run);
        }
        Ok(!self.open.is_empty())
    }

    /// What is known, the worst first.
    pub fn worst_first(&self) -> Vec<Outcome> {
        let mut outcomes = self.outcomes.clone();
        outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.harm()));
        outcomes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(mut trial: Trial) -> Trial {
        while trial.step(u64::MAX).unwrap() {}
        trial
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
        let of = |cure: Cure| trial.outcomes.iter().find(|o| o.cure == cure).unwrap();
        let expiries = (system.span() / system.shown_ttl()).floor() as u64;
        let calls = of(CURES[0]).db_calls;
        assert!((expiries - 1..=expiries).contains(&calls), "{calls} for {expiries}");
        assert_eq!(of(CURES[0]).peak, 1);
        // Jitter does nothing for a single key: the herd is λ·Δ + 1 each time.
        let herds = of(Cure(&["jitter"])).db_calls as f64 / calls as f64;
        assert!((herds / system.herd() - 1.0).abs() < 0.15, "{herds} {}", system.herd());
    }
}
