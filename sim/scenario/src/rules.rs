//! Which settings go together. What is refused is refused with the reason.

use super::script::{MAX_BYTES, Trouble, What};
use super::{
    Choice, CpuMode, DEFENCES, Fault, Flaw, Invalidate, Method, Problem, ScaleBy, Scenario, Switch,
};

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
    if scenario.script.source.len() > MAX_BYTES {
        return Err(too_long_a_script());
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
    if p.shed && scenario.shed.delay {
        if scenario.shed.adaptive {
            return Err(Problem::new("shed.delay", Fault::Excludes("shed.adaptive".to_owned())));
        }
        if scenario.cpu.cores == 0 || scenario.cpu.mode != CpuMode::EventLoop {
            let needed = Fault::Needs("cpu.mode = event-loop".to_owned());
            return Err(Problem::new("shed.delay", needed));
        }
    }
    // Who never tries again has nothing to heed.
    if scenario.client.heeds_retry_after && scenario.client.retries == 0 {
        let needed = Fault::Needs("client.retries".to_owned());
        return Err(Problem::new("client.heeds_retry_after", needed));
    }
    // Several servers have no number in common that only grows, and the versions
    // of the lock with a mistake ask one.
    if p.lock && scenario.lock.servers > 1 {
        for (path, on) in
            [("lock.fence", fenced), ("protect.flaw", p.flaw.of() == Some(Switch::Lock))]
        {
            if on {
                return Err(Problem::new(path, Fault::Excludes("lock.servers > 1".to_owned())));
            }
        }
    }
    autoscaler(scenario)?;
    shop(scenario)?;
    // As nginx has it: without an order and without a load there is nothing to weigh.
    if scenario.fleet.slow_start_ms > 0.0 && scenario.fleet.balance == Choice::Random {
        let other = Fault::Excludes("fleet.balance = random".to_owned());
        return Err(Problem::new("fleet.slow_start_ms", other));
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

/// A shop's pages are made in the processes, and no layer but theirs gives names to
/// keys. Whoever logs in or buys needs a session.
fn shop(scenario: &Scenario) -> Result<(), Problem> {
    let Scenario { shop, protect, .. } = scenario;
    if shop.products == 0 {
        return Ok(());
    }
    let (share, path) = (shop.list + shop.login + shop.buy, "shop.buy");
    if share > 1.0 {
        let (found, max) = (shop.buy.to_string(), (1.0 - shop.list - shop.login).max(0.0));
        return Err(Problem::new(path, Fault::OutOfRange { found, min: 0.0, max, whole: false }));
    }
    // A request is about a product, whose number is drawn as keys are.
    if scenario.keys.count > shop.products {
        let (found, max) = (scenario.keys.count.to_string(), f64::from(shop.products));
        let fault = Fault::OutOfRange { found, min: 1.0, max, whole: true };
        return Err(Problem::new("keys.count", fault));
    }
    // A session is in the cache and nowhere else.
    for (path, share) in [("shop.login", shop.login), ("shop.buy", shop.buy)] {
        if share > 0.0 && !scenario.cache.enabled {
            return Err(Problem::new(path, Fault::Needs("cache.enabled".to_owned())));
        }
    }
    let named = shop.invalidate == Invalidate::Namespace;
    for (path, other, on) in [
        ("shop.products", "edge.pops", scenario.edge.pops > 0),
        ("shop.invalidate", "protect.lease", named && protect.lease),
        ("shop.invalidate", "lock.fence", named && protect.lock && scenario.lock.fence),
        (
            "shop.invalidate",
            "writes.method",
            named && scenario.writes.method == Method::VersionedKeys,
        ),
    ] {
        if on {
            return Err(Problem::new(path, Fault::Excludes(other.to_owned())));
        }
    }
    Ok(())
}

/// An autoscaler has room for those that are there at the start, and what it goes
/// by is there.
fn autoscaler(scenario: &Scenario) -> Result<(), Problem> {
    let Scenario { autoscale, fleet, cpu, .. } = scenario;
    let least = fleet.processes.max(autoscale.min);
    if autoscale.max > 0 && autoscale.max < least {
        let found = autoscale.max.to_string();
        let fault = Fault::OutOfRange { found, min: f64::from(least), max: 64.0, whole: true };
        return Err(Problem::new("autoscale.max", fault));
    }
    if autoscale.max > 0 && autoscale.metric == ScaleBy::Cpu && cpu.cores == 0 {
        return Err(Problem::new("autoscale.metric", Fault::Needs("cpu.cores".to_owned())));
    }
    Ok(())
}

/// A flawed version takes the place of a defence, which must be on.
fn flaw(scenario: &Scenario) -> Result<(), Problem> {
    let p = &scenario.protect;
    let Some(defence) = p.flaw.of() else { return Ok(()) };
    let of_shop = matches!(p.flaw, Flaw::EmptyIsMiss | Flaw::ShortKeys);
    if of_shop && scenario.shop.products == 0 {
        return Err(Problem::new("protect.flaw", Fault::Needs("shop.products".to_owned())));
    }
    let on = p.is_on(defence) && (p.flaw != Flaw::LimitFirst || p.singleflight);
    match on {
        true => Ok(()),
        false => {
            let needed = format!("protect.{}", defence.word());
            Err(Problem::new("protect.flaw", Fault::Needs(needed)))
        }
    }
}

/// A script has more than [`MAX_BYTES`].
pub(super) fn too_long_a_script() -> Problem {
    let place = Trouble { line: 1, column: 1, end: (1, 1), what: What::TooLong };
    Problem::new("script.source", Fault::Script(place))
}
