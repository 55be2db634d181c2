//! A detector for what goes viral, and copies only of that.
//!
//! A copy in each process answers at once and asks nobody, and it is old, and takes
//! memory. That is well spent on the one post that all want to see, and wasted on
//! the rest. So each process watches, key by key and window by window, for any of
//! three signs:
//!
//! - **rate**: so many requests a second. Sure, and late: the rush is here by then.
//! - **growth**: so many times as many as in the window before. Earlier, and easily
//!   misled: four after two are twice as many, too. Few are not looked at.
//! - **share velocity**: so many shares a second. A share comes before the views that
//!   it brings, so that this is the earliest, if one is told of shares at all.
//!
//! A sign counts for a while after it was seen last, or the detector would flap with
//! each quiet window. As long as it counts, the in-process cache behind (`local.rs`)
//! may keep copies of that key.
//!
//! How far ahead of the rush each sign is, and how often it is wrong, depends on its
//! threshold; *Learn* judges that over many posts.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::scenario::ViralSpec;
use crate::telemetry::Kind;
use crate::world::Request;
use crate::world::request::Key;
use crate::world::shares::Shares;

/// Growth from fewer than so many in a window says nothing.
const FEW: u32 = 10;

/// What one process knows of which keys are viral.
pub struct Viral {
    spec: ViralSpec,
    window: Nanos,
    shares: Option<Rc<Shares>>,
    seen: RefCell<BTreeMap<Key, Seen>>,
}

/// How often one key is asked for.
#[derive(Clone, Copy, Default)]
struct Seen {
    /// The window that goes on, by its number; how many it has, and the one before.
    window: u64,
    count: u32,
    before: u32,
    /// It counts as viral until then.
    until: Nanos,
}

impl Layer for Viral {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if self.notices(request.world.core.now(), request.key) {
            request.note(Kind::Viral, request.key);
        }
        next.load(request).await
    }
}

impl Viral {
    /// Somebody asks for a key: whether it counts as viral from now on, and did not.
    pub fn notices(&self, now: Nanos, key: Key) -> bool {
        let window = now.0 / self.window.0;
        let known = &mut *self.seen.borrow_mut();
        let seen = known.entry(key).or_default();
        if window != seen.window {
            let follows = window == seen.window + 1;
            seen.before = if follows { seen.count } else { 0 };
            (seen.window, seen.count) = (window, 0);
        }
        seen.count += 1;
        let was = now < seen.until;
        if self.shows_a_sign(now, *seen) {
            seen.until = now + Nanos::from_ms(self.spec.hold_ms);
        }
        !was && now < seen.until
    }

    /// Whether a key counts as viral now.
    pub fn counts(&self, now: Nanos, key: Key) -> bool {
        self.seen.borrow().get(&key).is_some_and(|seen| now < seen.until)
    }

    fn shows_a_sign(&self, now: Nanos, seen: Seen) -> bool {
        let ViralSpec { rate, growth, shares, .. } = self.spec;
        let (window, count) = (self.window.secs(), f64::from(seen.count));
        let many = rate > 0.0 && count > rate * window;
        let grows = growth > 0.0 && seen.before >= FEW && count > growth * f64::from(seen.before);
        let is_shared = shares > 0.0
            && self.shares.as_ref().is_some_and(|known| {
                known.within(now.since(self.window), now) as f64 > shares * window
            });
        many || grows || is_shared
    }

    /// A process's, which has seen nothing yet.
    pub fn new(site: &Site<'_>) -> Viral {
        Viral::watching(&site.scenario.viral, site.world.shares.clone())
    }

    /// One that is told of these shares.
    pub fn watching(spec: &ViralSpec, shares: Option<Rc<Shares>>) -> Viral {
        let window = Nanos::from_ms(spec.window_ms);
        Viral { spec: spec.clone(), window, shares, seen: RefCell::default() }
    }
}

impl Part for Viral {
    fn reset(&self) {
        self.seen.borrow_mut().clear();
    }
}
