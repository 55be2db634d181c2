//! The smallest run in which a script still misses a goal.
//!
//! Of a scenario that breaks, three things are made smaller, each as long as the goal
//! is still missed: what happens to the system (by ddmin, so that none of it can be
//! left out), how long requests are sent, and how many they are. The second and third
//! are halved, so that the result is at most twice as large as need be, if less breaks
//! whatever more does.

use super::{Challenge, Trial};
use crate::chaos::ddmin::ddmin;
use crate::scenario::{Load, Problem, Scenario};

/// Looks for the smallest run a run at a time: whoever asks makes them.
pub struct Shrinking {
    scenario: Scenario,
    known: Vec<(Scenario, bool)>,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Whether this scenario still misses the goal is to be found out.
    Try(Box<Scenario>),
    /// This is the smallest.
    Smallest(Box<Scenario>),
}

impl Shrinking {
    /// From a scenario that misses a goal.
    pub fn new(scenario: &Scenario) -> Shrinking {
        Shrinking { scenario: scenario.clone(), known: Vec::new() }
    }

    /// What comes next.
    pub fn next(&self) -> Next {
        let say = |tried: &Scenario| match self.known.iter().find(|(known, _)| known == tried) {
            Some((_, breaks)) => Ok(*breaks),
            None => Err(Box::new(tried.clone())),
        };
        match shrink(&self.scenario, say) {
            Ok(smallest) => Next::Smallest(Box::new(smallest)),
            Err(unknown) => Next::Try(unknown),
        }
    }

    /// Whether a scenario that was to be tried misses the goal.
    pub fn learn(&mut self, tried: Scenario, breaks: bool) {
        self.known.push((tried, breaks));
    }
}

/// The smallest run of a challenge's scenario with which a goal (by its number) is
/// missed that is missed with this seed; all at once.
pub fn smallest(
    challenge: &Challenge,
    scenario: &Scenario,
    seed: u64,
    goal: usize,
) -> Result<Scenario, Problem> {
    shrink(scenario, |tried| Ok(!Trial::whole(challenge, tried, seed)?.met[goal]))
}

/// Makes a scenario smaller that `breaks`. It ends with the first scenario of which
/// that cannot be said: whoever learns it later may begin again, and gets further.
pub fn shrink<E>(
    scenario: &Scenario,
    mut breaks: impl FnMut(&Scenario) -> Result<bool, E>,
) -> Result<Scenario, E> {
    let mut least = scenario.clone();
    if !least.events.is_empty() {
        let with = |events: &[_]| Scenario { events: events.to_vec(), ..least.clone() };
        // `ddmin` never tries none at all.
        let events = match breaks(&with(&[]))? {
            true => Vec::new(),
            false => ddmin(&least.events, |some| breaks(&with(some)))?,
        };
        least.events = events;
    }
    for smaller in [shorter, fewer] {
        while let Some(load) = smaller(&least.load) {
            let tried = Scenario { load, ..least.clone() };
            if !breaks(&tried)? {
                break;
            }
            least = tried;
        }
    }
    Ok(least)
}

/// The first half of a load; none if that is too short to be worth it.
fn shorter(load: &Load) -> Option<Load> {
    let mut load = load.clone();
    match &mut load {
        Load::ConstantArrivalRate { duration_ms, .. } if *duration_ms >= 200.0 => {
            *duration_ms /= 2.0;
        }
        Load::RampingArrivalRate { stages, .. } if stages.len() > 1 => {
            stages.pop();
        }
        _ => return None,
    }
    Some(load)
}

/// The same with half of the requests; none if there is only one.
fn fewer(load: &Load) -> Option<Load> {
    let mut load = load.clone();
    match &mut load {
        Load::Burst { requests, .. } if *requests > 1 => *requests = requests.div_ceil(2),
        Load::ConstantArrivalRate { rate, duration_ms, .. } if *rate * *duration_ms >= 2_000.0 => {
            *rate /= 2.0;
        }
        Load::RampingArrivalRate { start_rate, stages, .. } => {
            let most = stages.iter().fold(*start_rate, |most, stage| most.max(stage.target));
            if most < 2.0 {
                return None;
            }
            *start_rate /= 2.0;
            stages.iter_mut().for_each(|stage| stage.target /= 2.0);
        }
        _ => return None,
    }
    Some(load)
}
