//! Runs of a system: troubles, or cures for one.

use stampede_sim::scenario::link::Link;

use super::{Cure, NONE, Outcome, System, Trouble, best_first, worst_first};
use crate::runs::{Answer, Job, Plan};

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
        let pairs = system.troubles().into_iter().map(|trouble| (trouble, NONE)).collect();
        Trial::new(system, pairs)
    }

    /// One trouble with every cure.
    pub fn of_cures(system: System, trouble: Trouble) -> Trial {
        let pairs = system.cures().into_iter().map(|cure| (trouble, cure)).collect();
        Trial::new(system, pairs)
    }

    fn new(system: System, pairs: Vec<(Trouble, Cure)>) -> Trial {
        let outcomes = vec![None; pairs.len()];
        Trial { system, pairs, begun: 0, outcomes }
    }

    /// What is known: of troubles the worst first, of cures the best.
    pub fn ranked(&self) -> Vec<Outcome> {
        let known: Vec<Outcome> = self.outcomes.iter().flatten().cloned().collect();
        match self.pairs.iter().all(|(_, cure)| *cure == NONE) {
            true => worst_first(&known),
            false => best_first(&known),
        }
    }
}

/// The run of a link of the system's, until it is seen what came of it.
fn job(system: &System, link: Link) -> Job {
    Job::new(&Link { seed: SEED, ..link }, LANE, None).looked_at(system.look())
}

impl Plan for Trial {
    fn next(&mut self) -> Option<(u64, Job)> {
        let (trouble, cure) = self.pairs.get(self.begun).copied()?;
        self.begun += 1;
        Some((self.begun as u64 - 1, job(&self.system, self.system.link(trouble, cure))))
    }

    fn take(&mut self, number: u64, answer: Answer) {
        let (trouble, cure) = self.pairs[number as usize];
        self.outcomes[number as usize] = Some(Outcome::of(&self.system, trouble, cure, &answer));
    }

    fn is_over(&self) -> bool {
        self.outcomes.iter().all(Option::is_some)
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;
    use stampede_sim::engine::Nanos;

    use super::*;
    use crate::runs::Look;
    use crate::runs::tests::done;
    use crate::sandbox::{CURES, NUMBERS, Number, PARTS};

    fn finished(trial: Trial) -> Trial {
        done(trial, 1, |_| 0)
    }

    /// The report is the same whoever makes the runs, and in whatever order.
    #[test]
    fn the_order_does_not_matter() {
        let system = System { rate: 20.0, ..System::default() };
        let trial = || Trial::of_cures(system.clone(), Trouble::Flush);
        let one_after_another = finished(trial()).ranked();
        for (workers, pick) in [(2, [1, 0, 1]), (4, [3, 0, 2])] {
            let mut turns = pick.iter().cycle();
            let trial = done(trial(), workers, |_| *turns.next().unwrap());
            assert_eq!(trial.ranked(), one_after_another);
        }
    }

    /// What arithmetic says of the defaults: a database that does 16 queries of
    /// 50 ms at once does 320 a second. A hundred a second for the hottest key
    /// make a herd of 6, in an outage of 5 s they are 400 that fail; 500 a second
    /// over a lost cache are more than it can do.
    #[test]
    fn the_worst_comes_first() {
        let ranked = finished(Trial::of_troubles(System::default())).ranked();
        assert_eq!(ranked.len(), System::default().troubles().len());
        let place = |trouble| ranked.iter().position(|o| o.trouble == trouble).unwrap();
        assert!(place(Trouble::Outage) < place(Trouble::Expiry), "{ranked:?}");
        assert!(place(Trouble::Flush) < place(Trouble::Expiry), "{ranked:?}");
        let expiry = &ranked[place(Trouble::Expiry)];
        assert!(expiry.is_whole() && expiry.errors == 0, "{expiry:?}");
    }

    /// One hot key and one server: without a defence a herd of λ·Δ + 1 queries for
    /// each expiry, with singleflight one.
    #[test]
    fn singleflight_sends_one_query_for_each_expiry() {
        let system = System {
            hot: 100.0,
            servers: 1.0,
            cores: 1000.0,
            pool: 100.0,
            ttl: 4.0,
            ..System::default()
        };
        // A value is loaded anew, and fresh for its ttl then.
        let between = system.ttl + system.query / 1e3;
        let expiries = 1 + ((system.span() - system.expires()) / between).floor() as u64;
        let calls = |trouble, cure| {
            let job = job(&system, system.link(trouble, cure));
            let answer = job.begin().unwrap().step(u64::MAX).unwrap();
            (answer.db_calls, answer.db_peak)
        };
        assert_eq!(calls(Trouble::Expiry, CURES[0]), (expiries, 1));
        let herd = calls(Trouble::Expiry, NONE).0 as f64 / expiries as f64;
        assert!((herd / system.herd() - 1.0).abs() < 0.15, "{herd} {}", system.herd());
    }

    /// Systems from all that the form allows: each number anywhere between its
    /// least and its most, as likely from 1 to 10 as from 10 to 100. After those
    /// without parts as many `parted` ones, which have half of the parts.
    fn systems(count: usize, parted: usize) -> Vec<System> {
        let mut random = TestRunner::deterministic();
        let mut share = || (0.0..=1.0_f64).new_tree(&mut random).unwrap().current();
        let number = |number: &Number, share: f64| {
            let [min, max] = number.range;
            let least = min.max(0.5);
            let value = least * libm::pow(max / least, share);
            let value = if number.whole { value.round() } else { (value * 1e3).round() / 1e3 };
            value.clamp(min, max)
        };
        let system = |i| {
            let mut system = System::default();
            for each in NUMBERS {
                system.set(each, &number(each, share()).to_string()).unwrap();
            }
            for part in PARTS.iter().filter(|_| i >= count) {
                if share() < 0.5 {
                    system.set(part, &number(part, share()).to_string()).unwrap();
                }
            }
            system
        };
        (0..count + parted).map(system).collect()
    }

    /// What came of a system in runs so many times as long, at the usual look or at
    /// another.
    fn outcomes(
        system: &System,
        pairs: &[(Trouble, Cure)],
        times: f64,
        look: Look,
    ) -> Vec<Outcome> {
        let outcome = |(trouble, cure): &(Trouble, Cure)| {
            let mut link = system.link(*trouble, *cure);
            let (_, length) =
                link.changes.iter_mut().find(|(path, _)| path == "load.duration_ms").unwrap();
            *length = (length.parse::<f64>().unwrap() * times).to_string();
            let mut making = job(system, link).looked_at(look).begin().unwrap();
            Outcome::of(system, *trouble, *cure, &making.step(u64::MAX).unwrap())
        };
        pairs.iter().map(outcome).collect()
    }

    /// What breaks first, and what helps best, do not depend on how long the runs
    /// are: fifty systems and twenty-five with parts, with runs as long as they are and
    /// twice as long. What
    /// breaks first does not even if it is looked at twice as late, but for chance.
    #[test]
    fn the_length_of_the_run_decides_nothing() {
        let order = |all: &[Outcome]| -> Vec<(Trouble, Cure)> {
            all.iter().map(|outcome| (outcome.trouble, outcome.cure)).collect()
        };
        let check = |system: &System| {
            let troubles: Vec<_> = system.troubles().into_iter().map(|t| (t, NONE)).collect();
            let [usual, late] = [1, 2].map(|times| {
                let look = system.look();
                Look { at: look.at.map(|at| Nanos(at.0 * times)), ..look }
            });
            let worst = |times, look| worst_first(&outcomes(system, &troubles, times, look));
            let first = worst(1.0, usual);
            let cures: Vec<_> =
                system.cures().into_iter().map(|cure| (first[0].trouble, cure)).collect();
            let best = |times| order(&best_first(&outcomes(system, &cures, times, usual)));
            assert_eq!(order(&first), order(&worst(2.0, usual)), "{system:?}");
            assert_eq!(best(1.0), best(2.0), "{system:?}");
            let later = worst(2.0, late);
            // With parts a system may lose some all the time, and two troubles are as
            // bad as each other but for chance: then neither look may say for certain
            // what the other denies. And where it stays down after both, what is lost
            // late is what one system down loses, whatever brought it there.
            let at = |all: &[Outcome], of: Trouble| {
                all.iter().find(|outcome| outcome.trouble == of).cloned().unwrap()
            };
            let [one, other] = [first[0].trouble, later[0].trouble];
            let is_worse = |all: &[Outcome], a: Trouble, b: Trouble| {
                worst_first(&[at(all, b), at(all, a)])[0].trouble == a
            };
            let stays = |all| at(all, one).stays && at(all, other).stays;
            let is_chance = !is_worse(&first, one, other) || !is_worse(&later, other, one);
            let is_same = stays(&first) && stays(&later);
            let parted = PARTS.iter().any(|part| (part.get)(system).is_some());
            assert!(
                one == other || parted && (is_chance || is_same),
                "{system:?} {first:?} {later:?}"
            );
        };
        let all = systems(50, 25);
        std::thread::scope(|scope| {
            for some in all.chunks(all.len().div_ceil(4)) {
                scope.spawn(move || some.iter().for_each(check));
            }
        });
    }
}
