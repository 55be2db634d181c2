//! Which settings go together. What is refused is refused with the reason.

use super::{DEFENCES, Fault, Flaw, Method, Problem, Scenario};

/// Refuses combinations that mean nothing.
pub(super) fn check(scenario: &Scenario) -> Result<(), Problem> {
    let p = &scenario.protect;
    for defence in DEFENCES.iter().filter(|defence| p.is_on(defence.switch)) {
        let path = format!("protect.{}", defence.key);
        if let Some((needed, _)) = defence.needs.iter().find(|(_, is_on)| !is_on(scenario)) {
            return Err(Problem::new(&path, Fault::Needs((*needed).to_owned())));
        }
        if let Some(other) = defence.excludes.iter().find(|other| p.is_on(**other)) {
            let other = format!("protect.{}", other.word());
            return Err(Problem::new(&path, Fault::Excludes(other)));
        }
    }
    let fenced = p.lock && scenario.lock.fence;
    for (path, on) in [
        ("keys.warm", scenario.keys.warm),
        ("lock.fence", fenced),
        ("replicas.marker", scenario.replicas.marker),
    ] {
        if on && !scenario.cache.enabled {
            return Err(Problem::new(path, Fault::Needs("cache.enabled".to_owned())));
        }
    }
    // Each is the cache's way to tell who may store, and a request has one of them.
    if scenario.writes.method == Method::VersionedKeys {
        for (other, on) in [("protect.lease", p.lease), ("lock.fence", fenced)] {
            if on {
                return Err(Problem::new("writes.method", Fault::Excludes(other.to_owned())));
            }
        }
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
    let on = p.is_on(defence) && (p.flaw != Flaw::LimitFirst || p.singleflight);
    match on {
        true => Ok(()),
        false => {
            let needed = format!("protect.{}", defence.word());
            Err(Problem::new("protect.flaw", Fault::Needs(needed)))
        }
    }
}
