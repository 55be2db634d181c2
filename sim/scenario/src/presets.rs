//! The scenarios that come with the project: `static/scenarios/*.json`.

use super::{Fault, Problem, Scenario};

macro_rules! presets {
    ($($name:literal),+ $(,)?) => {
        /// Every preset's name and JSON text, in the order in which they are listed.
        pub const PRESETS: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../../static/scenarios/", $name, ".json")))),+
        ];
    };
}

presets![
    "demo-without-singleflight",
    "demo-with-singleflight",
    "four-processes",
    "expiry-without-singleflight",
    "expiry-with-singleflight",
    "many-keys",
    "closed-users",
    "reference",
];

/// The preset called `name`.
pub fn find(name: &str) -> Result<Scenario, Problem> {
    match PRESETS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => Scenario::from_json(text),
        None => {
            let allowed: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
            let fault = Fault::UnknownWord { found: name.to_owned(), allowed: allowed.join(", ") };
            Err(Problem::new("preset", fault))
        }
    }
}
