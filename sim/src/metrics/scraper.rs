//! Who asks for metrics when, and what comes of it.
//!
//! Prometheus's rules: every target is asked at the same interval, each at an offset
//! of its own that does not change (`scrape/target.go`); an answer in time has the
//! time at which it was asked for, and what it did not bring has ended; no answer is
//! `up` 0, and all has ended; a target that is gone has ended altogether
//! (`scrape/scrape.go`). A scrape that comes late by less than two milliseconds, and
//! less than a hundredth of the interval, has the time at which it should have come.
//!
//! Offsets follow from the seed. Whoever answers late says how things stand then.

use super::declared::{Metric, Part, metrics};
use super::meter::{Job, Meter};
use super::plan::Plan;
use super::series::{Series, Told, named};
use super::system::System;
use super::table::REPORTS;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::telemetry::Event;

/// Scrapes a run while it is made.
pub struct Scraper {
    meter: Meter,
    plan: Plan,
    metrics: Vec<Metric>,
    loops: Vec<Loop>,
    random: Stream,
    /// Nothing is to be done before.
    soonest: Nanos,
    /// Targets whose answers are waited for.
    waiting: u32,
}

/// One target's.
struct Loop {
    labels: Vec<(&'static str, String)>,
    /// When the next scrape should come, and when it does.
    due: Nanos,
    start: Nanos,
    /// Whether an answer is waited for.
    waits: bool,
    /// Whether the target has been found since it was gone.
    found: bool,
    told: Told,
}

/// The labels of a target: its job, and its address.
pub(super) fn labels(job: Job, number: usize) -> Vec<(&'static str, String)> {
    let (job, instance) = match job {
        Job::App => ("app", format!("process-{number}")),
        Job::Clients => ("clients", "clients".to_owned()),
        Job::Edge => ("edge", "edge".to_owned()),
        Job::Database => ("database", "database".to_owned()),
        Job::Autoscaler => ("autoscaler", "autoscaler".to_owned()),
    };
    vec![("job", job.to_owned()), ("instance", instance)]
}

/// What targets tell, and then what is said of scrapes.
pub(super) fn with_reports() -> Vec<Metric> {
    metrics().into_iter().chain(REPORTS).collect()
}

impl Scraper {
    /// Of a run that has not begun. `plan.interval` must not be zero.
    pub fn new(system: System, plan: &Plan, seed: u64) -> Scraper {
        let meter = Meter::new(system);
        let target = |(number, target): (usize, &super::meter::Target)| {
            let mut random = Stream::new(seed, Purpose::Scrapes, 1 + number as u64);
            let due = plan.offset.unwrap_or_else(|| plan.grained(random.below(plan.interval.0)));
            Loop {
                labels: labels(target.job, number),
                due,
                start: due,
                waits: false,
                found: false,
                told: Told::default(),
            }
        };
        let loops = meter.targets.iter().enumerate().map(target).collect();
        let random = Stream::new(seed, Purpose::Scrapes, 0);
        let mut scraper = Scraper {
            meter,
            plan: plan.clone(),
            metrics: with_reports(),
            loops,
            random,
            soonest: Nanos::ZERO,
            waiting: 0,
        };
        (0..scraper.loops.len()).for_each(|target| scraper.set_out(target, Nanos::ZERO));
        scraper
    }

    /// Takes in what happens next.
    pub fn take(&mut self, event: Event) {
        // Whoever asks at an instant is told of everything that happens at it.
        if self.soonest < event.at {
            self.go_on(event.at);
        }
        self.meter.take(event);
        if self.waiting > 0 {
            // Who has died does not answer, and who has less to do answers sooner.
            for target in 0..self.loops.len() {
                if self.loops[target].waits && !self.meter.targets[target].handler.is_asked() {
                    self.fail(target, event.at);
                }
            }
            self.soonest = Nanos::ZERO;
        }
    }

    /// The run is over at `at`: all that is known of it.
    pub fn end(mut self, at: Nanos) -> Vec<Series> {
        let until = at.max(self.plan.until);
        // Once more for what has happened since the last one.
        self.go_on(until + self.plan.interval + Nanos(1));
        for target in 0..self.loops.len() {
            if self.loops[target].waits {
                self.look_at(target, self.next(target));
            }
        }
        let told = self.loops.into_iter().flat_map(|one| one.told.into_series());
        let mut all: Vec<Series> = told.collect();
        let name = |series: &Series| series.labels.iter().find(|it| it.0 == "__name__").cloned();
        all.sort_by_cached_key(|series| (name(series), series.labels.clone()));
        all
    }

    /// Does what is to be done before `limit`.
    fn go_on(&mut self, limit: Nanos) {
        loop {
            let next = (0..self.loops.len()).map(|target| (self.next(target), target)).min();
            let Some((at, target)) = next.filter(|(at, _)| *at < limit) else {
                self.soonest = next.map_or(Nanos::MAX, |(at, _)| at);
                return;
            };
            self.look_at(target, at);
        }
    }

    /// Does what is to be done about a target at an instant.
    fn look_at(&mut self, target: usize, at: Nanos) {
        self.meter.go_on(at);
        match self.loops[target].waits {
            false => self.ask(target),
            true if self.answer(target) == Some(at) => self.succeed(target, at),
            true => self.fail(target, at),
        }
    }

    /// When something is to be done about a target.
    fn next(&self, target: usize) -> Nanos {
        let one = &self.loops[target];
        let deadline = one.start + self.plan.timeout;
        match one.waits {
            false => one.start,
            true => self.answer(target).map_or(deadline, |at| at.min(deadline)),
        }
    }

    fn answer(&self, target: usize) -> Option<Nanos> {
        let Meter { targets, system, .. } = &self.meter;
        let it = &targets[target];
        it.handler.answers(system, (target as u32, it.book.since))
    }

    /// A scrape sets out.
    fn ask(&mut self, target: usize) {
        let Meter { targets, system, .. } = &mut self.meter;
        let (it, one) = (&mut targets[target], &mut self.loops[target]);
        let start = one.start;
        if !it.known {
            // There is nobody to ask any more.
            if std::mem::take(&mut one.found) {
                one.told.end_scrape(self.plan.stamp(one.due, start));
            }
            return self.next_round(target, start);
        }
        one.found = true;
        one.waits = true;
        self.waiting += 1;
        if !it.up {
            return self.fail(target, start);
        }
        let late = match it.job {
            Job::App => system.late(target as u32, start, it.book.since),
            _ => Nanos::ZERO,
        };
        let work = if it.job == Job::App { self.plan.work } else { Nanos::ZERO };
        it.handler.ask(system, start, start + late, work);
    }

    /// The answer is there.
    fn succeed(&mut self, target: usize, at: Nanos) {
        let Scraper { meter, loops, metrics, plan, .. } = self;
        let Loop { told, labels, due, start, .. } = &mut loops[target];
        let stamp = plan.stamp(*due, *start);
        for (number, metric) in metrics.iter().enumerate() {
            metric.say(&meter.system, &meter.targets[target], at, &mut |values, part, value| {
                let names = || named(metric, (values, part), labels);
                told.add(stamp, (number, values, part), value, names);
            });
        }
        self.report(target, at, 1.0);
    }

    /// There is no answer, or none in time.
    fn fail(&mut self, target: usize, at: Nanos) {
        self.report(target, at, 0.0);
    }

    /// A scrape is over.
    fn report(&mut self, target: usize, at: Nanos, up: f64) {
        let Scraper { meter, loops, metrics, plan, .. } = self;
        let one = &mut loops[target];
        let stamp = plan.stamp(one.due, one.start);
        let reports = metrics.len() - REPORTS.len();
        for (number, value) in (reports..).zip([up, (at - one.start).secs()]) {
            let key = ([0; 3], Part::Value);
            let names = || named(&metrics[number], key, &one.labels);
            one.told.add(stamp, (number, key.0, key.1), value, names);
        }
        one.told.end_scrape(stamp);
        one.waits = false;
        meter.targets[target].handler.forget();
        self.waiting -= 1;
        self.next_round(target, at);
    }

    /// What there was to be done until `now` is done.
    fn next_round(&mut self, target: usize, now: Nanos) {
        self.loops[target].due += self.plan.interval;
        self.set_out(target, now);
    }

    /// Decides when the next scrape sets out.
    fn set_out(&mut self, target: usize, now: Nanos) {
        let late = match self.plan.jitter.0 {
            0 => Nanos::ZERO,
            most => self.plan.grained(self.random.below(most + 1)),
        };
        let one = &mut self.loops[target];
        one.start = (one.due + late).max(now);
    }
}
