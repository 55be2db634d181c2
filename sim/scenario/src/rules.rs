//! Which settings go together. What is refused is refused with the reason.

use super::{Fault, Problem, Scenario};

/// A defence that needs something: its path, whether it is on, what it needs.
type Need = (&'static str, bool, &'static str, bool);

/// Refuses combinations that mean nothing.
pub(super) fn check(scenario: &Scenario) -> Result<(), Problem> {
    let p = &scenario.protect;
    let cache = scenario.cache.enabled;
    let needs: [Need; 10] = [
        ("protect.lease", p.lease, "cache.enabled", cache),
        ("protect.stale", p.stale, "cache.enabled", cache),
        ("protect.jitter", p.jitter, "cache.enabled", cache),
        ("protect.xfetch", p.xfetch, "cache.enabled", cache),
        ("protect.negative", p.negative, "cache.enabled", cache),
        ("protect.spill", p.spill, "cache.enabled", cache),
        ("protect.recheck", p.recheck, "cache.enabled", cache),
        ("protect.recheck", p.recheck, "protect.singleflight", p.singleflight),
        ("keys.warm", scenario.keys.warm, "cache.enabled", cache),
        ("lock.fence", p.lock && scenario.lock.fence, "cache.enabled", cache),
    ];
    for (path, on, needed, there) in needs {
        if on && !there {
            return Err(Problem::new(path, Fault::Needs(needed.to_owned())));
        }
    }
    // Both hold everybody but one back until the cache is filled; together,
    // the lock's winner could be one whom the cache told to wait.
    if p.lease && p.lock {
        return Err(Problem::new("protect.lease", Fault::Excludes("protect.lock".to_owned())));
    }
    for (i, layer) in p.order.iter().enumerate() {
        if p.order[..i].contains(layer) {
            let fault = Fault::Twice(layer.word().to_owned());
            return Err(Problem::new(&format!("protect.order[{i}]"), fault));
        }
    }
    flaw(scenario)
}

/// A flawed version takes the place of a defence, which must be on.
fn flaw(scenario: &Scenario) -> Result<(), Problem> {
    let p = &scenario.protect;
    let Some(defence) = p.flaw.of() else { return Ok(()) };
    let on = match defence {
        "jitter" => p.jitter,
        "lock" => p.lock,
        "stale" => p.stale,
        "breaker" => p.breaker,
        "singleflight" => p.singleflight,
        "spill" => p.spill,
        _ => p.limiter && p.singleflight,
    };
    match on {
        true => Ok(()),
        false => Err(Problem::new("protect.flaw", Fault::Needs(format!("protect.{defence}")))),
    }
}
