//! The chain of fallbacks: when all else has failed, something is better than
//! an error.
//!
//! It stands at the door, so it sees what the whole way came to. On an error
//! it goes through its chain and answers with the first thing it has:
//!
//! - *ancient*: the last real value that this process has had of the key,
//!   however long ago (within a bound). Wrong by what has changed since.
//! - *default*: one that is the same for every key. It was never true of any.
//! - *placeholder*: says that there is nothing to see yet.
//!
//! The order matters: a default before the ancient value gives everybody
//! something untrue while what is nearly true lies beside it. And as it stands
//! before the cache, nothing of this can be stored there as if it were the
//! value.
//!
//! "Not found" is an answer, and an update has nothing to fall back on.
//!
//! Netflix, *Hystrix: How To Use*, "Fallback" (static, stubbed, from a cache);
//! Amazon, *Avoiding fallback in distributed systems*.

use std::cell::RefCell;
use std::rc::Rc;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::scenario::{FallbackSpec, Instead};
use crate::telemetry::{Kind, Reason};
use crate::world::keyed::Keyed;
use crate::world::request::Key;
use crate::world::{Request, Value};

/// The fallbacks of one process.
pub struct Fallback {
    chain: [Instead; 3],
    oldest: Nanos,
    known: Rc<Known>,
}

impl Layer for Fallback {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let loaded = next.load(request).await;
        match loaded {
            _ if request.updates() => loaded,
            Ok(value) => {
                self.known.learn(request, value);
                loaded
            }
            Err(Reason::NotFound) => loaded,
            Err(_) => {
                self.chain.iter().find_map(|step| self.instead(request, *step)).map_or(loaded, Ok)
            }
        }
    }
}

impl Fallback {
    /// The fallbacks of a process.
    pub fn new(site: &Site<'_>) -> Fallback {
        let FallbackSpec { first, second, third, oldest_ms } = site.scenario.fallback;
        Fallback {
            chain: [first, second, third],
            oldest: Nanos::from_ms(oldest_ms),
            known: site.kept.part(Known::default),
        }
    }

    /// What a step of the chain has for a request.
    fn instead(&self, request: &Request<'_>, step: Instead) -> Option<Value> {
        let (kind, arg, value) = match step {
            Instead::None => return None,
            Instead::Ancient => {
                let (value, since) = self.known.last(request.key)?;
                let age = request.world.core.now() - since;
                if age > self.oldest {
                    return None;
                }
                (Kind::Ancient, (age.0 / 1_000_000) as u32, value)
            }
            Instead::Default => (Kind::Default, request.key, Value::DEFAULT),
            Instead::Placeholder => (Kind::Placeholder, request.key, Value::PLACEHOLDER),
        };
        request.note(kind, arg);
        // No cache in front may keep it.
        request.uncached.set(true);
        Some(value)
    }
}

impl Part for Fallback {
    /// What is known is reset where it is kept.
    fn reset(&self) {}
}

/// The last real value of each key, and since when the process has had it.
#[derive(Default)]
struct Known(RefCell<Keyed<(Value, Nanos)>>);

impl Known {
    fn last(&self, key: Key) -> Option<(Value, Nanos)> {
        self.0.borrow().get(key).copied()
    }

    /// An answer has been given. One that is given again has not become younger.
    fn learn(&self, request: &Request<'_>, value: Value) {
        let known = &mut *self.0.borrow_mut();
        if known.get(request.key).is_none_or(|(last, _)| *last != value) {
            known.insert(request.key, (value, request.world.core.now()));
        }
    }
}

impl Part for Known {
    fn reset(&self) {
        *self.0.borrow_mut() = Keyed::default();
    }
}
