//! The gateway: each client only so often.
//!
//! It stands at the door and counts every request, those too that the cache
//! would have answered, and refuses a client that has had its share (429, with
//! `Retry-After`). So one greedy client does not take what is there for all.
//! How it counts is in `quota.rs`.
//!
//! Whom it counts matters as much. Behind one address (an office, a carrier's
//! NAT, or one's own load balancer) there may be thousands of clients, and a
//! limit by address makes them share what each of them should have.
//!
//! To count together, processes need a store that all of them can reach. That
//! is a trip for every request, and when the store is down there is a choice
//! to make: to let everybody through uncounted (*fail open*), or nobody (*fail
//! closed*), which makes a limit against overload the cause of an outage.
//! Counting each for itself costs nothing, but as a whole they let through
//! that many times the limit.
//!
//! RFC 6585 (429), RFC 9110 (`Retry-After`; in whole seconds there, in whole
//! milliseconds here); Stripe, *Scaling your API with rate limiters* (2017),
//! which fails open; go-chi/httprate.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Loaded;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use super::quota::{Quota, Rule};
use crate::engine::Nanos;
use crate::scenario::{GatewayBy, GatewaySpec, QuotaAlgorithm};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;

/// The gateway of one process.
pub struct Gateway {
    spec: GatewaySpec,
    accounts: Rc<Accounts>,
}

impl Layer for Gateway {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if let Err(reason) = self.admit(request).await {
            request.note(Kind::Refuse, reason as u32);
            return Err(reason);
        }
        next.load(request).await
    }
}

impl Gateway {
    /// The gateway of a process. What it counts in is its own, or the same as
    /// the others'.
    pub fn new(site: &Site<'_>) -> Gateway {
        let spec = site.scenario.gateway.clone();
        let keeps = if spec.shared { site.shared } else { site.kept };
        let accounts = keeps.part(|| Accounts::new(&spec));
        Gateway { spec, accounts }
    }

    /// Lets the request through, or says why not.
    async fn admit(&self, request: &Request<'_>) -> Result<(), Reason> {
        let whose = self.whose(request);
        let Some(answer) = self.count(request, whose).await else {
            request.note(Kind::Uncounted, self.spec.fail_open.into());
            return if self.spec.fail_open { Ok(()) } else { Err(Reason::CountersDown) };
        };
        answer.map(|left| request.note(Kind::Admit, left)).map_err(|wait| {
            if self.spec.retry_after {
                retry_after(request, wait);
            }
            Reason::OverQuota
        })
    }

    /// On whose account the request goes.
    fn whose(&self, request: &Request<'_>) -> u32 {
        let client = request.client;
        match (self.spec.by, &request.world.senders) {
            (GatewayBy::Address, Some(senders)) => {
                let address = senders.address(client);
                request.note(Kind::Address, address);
                address
            }
            _ => {
                request.note(Kind::Client, client);
                client
            }
        }
    }

    /// Counts the request: how many more may come now, or after how long one may.
    /// `None` if the store does not answer.
    async fn count(&self, request: &Request<'_>, whose: u32) -> Option<Result<u32, Nanos>> {
        let world = request.world;
        if !self.spec.shared {
            return Some(self.accounts.take(world.core.now(), whose));
        }
        world.network.cache().await;
        let is_up = !world.counters_down.get();
        let answer = is_up.then(|| self.accounts.take(world.core.now(), whose));
        world.network.cache().await;
        answer
    }
}

/// Tells a client that is refused when to come back.
fn retry_after(request: &Request<'_>, wait: Nanos) {
    let ms = wait.0.div_ceil(1_000_000);
    request.note(Kind::RetryAfter, ms as u32);
    if let Some(senders) = &request.world.senders {
        senders.tell(request.client, request.world.core.now() + Nanos(ms * 1_000_000));
    }
}

impl Part for Gateway {
    /// Accounts are reset where they are kept.
    fn reset(&self) {}
}

/// What each client has used.
struct Accounts {
    algorithm: QuotaAlgorithm,
    rule: Rule,
    /// What the clock shows when the run begins.
    clock: Nanos,
    /// By client or address: when it was asked for last, and its quota.
    open: RefCell<BTreeMap<u32, (Nanos, Quota)>>,
    /// When there are so many, those are closed that nobody has asked for in
    /// so long that they would be as good as new (Redis: `EXPIRE`).
    many: Cell<usize>,
}

impl Accounts {
    fn new(spec: &GatewaySpec) -> Accounts {
        let window = Nanos::from_ms(spec.window_ms);
        let rule = Rule::new(spec.limit, window, spec.burst);
        Accounts {
            algorithm: spec.algorithm,
            rule,
            clock: Nanos::from_ms(spec.clock_ms),
            open: RefCell::default(),
            many: Cell::new(1_000),
        }
    }

    /// One more request on an account.
    fn take(&self, now: Nanos, whose: u32) -> Result<u32, Nanos> {
        let (now, open) = (now + self.clock, &mut *self.open.borrow_mut());
        if open.len() >= self.many.get() {
            open.retain(|_, (asked, _)| now.since(*asked) < self.rule.memory());
            self.many.set(2 * open.len() + 1_000);
        }
        let new = || (now, Quota::new(self.algorithm, &self.rule));
        let (asked, quota) = open.entry(whose).or_insert_with(new);
        *asked = now;
        quota.take(&self.rule, now, 1)
    }
}

impl Part for Accounts {
    fn reset(&self) {
        self.open.borrow_mut().clear();
    }
}
