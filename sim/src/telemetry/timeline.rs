//! Numbers over virtual time, kept while a run goes on, without its log: exact
//! counts, where everybody is, response times, and the moments worth a look.
//!
//! Time is cut into steps of a power of ten nanoseconds, at most [`MOST`] of
//! them: when there would be more, ten become one. So any of the
//! [nice steps](super::series::nice_step) that cut the run into a tenth as many
//! is made of whole ones, and what is said of it is exact.

use super::event::{Spot, WORLD};
use super::latency::Packed;
use super::marks::Marked;
use super::moments::{Finder, Moment, What};
use super::series::{Bin, Series};
use super::stand::{Stand, Then};
use super::strain::{Limits, Strain};
use super::{Counters, Event, Kind, Latency, Log};
use crate::engine::Nanos;

/// The most steps.
const MOST: usize = 2_000;

/// How many requests are at each [`Spot`].
pub type Places = [u32; Spot::COUNT];

/// What has happened so far.
pub struct Timeline {
    /// How long a step is, in nanoseconds, and how many there may be.
    step: u64,
    most: usize,
    /// Those that are over.
    steps: Vec<Step>,
    /// Where the one after them ends.
    until: u64,
    /// What has happened in it.
    latency: Latency,
    now: Step,
    queueing: u32,
    last: Nanos,
    /// By request.
    sent: Vec<Nanos>,
    stands: Vec<Stand>,
    finder: Finder,
    strain: Strain,
    /// Response times up to a step.
    passed: Marked<Latency, 64>,
}

/// A step: how things stand at its end, and what happened in it.
#[derive(Clone, Default)]
struct Step {
    counters: Counters,
    places: Places,
    db_most: u32,
    queue_most: u32,
    latency: Option<Box<Packed>>,
}

impl Default for Timeline {
    fn default() -> Timeline {
        Timeline::new(Nanos(1), MOST)
    }
}

impl Timeline {
    fn new(step: Nanos, most: usize) -> Timeline {
        Timeline {
            step: step.0,
            most,
            steps: Vec::new(),
            until: step.0,
            latency: Latency::default(),
            now: Step::default(),
            queueing: 0,
            last: Nanos::ZERO,
            sent: Vec::new(),
            stands: Vec::new(),
            finder: Finder::default(),
            strain: Strain::default(),
            passed: Marked::default(),
        }
    }

    /// Of a system with such limits, which is told when it runs out of them.
    pub fn within(limits: Limits) -> Timeline {
        Timeline { strain: Strain::new(limits), ..Timeline::default() }
    }

    /// Of a whole log, in steps of `step` however many they are.
    pub fn of(log: &Log, step: Nanos) -> Timeline {
        let mut timeline = Timeline::new(step, usize::MAX);
        log.iter().for_each(|event| timeline.take(event));
        timeline
    }

    /// Takes in what happens next.
    pub fn take(&mut self, event: Event) {
        let Event { at, kind, who, arg } = event;
        if at.0 >= self.until {
            self.go_on(at);
        }
        self.last = at;
        let dies = kind == Kind::Crash && self.strain.die(arg);
        self.finder.take(event);
        if dies {
            self.finder.explain(What::OutOfMemory(arg));
        }
        self.now.counters.count(at, kind, arg);
        if let Some(what) = self.strain.take(event, self.now.counters.db_concurrency()) {
            self.finder.add(at, what);
        }
        let index = who as usize;
        if kind.is_birth() && index == self.stands.len() {
            // A retry counts from the first try.
            let first = if kind == Kind::Retry { self.sent.get(arg as usize) } else { None };
            self.sent.push(first.copied().unwrap_or(at));
            let stand = Stand::born(kind);
            self.stands.push(stand);
            self.now.places[stand.spot() as usize] += 1;
        } else if who != WORLD
            && let Some(stand) = self.stands.get_mut(index)
        {
            let (from, queued) = (stand.spot(), stand.is_queued());
            let then = stand.take(event);
            if kind == Kind::Arrive && stand.is_inside() {
                if let Some(what) = self.strain.enter(arg) {
                    self.finder.add(at, what);
                }
            } else if then == Then::Ended && stand.is_inside() {
                self.strain.leave(stand.process(), event);
            }
            let places = &mut self.now.places;
            for (spot, change) in [(from, u32::MAX), (stand.spot(), 1)] {
                if spot != Spot::Out {
                    let place = &mut places[spot as usize];
                    *place = place.wrapping_add(change);
                }
            }
            self.queueing = self.queueing + u32::from(stand.is_queued()) - u32::from(queued);
            if kind.is_answer() {
                self.latency.record(at - self.sent[index]);
            }
        }
        self.now.queue_most = self.now.queue_most.max(self.queueing);
        self.now.db_most = self.now.db_most.max(self.now.counters.db_concurrency() as u32);
    }

    /// To the step of an instant.
    #[cold]
    fn go_on(&mut self, at: Nanos) {
        while at.0 / self.step >= self.most as u64 {
            self.widen();
        }
        while at.0 >= self.until {
            let latency = std::mem::take(&mut self.latency);
            let latency = (latency.count() > 0).then(|| Box::new(latency.packed()));
            self.steps.push(Step { latency, ..self.now.clone() });
            self.now.db_most = self.now.counters.db_concurrency() as u32;
            self.now.queue_most = self.queueing;
            self.until += self.step;
        }
    }

    /// Makes one step of ten.
    fn widen(&mut self) {
        let old = std::mem::take(&mut self.steps);
        let whole = old.len() / 10 * 10;
        for ten in old[..whole].chunks(10) {
            let mut latency = Latency::default();
            let step = join(ten, &mut latency);
            let latency = (latency.count() > 0).then(|| Box::new(latency.packed()));
            self.steps.push(Step { latency, ..step });
        }
        // What is left has become a part of the step that goes on.
        let rest = join(&old[whole..], &mut self.latency);
        self.now.db_most = self.now.db_most.max(rest.db_most);
        self.now.queue_most = self.now.queue_most.max(rest.queue_most);
        self.step *= 10;
        self.until = (self.steps.len() as u64 + 1) * self.step;
        self.passed = Marked::default();
    }

    /// The instant of the last event.
    pub fn last(&self) -> Nanos {
        self.last
    }

    /// How long a step is.
    pub fn step(&self) -> Nanos {
        Nanos(self.step)
    }

    /// The process that serves a request, or will.
    pub fn process(&self, who: u32) -> Option<u32> {
        self.stands.get(who as usize).map(Stand::process)
    }

    /// What was worth looking at.
    pub fn moments(&self) -> &[Moment] {
        self.finder.found()
    }

    /// Counts, where everybody is, and response times, as of the end of the
    /// last step before `at`; at the end of the run, as of then.
    pub fn at(&mut self, at: Nanos) -> (Counters, Places, Latency) {
        let over = at >= self.last;
        let until = if over { self.steps.len() } else { (at.0 / self.step) as usize };
        let steps = &self.steps;
        self.passed.seek(until, |latency, i| {
            steps[i].latency.iter().for_each(|packed| latency.add(packed));
        });
        let mut latency = self.passed.state.clone();
        if over {
            latency.add(&self.latency.packed());
            return (self.now.counters, self.now.places, latency);
        }
        let step = until.checked_sub(1).map(|i| &self.steps[i]);
        step.map_or_else(Default::default, |step| (step.counters, step.places, latency))
    }

    /// The run so far in steps of `step`, or of the next longer one that is
    /// made of whole ones; response times only if they are asked for.
    pub fn series(&self, step: Nanos, latencies: bool) -> Series {
        let factor = step.0.div_ceil(self.step).max(1) as usize;
        let mut all = self.steps.clone();
        if !self.stands.is_empty() || self.now.counters != Counters::default() {
            let latency = (self.latency.count() > 0).then(|| Box::new(self.latency.packed()));
            all.push(Step { latency, ..self.now.clone() });
        }
        let mut before = Counters::default();
        let bins = all.chunks_mut(factor).map(|steps| {
            let mut latency = Latency::default();
            if !latencies {
                steps.iter_mut().for_each(|step| step.latency = None);
            }
            let step = join(steps, &mut latency);
            let latency = (latency.count() > 0).then(|| Box::new(latency));
            let bin = Bin::between(&before, &step.counters);
            before = step.counters;
            let (db_concurrency, pool_waiting) = (step.db_most.into(), step.queue_most.into());
            Bin { db_concurrency, pool_waiting, latency, ..bin }
        });
        Series { step: Nanos(self.step * factor as u64), bins: bins.collect() }
    }
}

/// Steps as one, but for their response times, which are added to `latency`.
fn join(steps: &[Step], latency: &mut Latency) -> Step {
    let mut all = Step::default();
    for step in steps {
        all.db_most = all.db_most.max(step.db_most);
        all.queue_most = all.queue_most.max(step.queue_most);
        step.latency.iter().for_each(|packed| latency.add(packed));
    }
    if let Some(Step { counters, places, .. }) = steps.last() {
        (all.counters, all.places) = (*counters, *places);
    }
    all
}
