//! Predictive warming: load a value shortly before somebody asks for it.
//!
//! Requests for a key often come in waves: a report that everybody opens on the
//! hour, a job that runs every five minutes. Requests that are less than a TTL
//! apart are one wave here, which one load serves. If the next wave comes later
//! than that, it finds nothing in the cache, and is a herd.
//!
//! Each process notes when a key's waves begin, averages the gaps between that,
//! and loads the value a little before the next wave is due, though nobody has
//! asked. Each wave is the reason for one prediction. If it is wrong, a load was
//! for nothing, and no other follows until somebody asks again.
//!
//! XFetch and serving stale are different: they act when somebody reads, shortly
//! before or after the expiry, and so do nothing while nobody does. A key that is
//! asked for all the time has no waves, and is theirs.
//!
//! The average is exponential smoothing of the intervals between demands: Croston,
//! *Forecasting and Stock Control for Intermittent Demands*, Operational Research
//! Quarterly 23 (1972).

use std::cell::RefCell;
use std::rc::Rc;

use super::Loaded;
use super::layer::{Fate, Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::keyed::Keyed;
use crate::world::request::Key;

/// The share of a new gap in the average.
const ALPHA: f64 = 0.25;

/// What one process knows of each key's waves.
pub struct Warming {
    ttl: Nanos,
    lead: Nanos,
    waves: Rc<RefCell<Keyed<Waves>>>,
}

/// When one key has been asked for.
#[derive(Clone, Copy)]
pub struct Waves {
    last: Nanos,
    /// When the present wave, or the last one, has begun.
    began: Nanos,
    /// From one such beginning to the next, on average, in nanoseconds.
    gap: Option<f64>,
    /// When it was loaded for the wave that is due.
    warmed: Option<Nanos>,
}

impl Layer for Warming {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let now = request.world.core.now();
        if self.is_foreseen(now, request.key) {
            request.note(Kind::Foreseen, request.key);
        }
        if let Some(at) = self.notice(now, request.key) {
            self.warm_at(at, request, next);
        }
        next.load(request).await
    }
}

impl Warming {
    /// With values that are kept for `ttl`, and begin to be loaded `lead` before
    /// somebody is to ask for them.
    pub fn new(ttl: Nanos, lead: Nanos) -> Warming {
        Warming { ttl, lead, waves: Rc::default() }
    }

    /// A process's.
    pub fn of(site: &Site<'_>) -> Rc<Warming> {
        let [ttl, lead] = [site.scenario.cache.ttl_ms, site.scenario.warming.lead_ms];
        let [ttl, lead] = [ttl, lead].map(Nanos::from_ms);
        site.kept.part(|| Warming::new(ttl, lead))
    }

    /// Somebody asks for a key: when to load it for the next wave, if this is
    /// where one begins, and there has been one before.
    pub fn notice(&self, now: Nanos, key: Key) -> Option<Nanos> {
        let waves = &mut *self.waves.borrow_mut();
        let Some(&known) = waves.get(key) else {
            waves.insert(key, Waves { last: now, began: now, gap: None, warmed: None });
            return None;
        };
        if now.since(known.last) <= self.ttl {
            waves.insert(key, Waves { last: now, ..known });
            return None;
        }
        let new = now.since(known.began).0 as f64;
        let gap = known.gap.map_or(new, |average| average + ALPHA * (new - average));
        waves.insert(key, Waves { last: now, began: now, gap: Some(gap), warmed: None });
        let at = (now + Nanos::from_f64(gap)).since(self.lead);
        (at > now).then_some(at)
    }

    /// Whether who asks now is the first for whom a key was loaded in advance,
    /// and the value is still there.
    fn is_foreseen(&self, now: Nanos, key: Key) -> bool {
        let waves = &mut *self.waves.borrow_mut();
        let Some(&known) = waves.get(key) else { return false };
        let Some(warmed) = known.warmed else { return false };
        waves.insert(key, Waves { warmed: None, ..known });
        now.since(warmed) <= self.ttl
    }

    /// Loads a request's key at an instant, unless the next wave has begun by then.
    fn warm_at(&self, at: Nanos, request: &Request<'_>, next: impl Next) {
        let (key, began) = (request.key, request.world.core.now());
        let waves = Rc::clone(&self.waves);
        // Of the wave that this is predicted from; none when another has begun.
        let known = move || waves.borrow().get(key).filter(|known| known.began == began).copied();
        let (is_due, waves) = (known.clone(), Rc::clone(&self.waves));
        next.warm_at(
            at,
            request,
            move || is_due().is_some(),
            move |warm, loaded| {
                let failed = loaded.unwrap_or(Err(Reason::Crashed)).err();
                if let (None, Some(known)) = (failed, known()) {
                    let warmed = Some(warm.world.core.now());
                    waves.borrow_mut().insert(key, Waves { warmed, ..known });
                }
                warm.note(Kind::Warmed, failed.map_or(0, |reason| reason as u32));
                Fate::Lives
            },
        );
    }
}

impl Part for Warming {
    /// Nobody has asked for anything yet.
    fn reset(&self) {
        *self.waves.borrow_mut() = Keyed::default();
    }
}
