//! The edge of a run: which point of presence a client asks, how far that is from
//! the origin, and who tells it of updates.

use std::rc::Rc;

use super::{Front, Site, serve};
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::protect::Loaded;
use crate::protect::edge::{Aged, Fetch, Pop};
use crate::protect::further::Going;
use crate::scenario::{EdgeSpec, Scenario};
use crate::telemetry::Kind;
use crate::telemetry::event::{SHIELD, WORLD};
use crate::world::request::Key;
use crate::world::senders::Client;
use crate::world::{Request, Value};

/// Caches near the clients.
pub(super) struct Edge {
    pub(super) spec: EdgeSpec,
    /// One way between a client and its PoP.
    client: Nanos,
    pub(super) pops: Vec<Rc<Pop>>,
    /// How many clients each has for one of the first, and all together.
    pub(super) weights: (Vec<f64>, f64),
    pub(super) shield: Option<Rc<Pop>>,
    pub(super) seed: u64,
}

/// Sets it up.
pub(super) fn edge(scenario: &Scenario, seed: u64) -> Rc<dyn Front> {
    let spec = scenario.edge.clone();
    let weights = std::iter::successors(Some(1.0), |weight| Some(weight * spec.skew));
    let weights: Vec<f64> = weights.take(spec.pops as usize).collect();
    let all = weights.iter().sum();
    let edge = Edge {
        weights: (weights, all),
        client: Nanos::from_ms(scenario.network.client_ms),
        pops: (0..spec.pops).map(|number| Pop::new(number, &spec)).collect(),
        shield: spec.shield.then(|| Pop::new(SHIELD, &spec)),
        spec,
        seed,
    };
    if edge.spec.warm {
        edge.warm(scenario);
    }
    Rc::new(edge)
}

impl Front for Edge {
    /// From a client to its PoP, and back.
    fn serve<'a>(self: Rc<Edge>, site: &'a Rc<Site>, request: &'a Request<'_>) -> Going<'a> {
        Box::pin(async move {
            let (network, pop) = (&site.world.network, self.pop(request.client));
            network.way(self.client).await;
            let loaded = match request.updates() {
                true => self.pass(site, pop, request).await,
                false => {
                    let begin =
                        |request: &Request<'_>, keeps| self.fetch(site, pop, request, keeps);
                    let (loaded, _) = pop.get(request, &begin).await;
                    site.world.judge(request, loaded);
                    loaded
                }
            };
            network.way(self.client).await;
            loaded
        })
    }
}

impl Edge {
    /// The PoP that a client asks. Drawn by its number alone: another client more
    /// changes nobody's.
    fn pop(&self, client: Client) -> &Rc<Pop> {
        &self.pops[self.drawn(&mut Stream::new(self.seed, Purpose::Edge, client.into()))]
    }

    /// Any PoP, as likely as it has clients.
    pub(super) fn drawn(&self, random: &mut Stream) -> usize {
        let (weights, all) = &self.weights;
        let mut left = all * random.unit();
        let drawn = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        drawn.unwrap_or(self.pops.len() - 1)
    }

    /// One way between a cache and what it fetches from.
    fn way(&self, pop: &Pop) -> Nanos {
        Nanos::from_ms(match pop.number {
            SHIELD => self.spec.shield_ms,
            number => self.spec.origin_ms + f64::from(number) * self.spec.spread_ms,
        })
    }

    /// The cache that one fetches from, if it is not the origin.
    fn shield_of(&self, pop: &Pop) -> Option<&Rc<Pop>> {
        self.shield.as_ref().filter(|_| pop.number != SHIELD)
    }

    /// Begins a fetch for a request that has found nothing in a cache.
    fn fetch(
        self: &Rc<Edge>,
        site: &Rc<Site>,
        pop: &Rc<Pop>,
        request: &Request<'_>,
        keeps: bool,
    ) -> Rc<Fetch> {
        let sent = request.fetch();
        let from = self.shield_of(pop).map_or(Kind::ToOrigin, |_| Kind::ToShield);
        sent.note(from, pop.number);
        let fetch = pop.begin(&sent, keeps);
        let ticket = sent.ticket();
        let (edge, at, pop, begun) =
            (Rc::clone(self), Rc::clone(site), Rc::clone(pop), Rc::clone(&fetch));
        site.world.spawn(async move {
            let request = ticket.request(&at.world);
            let answer = edge.bring(&at, &pop, &request).await;
            pop.land(&request, &begun, answer);
        });
        fetch
    }

    /// To what a cache fetches from, and back.
    async fn bring(self: &Rc<Edge>, site: &Rc<Site>, pop: &Rc<Pop>, request: &Request<'_>) -> Aged {
        let network = &site.world.network;
        network.way(self.way(pop)).await;
        let answer = match self.shield_of(pop) {
            Some(shield) => {
                let begin = |request: &Request<'_>, keeps| self.fetch(site, shield, request, keeps);
                shield.get(request, &begin).await
            }
            None => {
                let loaded = serve(site, request).await;
                // "Not found" is not stored, nor what only stands in for a value.
                let stored = loaded != Ok(Value::NOTHING) && !request.uncached.get();
                (loaded, stored.then_some(Nanos::ZERO))
            }
        };
        network.way(self.way(pop)).await;
        answer
    }

    /// An update goes past all caches. When it is done, they are told.
    async fn pass(self: &Rc<Edge>, site: &Rc<Site>, pop: &Pop, request: &Request<'_>) -> Loaded {
        let network = &site.world.network;
        let beyond = self.shield.as_ref().map_or(Nanos::ZERO, |shield| self.way(shield));
        request.note(Kind::EdgePass, pop.number);
        network.way(self.way(pop) + beyond).await;
        let loaded = serve(site, request).await;
        if loaded.is_ok() && self.spec.purge_ms > 0.0 {
            self.purge(site, request.key);
        }
        network.way(self.way(pop) + beyond).await;
        loaded
    }

    /// Every cache is told that a key has another value; they all hear of it at the
    /// same time.
    fn purge(self: &Rc<Edge>, site: &Rc<Site>, key: Key) {
        let (edge, at) = (Rc::clone(self), Rc::clone(site));
        site.world.spawn(async move {
            let world = &at.world;
            world.core.sleep(Nanos::from_ms(edge.spec.purge_ms)).await;
            world.recorder.note(world.core.now(), Kind::Purge, WORLD, key);
            edge.shield.iter().chain(&edge.pops).for_each(|pop| pop.purge(key));
        });
    }
}
