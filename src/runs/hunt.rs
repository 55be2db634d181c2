//! Which seed shows a failure, and what is the smallest run that still does?

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::Link;

use super::{Answer, Failure, Job, Plan, at_once};

/// A search for the first seed that shows a failure, and then for the smallest
/// load with which it still does.
pub struct Hunt {
    link: Link,
    lane: usize,
    failure: Failure,
    at_once: usize,
    /// How large the load is, if a field says so.
    size: Option<Size>,
    begun: u64,
    /// By seed, from 1 on: what came of it.
    answers: Vec<Option<Answer>>,
    /// How many seeds are known not to show it, from 1 on without a gap.
    clear: u64,
    found: Option<Found>,
    /// The largest size that is known not to show it.
    too_small: f64,
    /// The size that is being tried.
    trying: Option<f64>,
}

/// A field that says how large the load is.
struct Size {
    path: &'static str,
    /// Its value in the whole run, or in the smallest that shows the failure.
    shows: f64,
    /// The smallest step worth trying.
    least: f64,
}

/// A run that shows a failure.
#[derive(Clone, PartialEq, Debug)]
pub struct Found {
    /// Its seed.
    pub seed: u64,
    /// When, in it.
    pub at: Nanos,
    /// How many requests it has.
    pub requests: u64,
    /// The run, at that moment.
    pub link: Link,
}

impl Hunt {
    /// Seeds 1 to `last` will be tried, with a lane of a link.
    pub fn new(link: Link, lane: usize, failure: Failure, last: u64) -> Result<Hunt, Problem> {
        let scenario = &link.scenarios()?[lane];
        let document = scenario.to_value();
        let fields = [
            ("requests", "load.requests"),
            ("iterations", "load.iterations"),
            ("duration_ms", "load.duration_ms"),
        ];
        let size = fields.into_iter().find_map(|(name, path)| {
            let shows = document["load"].get(name)?.as_f64()?;
            let least = if name == "duration_ms" { (shows / 200.0).max(1.0) } else { 1.0 };
            Some(Size { path, shows, least })
        });
        Ok(Hunt {
            at_once: at_once(scenario, &link.lanes[lane].actions),
            link,
            lane,
            failure,
            size,
            begun: 0,
            answers: vec![None; last as usize],
            clear: 0,
            found: None,
            too_small: 0.0,
            trying: None,
        })
    }

    /// How many seeds are known not to show it, from 1 on.
    pub fn clear(&self) -> u64 {
        self.clear
    }

    /// What was found: the first seed, and the smallest run with it so far.
    pub fn found(&self) -> Option<&Found> {
        self.found.as_ref()
    }

    /// The run with a seed, and with a load of another size.
    fn run(&self, seed: u64, size: Option<f64>) -> Link {
        let mut link = Link { seed, ..self.link.clone() };
        if let (Some(Size { path, .. }), Some(size)) = (&self.size, size) {
            for lane in &mut link.lanes {
                lane.changes.retain(|(known, _)| known != path);
            }
            link.changes.retain(|(known, _)| known != path);
            link.changes.push(((*path).to_owned(), size.to_string()));
        }
        link
    }

    /// Takes what came of a run, if it shows the failure; whether it does.
    fn shows(&mut self, seed: u64, size: Option<f64>, answer: &Answer) -> bool {
        let Some(at) = answer.failed_ns.map(Nanos) else { return false };
        let link = Link { at_ms: Some(at.ms()), ..self.run(seed, size) };
        self.found = Some(Found { seed, at, requests: answer.requests, link });
        true
    }

    /// The size to try next: half-way between too small and what is known to
    /// show it; `None` when that is not worth a try.
    fn next_size(&self) -> Option<f64> {
        let Size { shows, least, .. } = self.size.as_ref()?;
        let half = ((shows + self.too_small) / 2.0).floor();
        (shows - self.too_small > *least && half >= 1.0).then_some(half)
    }
}

impl Plan for Hunt {
    fn next(&mut self) -> Option<(u64, Job)> {
        let last = self.answers.len() as u64;
        if let Some(found) = &self.found {
            // One at a time: each depends on the one before.
            if self.trying.is_some() {
                return None;
            }
            self.trying = self.next_size();
            let link = self.run(found.seed, Some(self.trying?));
            return Some((last + 1, Job::new(&link, self.lane, Some(self.failure))));
        }
        // Once a seed shows it, only smaller ones matter, and they are under way.
        let known = self.answers.iter().flatten().any(|answer| answer.failed_ns.is_some());
        if known || self.begun == last {
            return None;
        }
        self.begun += 1;
        Some((self.begun, Job::new(&self.run(self.begun, None), self.lane, Some(self.failure))))
    }

    fn take(&mut self, number: u64, answer: Answer) {
        if number > self.answers.len() as u64 {
            let seed = self.found.as_ref().map(|found| found.seed);
            let (Some(seed), Some(size)) = (seed, self.trying.take()) else { return };
            if !self.shows(seed, Some(size), &answer) {
                self.too_small = size;
            } else if let Some(known) = &mut self.size {
                known.shows = size;
            }
            return;
        }
        self.answers[number as usize - 1] = Some(answer);
        while self.found.is_none()
            && let Some(answer) = self.answers.get(self.clear as usize).cloned().flatten()
        {
            if !self.shows(self.clear + 1, None, &answer) {
                self.clear += 1;
            }
        }
    }

    fn is_over(&self) -> bool {
        match self.found {
            Some(_) => self.trying.is_none() && self.next_size().is_none(),
            None => self.clear == self.answers.len() as u64,
        }
    }

    fn at_once(&self) -> usize {
        self.at_once
    }
}
