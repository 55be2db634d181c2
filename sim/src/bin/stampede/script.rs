//! A script's file, and what is wrong with it.

use std::fmt;

use stampede_sim::lab;
use stampede_sim::scenario::Problem;

/// Why there is nothing to run.
pub enum Refused {
    /// Something other than the script.
    Problem(Problem),
    /// The file cannot be read, or is no script: a line for each reason.
    Script(Vec<String>),
}

/// A file's script, which can be run.
pub fn read(file: &str) -> Result<String, Refused> {
    let unread = |error| Refused::Script(vec![format!("{file}: {error}")]);
    let source = std::fs::read_to_string(file).map_err(unread)?;
    match lab::check(&source) {
        Ok(()) => Ok(source),
        Err(troubles) => {
            let lines = troubles.iter().map(|trouble| format!("{file}: {trouble}"));
            Err(Refused::Script(lines.collect()))
        }
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Refused {
        Refused::Problem(problem)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Problem(problem) => problem.fmt(f),
            Refused::Script(lines) => f.write_str(&lines.join("\n")),
        }
    }
}
