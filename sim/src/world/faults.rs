//! What somebody does to the world: bursts, a cleared cache, things that break.

use std::rc::Rc;

use super::World;
use super::arrivals::Arrivals;
use super::jobs::Job;
use super::keys::Keys;
use super::request::Key;
use crate::engine::Nanos;
use crate::engine::streams::Stream;
use crate::scenario::Deed;
use crate::telemetry::Kind;
use crate::telemetry::event::{Fault, WORLD};

/// What happens to the world as a whole; `job` makes a request of a burst. What
/// happens to one process is the run's to do.
pub async fn act(
    world: &Rc<World>,
    deed: &Deed,
    mut keys: Keys,
    random: Stream,
    mut job: impl FnMut(Key) -> Job,
) {
    match *deed {
        Deed::ClearCache => {
            if let Some(cache) = &world.cache {
                cache.clear(world);
            }
        }
        Deed::Burst { requests, spread_ms } => {
            let now = world.core.now();
            world.recorder.note(now, Kind::Burst, WORLD, requests);
            for at in Arrivals::burst(requests, now, Nanos::from_ms(spread_ms), random) {
                world.core.sleep_until(at).await;
                world.start(job(keys.draw()));
            }
        }
        Deed::DbOutage { for_ms } => {
            breaks(world, Fault::DbOutage, for_ms, |w, on| w.database.set_down(w, on));
        }
        Deed::DbBrownout { for_ms, slowdown } => {
            let slow =
                move |w: &World, on| w.database.set_slowdown(if on { slowdown } else { 1.0 });
            breaks(world, Fault::DbBrownout, for_ms, slow);
        }
        Deed::CacheOutage { for_ms } => {
            breaks(world, Fault::CacheOutage, for_ms, |w, on| {
                if let Some(cache) = &w.cache {
                    cache.down.set(on);
                }
                if let Some(http) = &w.http {
                    http.store_down.set(on);
                }
            });
        }
        Deed::BackupOutage { for_ms } => {
            breaks(world, Fault::BackupOutage, for_ms, |w, on| {
                if let Some(backup) = &w.backup {
                    backup.down.set(on);
                }
            });
        }
        Deed::LockOutage { for_ms } => {
            let all = |w: &World, on| w.locks.iter().for_each(|server| server.down.set(on));
            breaks(world, Fault::LockOutage, for_ms, all);
        }
        Deed::LockCrash { server, for_ms } => {
            breaks(world, Fault::LockCrash, for_ms, move |w, on| {
                let server = &w.locks[server as usize];
                server.down.set(on);
                server.forget();
            });
        }
        Deed::ClockJump { server, by_ms } => {
            world.note_fault(Fault::ClockJump, true);
            world.locks[server as usize].set_ahead(Nanos::from_ms(by_ms));
        }
        Deed::CounterOutage { for_ms } => {
            breaks(world, Fault::CounterOutage, for_ms, |w, on| w.counters_down.set(on));
        }
        Deed::ReplicaOutage { replica, for_ms } => {
            breaks(world, Fault::ReplicaOutage, for_ms, move |w, on| {
                w.server(replica).set_down(w, on);
            });
        }
        Deed::FailOver { for_ms } => {
            breaks(world, Fault::FailOver, for_ms, |w, on| {
                if !on {
                    w.fail_over();
                }
                w.database.set_down(w, on);
            });
        }
        Deed::CutOff { process, for_ms } => {
            if let Some(shop) = &world.shop {
                shop.channel.cut_off(process, world.core.now() + Nanos::from_ms(for_ms));
            }
            breaks(world, Fault::CutOff, for_ms, |_, _| {});
        }
        Deed::ClearLocal
        | Deed::Update
        | Deed::Crash { .. }
        | Deed::SlowProcess { .. }
        | Deed::Pause { .. }
        | Deed::Switch { .. } => {}
    }
}

/// Breaks something now and mends it after a while. What is broken twice is
/// mended when the first of the two is over.
fn breaks(world: &Rc<World>, fault: Fault, for_ms: f64, set: impl Fn(&World, bool) + 'static) {
    world.note_fault(fault, true);
    set(world, true);
    let back = Rc::clone(world);
    world.spawn(async move {
        back.core.sleep(Nanos::from_ms(for_ms)).await;
        back.note_fault(fault, false);
        set(&back, false);
    });
}
