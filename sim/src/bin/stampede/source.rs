//! Where a scenario comes from: a preset or a file, and changes to it.

use std::path::Path;

use stampede_sim::scenario::{Expected, Fault, Problem, Scenario, presets};

/// A preset by name, or else a file, with changes; `option` is the name of the
/// option that they were given with.
pub fn scenario<'a>(
    name: &str,
    option: &str,
    changes: impl IntoIterator<Item = &'a String>,
) -> Result<Scenario, Problem> {
    changed(load(name)?, option, changes)
}

/// A scenario with changes.
pub fn changed<'a>(
    scenario: Scenario,
    option: &str,
    changes: impl IntoIterator<Item = &'a String>,
) -> Result<Scenario, Problem> {
    changes.into_iter().try_fold(scenario, |scenario, change| {
        let (path, value) = change.split_once('=').ok_or_else(|| {
            let (found, expected) = (format!("`{change}`"), Expected::Change);
            Problem::new(option, Fault::WrongType { found, expected })
        })?;
        scenario.with(path, value)
    })
}

fn load(name: &str) -> Result<Scenario, Problem> {
    let is_file = Path::new(name).exists() || name.contains(['/', '.']);
    if !is_file {
        return presets::find(name);
    }
    let text = std::fs::read_to_string(name)
        .map_err(|error| Problem::new(name, Fault::Syntax(error.to_string())))?;
    Scenario::from_json(&text)
}
