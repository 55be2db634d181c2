//! Links with a script: somebody wrote it, and it runs only when it is asked to.
//!
//! Whoever reads links is not in the first part of the program, and so nor is this
//! ([`crate::web::later`]).

use std::sync::OnceLock;

use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Fault, Problem};

use crate::web;

/// A run as a link has it, with scripts that have not run in this window.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    /// The run.
    pub link: Link,
    /// Its scripts, each with its lane.
    pub scripts: Vec<(usize, String)>,
}

/// A run that somebody has passed on.
pub enum Given {
    /// It has no script, or only such as have run here.
    Free(Link),
    /// It has one: what the stage is to show until it is asked for, and all of it.
    Held(Link, Held),
}

/// The ways into this.
struct Ways {
    given: fn(Link) -> Result<Given, Problem>,
    know: fn(&Link),
}

static WAYS: OnceLock<Ways> = OnceLock::new();

/// They are here.
pub fn give() {
    // To give them twice changes nothing.
    let _ = WAYS.set(Ways { given: told, know: noted });
}

/// What becomes of a link that was opened: none was read before these ways were here.
pub fn given(link: Link) -> Result<Given, Problem> {
    let ways = WAYS.get().ok_or_else(|| Problem::new("", Fault::Missing))?;
    (ways.given)(link)
}

/// Notes that the scripts of a run were written here, or were asked for. Before these
/// ways are here, no run has any.
pub fn know(link: &Link) {
    if let Some(ways) = WAYS.get() {
        (ways.know)(link);
    }
}

fn told(link: Link) -> Result<Given, Problem> {
    let scripts = scripts(&link)?;
    if scripts.is_empty() {
        return Ok(Given::Free(link));
    }
    let known = known();
    if scripts.iter().all(|(_, source)| known.contains(source)) {
        return Ok(Given::Free(link));
    }
    let shown = without(&link);
    shown.scenarios()?;
    Ok(Given::Held(shown, Held { link, scripts }))
}

fn noted(link: &Link) {
    let fresh = scripts(link).unwrap_or_default();
    if fresh.is_empty() {
        return;
    }
    let mut known = known();
    known.retain(|source| fresh.iter().all(|(_, other)| other != source));
    known.extend(fresh.into_iter().map(|(_, source)| source));
    let forgotten = known.len().saturating_sub(MOST_KNOWN);
    web::keep_typed(KNOWN, Some(&known[forgotten..].join(BETWEEN)));
}

/// The name under which this window keeps scripts that have run in it.
const KNOWN: &str = "scripts";
/// How many of them: those that can be gone back to by the browser's history.
const MOST_KNOWN: usize = 20;
/// Stands between them, and in no script.
const BETWEEN: &str = "\u{1e}";

fn known() -> Vec<String> {
    web::typed(KNOWN).map_or_else(Vec::new, |text| text.split(BETWEEN).map(str::to_owned).collect())
}

/// Whether a change of a scenario is one of its script.
fn is_script(path: &str) -> bool {
    path.split('.').next() == Some("script")
}

/// Whether a link says anything of a script.
pub fn has_script(link: &Link) -> bool {
    let of_lanes = link.lanes.iter().flat_map(|lane| &lane.changes);
    link.changes.iter().chain(of_lanes).any(|(path, _)| is_script(path))
}

/// The scripts of a run, each with its lane.
pub fn scripts(link: &Link) -> Result<Vec<(usize, String)>, Problem> {
    if !has_script(link) {
        return Ok(Vec::new());
    }
    let all = link.scenarios()?.into_iter().map(|scenario| scenario.script.source);
    Ok(all.enumerate().filter(|(_, source)| !source.is_empty()).collect())
}

fn without(link: &Link) -> Link {
    let mut link = link.clone();
    let of_lanes = link.lanes.iter_mut().map(|lane| &mut lane.changes);
    for changes in of_lanes.chain([&mut link.changes]) {
        changes.retain(|(path, _)| !is_script(path));
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However it is written: for one lane, for all, or as a whole section.
    #[test]
    fn a_script_is_told_however_it_is_written() {
        let plain = Link::pair("hot-key", "hot-key-xfetch");
        assert!(!has_script(&plain));
        for (name, value, lanes) in [
            ("a.script.source", "fn", vec![0]),
            ("script.source", "fn", vec![0, 1]),
            ("b.script", "{\"source\":\"fn\"}", vec![1]),
            ("b.script.source", "", vec![]),
        ] {
            let mut link = plain.clone();
            link.set(name, value).unwrap();
            let found: Vec<usize> = scripts(&link).unwrap().iter().map(|(lane, _)| *lane).collect();
            assert_eq!(found, lanes, "{name}");
            assert!(scripts(&link).unwrap().iter().all(|(_, source)| source == "fn"));
            assert_eq!(without(&link), plain, "{name}");
        }
    }
}
