//! Where to begin: the course's defences as scripts. Each makes the very same calls as
//! the built-in one (`sim/tests/lab_templates.rs`). And some with a well-known mistake,
//! which is to be mended.

use crate::scenario::Switch;

/// A script to begin with.
pub struct Template {
    /// Its name, as used in files.
    pub name: &'static str,
    /// Which defence it is; none, if it is none of them.
    pub defence: Option<Switch>,
    /// Whether it has a mistake.
    pub is_flawed: bool,
    /// Its source.
    pub source: &'static str,
}

/// All of them, those with a mistake last.
pub const TEMPLATES: &[Template] = &[
    right("plain", None, include_str!("templates/plain.rn")),
    right("singleflight", Some(Switch::Singleflight), include_str!("templates/singleflight.rn")),
    right("recheck", Some(Switch::Recheck), include_str!("templates/recheck.rn")),
    right("lock", Some(Switch::Lock), include_str!("templates/lock.rn")),
    right("lease", Some(Switch::Lease), include_str!("templates/lease.rn")),
    right("stale", Some(Switch::Stale), include_str!("templates/stale.rn")),
    right("jitter", Some(Switch::Jitter), include_str!("templates/jitter.rn")),
    right("adaptive-ttl", Some(Switch::AdaptiveTtl), include_str!("templates/adaptive_ttl.rn")),
    right("xfetch", Some(Switch::Xfetch), include_str!("templates/xfetch.rn")),
    right("negative", Some(Switch::Negative), include_str!("templates/negative.rn")),
    right("local", Some(Switch::Local), include_str!("templates/local.rn")),
    right("backup", Some(Switch::Backup), include_str!("templates/backup.rn")),
    right("breaker", Some(Switch::Breaker), include_str!("templates/breaker.rn")),
    right("limiter", Some(Switch::Limiter), include_str!("templates/limiter.rn")),
    right("throttle", Some(Switch::Throttle), include_str!("templates/throttle.rn")),
    right("concurrency", Some(Switch::Concurrency), include_str!("templates/concurrency.rn")),
    right("bulkhead", Some(Switch::Bulkhead), include_str!("templates/bulkhead.rn")),
    right("codel", Some(Switch::Codel), include_str!("templates/codel.rn")),
    right("spill", Some(Switch::Spill), include_str!("templates/spill.rn")),
    right("fallback", Some(Switch::Fallback), include_str!("templates/fallback.rn")),
    flawed("leader", Switch::Singleflight, include_str!("templates/flawed/leader.rn")),
    flawed("followers", Switch::Singleflight, include_str!("templates/flawed/followers.rn")),
    flawed("flawed-lock", Switch::Lock, include_str!("templates/flawed/lock.rn")),
    flawed("flawed-stale", Switch::Stale, include_str!("templates/flawed/stale.rn")),
    flawed("flawed-breaker", Switch::Breaker, include_str!("templates/flawed/breaker.rn")),
];

const fn right(name: &'static str, defence: Option<Switch>, source: &'static str) -> Template {
    Template { name, defence, is_flawed: false, source }
}

const fn flawed(name: &'static str, defence: Switch, source: &'static str) -> Template {
    Template { name, defence: Some(defence), is_flawed: true, source }
}

/// The one of that name.
pub fn find(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}
