//! What may break, drawn from a number: only what the system has.

use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{Action, Deed, Scenario};

/// What may break.
type Fault = fn(&Scenario, &mut Stream, f64) -> Deed;

/// So many faults, from a number, in the order of their times: each begins
/// somewhere in the first four fifths of the time in which requests are sent, and
/// lasts between a fiftieth and a tenth of it, in whole milliseconds.
pub fn draw(scenario: &Scenario, number: u64, count: usize) -> Vec<Action> {
    let stream = &mut Stream::new(number, Purpose::Chaos, 0);
    let (span, kinds) = (scenario.load.span_ms().max(1_000.0), kinds(scenario));
    let mut faults: Vec<Action> = (0..count)
        .map(|_| {
            let kind = kinds[stream.below(kinds.len() as u64) as usize];
            let at_ms = (stream.unit() * 0.8 * span).floor();
            let for_ms = ((0.02 + stream.unit() * 0.08) * span).ceil();
            Action { at_ms, deed: kind(scenario, stream, for_ms) }
        })
        .collect();
    faults.sort_by(|a, b| a.at_ms.total_cmp(&b.at_ms));
    faults
}

/// What of it there is in a system.
fn kinds(s: &Scenario) -> Vec<Fault> {
    let p = &s.protect;
    let all: [(bool, Fault); 11] = [
        (true, |_, _, for_ms| Deed::DbOutage { for_ms }),
        (true, |_, stream, for_ms| Deed::DbBrownout {
            for_ms,
            slowdown: 2.0 + stream.below(19) as f64,
        }),
        (true, |s, stream, for_ms| Deed::Crash { process: process(s, stream), for_ms }),
        (true, |s, stream, for_ms| Deed::Pause { process: process(s, stream), for_ms }),
        // Its network is late: each request takes longer, by 50 ms to a second.
        (true, |s, stream, for_ms| {
            let delay_ms = 50.0 * (1 + stream.below(20)) as f64;
            Deed::SlowProcess { process: process(s, stream), for_ms, delay_ms }
        }),
        (s.cache.enabled, |_, _, for_ms| Deed::CacheOutage { for_ms }),
        (p.lock, |_, _, for_ms| Deed::LockOutage { for_ms }),
        (p.lock, |s, stream, for_ms| Deed::LockCrash {
            server: stream.below(s.lock.servers.into()) as u32,
            for_ms,
        }),
        (p.backup, |_, _, for_ms| Deed::BackupOutage { for_ms }),
        (p.gateway && s.gateway.shared, |_, _, for_ms| Deed::CounterOutage { for_ms }),
        (s.replicas.count > 0, |s, stream, for_ms| {
            let replica = 1 + stream.below(s.replicas.count.into()) as u32;
            Deed::ReplicaOutage { replica, for_ms }
        }),
    ];
    all.into_iter().filter(|(there, _)| *there).map(|(_, fault)| fault).collect()
}

fn process(scenario: &Scenario, stream: &mut Stream) -> u32 {
    stream.below(scenario.fleet.processes.into()) as u32
}
