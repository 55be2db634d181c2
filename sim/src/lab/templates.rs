//! Where to begin: the course's defences as scripts. Each makes the very same calls as
//! the built-in one (`sim/tests/lab_templates.rs`).

use crate::scenario::Switch;

/// A script to begin with.
pub struct Template {
    /// Its name, as used in links and files.
    pub name: &'static str,
    /// Which defence it is; none, if it is none of them.
    pub defence: Option<Switch>,
    /// Its source.
    pub source: &'static str,
}

/// All of them.
pub const TEMPLATES: &[Template] = &[
    Template { name: "plain", defence: None, source: include_str!("templates/plain.rn") },
    Template {
        name: "singleflight",
        defence: Some(Switch::Singleflight),
        source: include_str!("templates/singleflight.rn"),
    },
    Template {
        name: "lock",
        defence: Some(Switch::Lock),
        source: include_str!("templates/lock.rn"),
    },
    Template {
        name: "stale",
        defence: Some(Switch::Stale),
        source: include_str!("templates/stale.rn"),
    },
    Template {
        name: "jitter",
        defence: Some(Switch::Jitter),
        source: include_str!("templates/jitter.rn"),
    },
    Template {
        name: "breaker",
        defence: Some(Switch::Breaker),
        source: include_str!("templates/breaker.rn"),
    },
];

/// The one of that name.
pub fn find(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}
