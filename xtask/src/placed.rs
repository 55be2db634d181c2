//! What must lie in which part of the program: the build fails if it has come into
//! another.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, ensure};
use rustc_demangle::demangle;
use walrus::Module;

use crate::pieces::{COMMON, LAB};
use crate::split::Parts;

/// What a visitor does not see at first, and in which part it is.
const NOT_AT_FIRST: [(&str, &str); 44] = [
    // Decimals: twelve kilobytes, which one `{}` of an f64 brings, or one `f64::clamp`,
    // whose message writes its bounds.
    ("core::fmt::float::float_to_decimal", LAB),
    ("serde_json", LAB),
    ("stampede_scenario::fields", LAB),
    ("stampede_scenario::section", LAB),
    ("stampede_playground::app::notice", LAB),
    ("stampede_playground::course::handout", "teach"),
    ("stampede_playground::course::search", LAB),
    ("stampede_playground::course::task", LAB),
    ("stampede_playground::panels::chaos", "own"),
    ("stampede_playground::panels::chart", "charts"),
    ("stampede_playground::panels::class", "teach"),
    ("stampede_playground::panels::code", "code"),
    ("stampede_playground::panels::learn", "learn"),
    ("stampede_playground::panels::luck", "own"),
    ("stampede_playground::panels::saved", "own"),
    ("stampede_playground::panels::script", "script"),
    ("stampede_playground::panels::spot", "code"),
    ("stampede_playground::panels::system", "own"),
    ("stampede_playground::panels::watch", "watch"),
    ("stampede_playground::panels::why", LAB),
    ("stampede_playground::runs::hunt", "own"),
    ("stampede_playground::runs::watch", "watch"),
    ("stampede_playground::sandbox", "own"),
    ("stampede_playground::state::held", LAB),
    ("stampede_playground::web::workers", COMMON),
    ("stampede_playground::why::words", LAB),
    ("stampede_predict", "learn"),
    ("stampede_sim::ablation", "own"),
    ("stampede_sim::alerting", "watch"),
    ("stampede_sim::chaos", "own"),
    ("stampede_sim::metrics", "watch"),
    ("stampede_sim::protect::backup", "beyond"),
    ("stampede_sim::protect::breaker", LAB),
    ("stampede_sim::protect::coalesce", "beyond"),
    ("stampede_sim::protect::compute", "beyond"),
    ("stampede_sim::protect::edge", "beyond"),
    ("stampede_sim::protect::gateway", "beyond"),
    ("stampede_sim::protect::shop", "beyond"),
    ("stampede_sim::protect::update", "beyond"),
    ("stampede_sim::run::autoscale", "beyond"),
    ("stampede_sim::run::balance", "beyond"),
    ("stampede_sim::run::edge", "beyond"),
    ("stampede_sim::run::sometimes", LAB),
    ("stampede_sim::world::faults", LAB),
];

/// Makes sure that each of them is in its part. If it is in another, that calls
/// it, and it costs those who only watch, or who do not open its panel.
pub fn check(parts: &Parts) -> Result<()> {
    let mut functions = BTreeMap::from([("first", names(&parts.first)?)]);
    for (name, module) in &parts.later {
        functions.insert(name, names(module)?);
    }
    told(&functions)
}

/// The names of a module's own functions, as they are written.
fn names(module: &Path) -> Result<Vec<String>> {
    let module = Module::from_file(module)?;
    let names = module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.clone());
    let names = names.map(|name| format!("{:#}", demangle(&name)));
    // What drops something goes by its name, and may be shared by many.
    Ok(names.filter(|name| !name.starts_with("core::ptr::drop_in_place")).collect())
}

/// An error if something that is not needed at first is not in its part. The linker
/// may have merged a few functions with others that are the same, and what is
/// shared is called through a few lines; those do not count.
fn told(functions: &BTreeMap<&str, Vec<String>>) -> Result<()> {
    for (module, part) in NOT_AT_FIRST {
        let of = |names: &Vec<String>| names.iter().filter(|name| name.contains(module)).count();
        let there = functions.get(part).map_or(0, of);
        ensure!(there > 0, "{module}: nothing of it is in {part}, where it belongs");
        for (other, names) in functions.iter().filter(|(other, _)| **other != part) {
            let here = of(names);
            ensure!(
                there > 3 * here,
                "{module}: {here} functions are in {other}, {there} in {part}, where they belong"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty functions of each module.
    fn all() -> BTreeMap<&'static str, Vec<String>> {
        let mut all = BTreeMap::from([("first", vec!["stampede_playground::app::App".to_owned()])]);
        for (module, part) in NOT_AT_FIRST {
            all.entry(part).or_default().extend(vec![format!("{module}::run"); 20]);
        }
        all
    }

    #[test]
    fn what_is_called_too_early_is_noticed() {
        assert!(told(&all()).is_ok());
        for (module, part) in NOT_AT_FIRST {
            for other in ["first", LAB].into_iter().filter(|other| *other != part) {
                let with = |functions: usize| {
                    let mut with = all();
                    let early = vec![format!("{module}::run"); functions];
                    with.entry(other).or_default().extend(early);
                    told(&with)
                };
                assert!(with(1).is_ok(), "{module}: the linker may have merged one");
                let error = with(7).unwrap_err().to_string();
                assert!(error.starts_with(module) && error.contains(other), "{error}");
            }
        }
        assert!(told(&BTreeMap::new()).is_err(), "it is nowhere");
    }
}
