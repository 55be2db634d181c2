//! Proving many claims: each run is computed once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use stampede_sim::scenario::link::{LANES, Lane, Link};
use stampede_sim::scenario::{Action, Scenario};

use crate::{Claim, Seen, Trace};

/// Lanes that have been computed: the same one often stands beside others.
#[derive(Default)]
pub struct Prover {
    lanes: RefCell<HashMap<String, Rc<Trace>>>,
}

impl Prover {
    /// Whether a check holds of a run, a link without its version, with its own
    /// seed or another: where it can be seen, or what was found instead.
    pub fn prove(&self, run: &str, check: &str, seed: Option<u64>) -> Result<Seen, String> {
        let claim = Claim::read(check)?;
        let link = Link::in_course(run).map_err(|problem| problem.to_string())?;
        let scenarios = link.scenarios().map_err(|problem| problem.to_string())?;
        let seed = seed.unwrap_or(link.seed);
        let lane = |(scenario, lane): (&Scenario, &Lane)| {
            let actions = Action::list_to_value(&lane.actions);
            let key = format!("{seed} {} {actions}", scenario.to_value());
            let known = self.lanes.borrow().get(&key).cloned();
            let lane = match known {
                Some(lane) => lane,
                None => Rc::new(Trace::of(scenario, &lane.actions, seed)?),
            };
            self.lanes.borrow_mut().insert(key, Rc::clone(&lane));
            Ok::<_, String>(lane)
        };
        let lanes: Vec<Rc<Trace>> =
            scenarios.iter().zip(&link.lanes).map(lane).collect::<Result<_, _>>()?;
        claim.prove(&lanes)
    }
}

impl Seen {
    /// Lane and time, as the page writes them: `B 80.6 ms`, in a long run `B 12.345 s`.
    pub fn label(&self) -> String {
        let lane = self.lane.map(|lane| LANES[lane].to_uppercase() + " ");
        let time = match self.end_ms < 5_000.0 {
            true => format!("{:.1} ms", self.at_ms),
            false => format!("{:.3} s", self.at_ms / 1e3),
        };
        lane.unwrap_or_default() + &time
    }

    /// The run at that moment, with whom it is about selected.
    pub fn link(&self, run: &str) -> String {
        let who = self.lane.zip(self.who);
        let who = who.map(|(lane, who)| format!("&sel={}.{who}", LANES[lane]));
        format!("{run}&t={}{}", self.at_ms, who.unwrap_or_default())
    }
}
