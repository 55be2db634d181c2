//! An in-process cache (L1): what is here need not be fetched.
//!
//! Each process keeps copies of what it has read, and answers from them without
//! a trip to the cache that all share. Copies have their price:
//!
//! - A copy is no newer than what it is a copy of. It may be kept for as long as
//!   *that* would have been, and no longer: a copy that starts a life of its own
//!   adds its age to the one it had.
//! - Nobody can delete it from outside. An update can only send word to the other
//!   processes (`hearsay.rs`), and word gets lost: then the old value stays to
//!   the end of the copy's TTL. How long that is, is how wrong one may be.
//! - It dies with its process.
//!
//! Misses are not merged here: each makes its trip to the shared cache, and is
//! merged behind that. A *soft TTL* spares the trips: whoever finds a copy that is
//! older has it all the same, and the first of them has it renewed behind. If that
//! fails, the copy stays to its end, and word of an update makes it worth nothing.
//! "Not found" is not kept.
//!
//! Caffeine (`expireAfterWrite`, `refreshAfterWrite`); RFC 9111, §4.2.3, for the age
//! of a copy.

use std::rc::Rc;

use super::Loaded;
use super::copies::Copies;
use super::hearsay::Listeners;
use super::layer::{Fate, Layer, Next, Part};
use super::path::Site;
use super::viral::Viral;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// A process's in-process cache.
pub struct Local {
    process: u32,
    /// What it holds.
    pub copies: Rc<Copies>,
    /// Who says of which keys copies are kept; of all, if nobody does.
    only: Option<Rc<Viral>>,
    /// Those who are told of updates.
    pub listeners: Rc<Listeners>,
}

impl Layer for Local {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        // An update reads nothing; what it does about copies comes after it.
        if request.updates() {
            return next.load(request).await;
        }
        let asked = request.world.core.now();
        if let Some((value, is_old)) = self.copies.get(asked, request.key) {
            request.note(Kind::LocalHit, request.key);
            if is_old && self.copies.begin_renewal(request.key) {
                self.renew_behind(request, next);
            }
            return Ok(value);
        }
        request.note(Kind::LocalMiss, request.key);
        let loaded = next.load(request).await;
        let is_viral = |viral: &Rc<Viral>| viral.counts(asked, request.key);
        if let Ok(value) = loaded
            && self.only.as_ref().is_none_or(is_viral)
        {
            self.copies.keep(request, value, asked);
        }
        loaded
    }
}

impl Local {
    /// Asks again for what a reader has found past its soft TTL.
    fn renew_behind(&self, reader: &Request<'_>, next: impl Next) {
        let (copies, asked) = (Rc::clone(&self.copies), reader.world.core.now());
        let renewal = reader.renew();
        renewal.note(Kind::Arrive, self.process);
        next.detach(renewal.world.core.now(), &renewal, move |renewal, loaded| {
            let loaded = loaded.unwrap_or(Err(Reason::Crashed));
            if let Ok(value) = loaded {
                copies.keep(renewal, value, asked);
            }
            copies.end_renewal(renewal.key);
            renewal.note(Kind::Renewed, loaded.err().map_or(0, |reason| reason as u32));
            Fate::Lives
        });
    }

    /// Which share of the messages about updates is lost.
    pub fn lost(&self) -> f64 {
        self.copies.lost()
    }

    /// A process's, which knows nothing yet.
    pub fn new(site: &Site<'_>) -> Local {
        let copies = site.kept.part(|| Copies::new(&site.scenario.local));
        let listeners = site.shared.part(|| Listeners::new(site.seed));
        listeners.join(site.process, &copies);
        let only = site.scenario.protect.viral.then(|| site.kept.part(|| Viral::new(site)));
        Local { process: site.process.id, copies, only, listeners }
    }
}

impl Part for Local {
    /// Copies are reset by themselves.
    fn reset(&self) {}
}
