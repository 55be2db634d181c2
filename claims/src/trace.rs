//! A lane's run as claims look at it.

use stampede_sim::chronicle::{Chronicle, sampled};
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Scenario, json};
use stampede_sim::telemetry::event::WORLD;
use stampede_sim::telemetry::{Event, Kind, Recording, Report};

use crate::watched::Watched;

/// A run to its end: its events, or, if it is long, those of the world and of one
/// of so many requests; and where each kind and each request has its own.
pub struct Trace {
    pub(crate) events: Vec<Event>,
    /// Numbers of events, by kind.
    pub(crate) kinds: Vec<Vec<usize>>,
    /// Numbers of events, by request.
    pub(crate) requests: Vec<Vec<usize>>,
    /// The process that each request has reached last.
    processes: Vec<Option<u32>>,
    /// The report and the scenario, by name.
    documents: [serde_json::Value; 2],
    /// The same run as its operator sees it.
    pub(crate) watched: Watched,
}

impl Trace {
    /// A lane's run with a seed, to its end.
    pub fn of(scenario: &Scenario, actions: &[Action], seed: u64) -> Result<Trace, String> {
        let run = Run::new(scenario, actions, seed, Recording::Trace);
        let run = run.map_err(|problem| problem.to_string())?;
        // Of a long run the log has as much as the page's.
        let mut run = Chronicle::new(run, sampled(scenario, actions));
        run.run_until(Nanos::MAX, u64::MAX, |_, _| ());
        run.read(|tape| {
            let report = Report::of(tape, &scenario.name, seed);
            let report = serde_json::to_value(report).map_err(|e| e.to_string())?;
            let watched = Watched::new(scenario, actions, seed);
            Ok(Trace::new(tape.log.iter().collect(), [report, scenario.to_value()], watched))
        })
    }

    fn new(events: Vec<Event>, documents: [serde_json::Value; 2], watched: Watched) -> Trace {
        let mut kinds = vec![Vec::new(); Kind::ALL.len()];
        let mut requests: Vec<Vec<usize>> = Vec::new();
        let mut processes = Vec::new();
        for (i, event) in events.iter().enumerate() {
            kinds[event.kind as usize].push(i);
            if event.who == WORLD {
                continue;
            }
            let who = event.who as usize;
            if who >= requests.len() {
                requests.resize(who + 1, Vec::new());
                processes.resize(who + 1, None);
            }
            requests[who].push(i);
            if event.kind == Kind::Arrive {
                processes[who] = Some(event.arg);
            }
        }
        Trace { events, kinds, requests, processes, documents, watched }
    }

    /// Whether two requests have reached the same process.
    pub(crate) fn are_peers(&self, a: u32, b: u32) -> bool {
        let process = |who: u32| self.processes.get(who as usize).copied().flatten();
        a != b && process(a).is_some() && process(a) == process(b)
    }

    /// A number of the report or the scenario; what is switched on is 1.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.documents.iter().find_map(|document| {
            let found = json::at(document, name)?;
            found.as_f64().or_else(|| found.as_bool().map(|on| f64::from(u8::from(on))))
        })
    }

    /// When the last event is, in milliseconds.
    pub(crate) fn end_ms(&self) -> f64 {
        self.events.last().map_or(0.0, |event| event.at.ms())
    }
}
