//! Proving many claims: each run is computed once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use stampede_sim::scenario::link::LANES;

use crate::{Claim, Seen, Trace};

/// What a run is called, and its seed if it is not its own.
type Key = (String, Option<u64>);

/// Runs that have been computed.
#[derive(Default)]
pub struct Prover {
    runs: RefCell<HashMap<Key, Rc<Vec<Trace>>>>,
}

impl Prover {
    /// Whether a check holds of a run, a link without its version, with its own
    /// seed or another: where it can be seen, or what was found instead.
    pub fn prove(&self, run: &str, check: &str, seed: Option<u64>) -> Result<Seen, String> {
        let claim = Claim::read(check)?;
        let key = (run.to_owned(), seed);
        let known = self.runs.borrow().get(&key).cloned();
        let lanes = match known {
            Some(lanes) => lanes,
            None => Rc::new(Trace::lanes(run, seed)?),
        };
        self.runs.borrow_mut().insert(key, Rc::clone(&lanes));
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
