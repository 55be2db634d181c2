//! Which requests have the same answer, which answers may be kept, and for how long.
//!
//! A cache that many share may not keep what is one reader's: an answer that says
//! `private` or `no-store`, or one to a request with `Authorization`, unless it is kept
//! under a name with the account in it, so that nobody else gets it. What an answer
//! says about its age counts for more than what the middleware is set to.
//!
//! What is not a GET may do something, and two that look the same are two: it is left
//! alone, or at least told apart by its body.
//!
//! RFC 9110: §9.2 (which methods do nothing). RFC 9111: §3 (storing), §3.5 (`Authorization`), §4.1 (the key), §4.2.1 (lifetime), §4.2.3 (age),
//! §5.2.2 (`Cache-Control`).

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::Loaded;
use super::flawed::ttl_unset;
use super::layer::Part;
use crate::engine::Nanos;
use crate::scenario::{CacheControl, CoalesceSpec, Flaw, HttpSpec, Scenario};
use crate::telemetry::Kind;
use crate::world::Request;
use crate::world::http::{Asked, Http};

/// What a middleware may use again.
#[derive(Clone)]
pub struct Reuse {
    spec: CoalesceSpec,
    ttl: Nanos,
    error_ttl: Nanos,
}

impl Reuse {
    /// The name of what a request asks for; `None` if its answer is for nobody else.
    pub fn name(&self, http: &Http, asked: Asked) -> Option<Asked> {
        let shared = asked.account == 0 || self.spec.by_account;
        // What does something is to be done each time.
        let does = asked.body != 0 && self.spec.only_get;
        if self.spec.obeys && !shared || does {
            return None;
        }
        let part = |is_told: bool, part: u32| if is_told { part } else { 0 };
        let varies = |says: bool| self.spec.obeys && says;
        Some(Asked {
            path: asked.path,
            query: part(self.spec.by_query, asked.query),
            account: part(self.spec.by_account, asked.account),
            origin: part(self.spec.by_origin || varies(http.spec.vary_origin), asked.origin),
            language: part(varies(http.spec.vary_language), asked.language),
            body: part(self.spec.by_body, asked.body),
        })
        .filter(|_| !self.spec.obeys || http.spec.cache_control != CacheControl::NoStore)
    }

    /// For how long an answer is kept; `None`: not at all.
    pub fn lifetime(&self, http: &HttpSpec, name: Asked, answer: Loaded) -> Option<Nanos> {
        let ttl = match (answer, http.cache_control) {
            (Err(_), _) => self.error_ttl,
            // What only stands in for an answer.
            (Ok(value), _) if !value.is_real() => Nanos::ZERO,
            _ if http.empty && !self.spec.keeps_empty => Nanos::ZERO,
            _ if !self.spec.obeys => self.ttl,
            (_, CacheControl::NoStore) => Nanos::ZERO,
            (_, CacheControl::Private) if name.account == 0 => Nanos::ZERO,
            (_, CacheControl::MaxAge) => Nanos::from_ms(http.max_age_ms),
            _ => self.ttl,
        };
        (ttl > Nanos::ZERO).then_some(ttl)
    }

    /// Whether what an answer says of its age counts. If it does, so does the time from
    /// when it was asked for: nobody knows where on the way it was that old.
    fn counts_age(&self, age: Nanos) -> bool {
        self.spec.obeys && self.spec.counts_age && age > Nanos::ZERO
    }

    /// By the rules of a scenario.
    pub fn new(scenario: &Scenario) -> Reuse {
        let spec = scenario.coalesce.clone();
        let given = Nanos::from_ms(spec.ttl_ms);
        let ttl = match scenario.protect.flaw {
            Flaw::TtlUnset | Flaw::Library => ttl_unset::ttl(given),
            _ => given,
        };
        Reuse { ttl, error_ttl: Nanos::from_ms(spec.error_ttl_ms), spec }
    }
}

/// The answers that are kept, by their names.
#[derive(Default)]
pub struct Shelf(RefCell<BTreeMap<Asked, Kept>>);

/// An answer that is kept.
#[derive(Clone, Copy)]
struct Kept {
    answer: Loaded,
    /// When it came.
    born: Nanos,
    /// How old it was then.
    age: Nanos,
    /// Before when it is fresh.
    until: Nanos,
}

impl Shelf {
    /// The answer under a name, if it is fresh, and how old it is.
    pub fn find(&self, now: Nanos, name: Asked) -> Option<(Loaded, Nanos)> {
        let kept = self.0.borrow().get(&name).copied()?;
        (now < kept.until).then_some((kept.answer, now - kept.born + kept.age))
    }

    /// Keeps an answer that came at `born` to what was asked at `asked`, if it may be,
    /// and if there is a store to keep it in.
    pub fn keep(
        &self,
        request: &Request<'_>,
        reuse: &Reuse,
        name: Asked,
        answer: Loaded,
        [asked, born]: [Nanos; 2],
    ) {
        let Some(http) = &request.world.http else { return };
        let down = reuse.spec.shared && http.store_down.get();
        let Some(ttl) = reuse.lifetime(&http.spec, name, answer).filter(|_| !down) else { return };
        let age = http.age(answer);
        let left = if reuse.counts_age(age) { ttl.since(age + (born - asked)) } else { ttl };
        if left > Nanos::ZERO {
            request.note(Kind::Shelve, (left.0 / 1_000_000) as u32);
            self.0.borrow_mut().insert(name, Kept { answer, born, age, until: born + left });
        }
    }
}

impl Part for Shelf {
    /// What a process kept is gone with it.
    fn reset(&self) {
        self.0.borrow_mut().clear();
    }
}
