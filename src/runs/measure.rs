//! A run by which defences are compared, as it goes to a worker.

use stampede_sim::ablation::{Goal, Metric, Trial};
use stampede_sim::scenario::{Action, Problem, Scenario};

/// What is to be known of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measure {
    /// As soon as it cannot keep this any more, it is given up; and how many
    /// requests the run with all defences had.
    pub goal: Option<(Goal, u64)>,
}

impl Measure {
    /// Begins the run.
    pub fn begin(
        &self,
        scenario: &Scenario,
        actions: &[Action],
        seed: u64,
    ) -> Result<Trial, Problem> {
        let trial = Trial::new(scenario, actions, seed)?;
        Ok(match &self.goal {
            Some((goal, requests)) => trial.for_goal(goal, scenario, *requests),
            None => trial,
        })
    }

    /// As text, without spaces: the requests, and each bound.
    pub fn write(&self) -> String {
        let Some((goal, requests)) = &self.goal else { return "all".to_owned() };
        let bound = |(metric, at_least, bound): &(Metric, bool, f64)| {
            format!("{},{},{bound}", *metric as usize, u8::from(*at_least))
        };
        let bounds: Vec<String> = goal.bounds().iter().map(bound).collect();
        format!("{requests};{}", bounds.join(";"))
    }

    /// From text; `None` if it is none.
    pub fn read(text: &str) -> Option<Measure> {
        if text == "all" {
            return Some(Measure::default());
        }
        let (requests, bounds) = text.split_once(';')?;
        let bound = |text: &str| {
            let mut parts = text.split(',');
            let metric = *Metric::ALL.get(parts.next()?.parse::<usize>().ok()?)?;
            let at_least = parts.next()? == "1";
            Some((metric, at_least, parts.next()?.parse().ok()?))
        };
        let bounds = bounds.split(';').filter(|bound| !bound.is_empty()).map(bound);
        let goal = Goal::of(bounds.collect::<Option<_>>()?);
        Some(Measure { goal: Some((goal, requests.parse().ok()?)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_read_as_it_is_written() {
        let bounds = vec![(Metric::Goodput, true, 0.1 + 0.2), (Metric::P99Ms, false, 1e300)];
        for goal in [None, Some((Goal::default(), 0)), Some((Goal::of(bounds), u64::MAX))] {
            let measure = Measure { goal };
            assert!(!measure.write().contains(' '));
            assert_eq!(Measure::read(&measure.write()), Some(measure));
        }
        for text in ["", "5", "5;99,1,1", "5;0,1", "x;0,1,1"] {
            assert_eq!(Measure::read(text), None, "{text}");
        }
    }
}
