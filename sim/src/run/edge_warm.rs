//! What the edge holds when a run begins, on a day like any other.
//!
//! A cache that fetches what somebody asks for and keeps it for a ttl *T* holds it
//! for *T*, and then not until the next one asks: 1/λ on average. So it holds it in
//! λT/(1 + λT) of the time, and is then as likely to have it for any part of *T*
//! (renewal theory; Jung, Berger and Balakrishnan, *Modeling TTL-based Internet
//! caches*, INFOCOM 2003).
//!
//! PoPs that fetch from a shield get the age with it, so what they hold expires when
//! the shield's does; they hold what somebody has asked them for since it was new.

use super::edge::Edge;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{KeysSpec, Popularity, Scenario};
use crate::world::Value;

impl Edge {
    /// Fills its caches.
    pub(super) fn warm(&self, scenario: &Scenario) {
        let ttl = Nanos::from_ms(self.spec.ttl_ms);
        let first = Nanos::from_ms(scenario.keys.expires_ms);
        let mut random = Stream::new(self.seed, Purpose::EdgeAges, 0);
        for (key, share) in (0..).zip(shares(&scenario.keys)) {
            // How often it is asked for within a ttl.
            let asked = scenario.load.rate * share * ttl.ms() / 1e3;
            let hottest = (key == 0 && first > Nanos::ZERO).then_some(first.min(ttl));
            let left = |random: &mut Stream, asked: f64| {
                let (there, part) = (random.unit(), random.unit());
                let drawn = (there < asked / (1.0 + asked)).then(|| part_of(ttl, part));
                hottest.or(drawn)
            };
            let shielded = self.shield.as_ref().map(|shield| (shield, left(&mut random, asked)));
            if let Some((shield, Some(left))) = &shielded {
                shield.hold(key, Value::WARM, *left);
            }
            let (weights, all) = &self.weights;
            for (pop, weight) in self.pops.iter().zip(weights) {
                let asked = asked * weight / all;
                let left = match &shielded {
                    None => left(&mut random, asked),
                    // Of what is left the PoP has as much, if anybody asked.
                    Some((_, shields)) => shields.filter(|shields| {
                        let age = 1.0 - shields.ms() / ttl.ms();
                        hottest.is_some() || random.unit() < 1.0 - libm::exp(-asked * age)
                    }),
                };
                if let Some(left) = left {
                    pop.hold(key, Value::WARM, left);
                }
            }
        }
    }
}

fn part_of(span: Nanos, share: f64) -> Nanos {
    Nanos::from_f64(span.0 as f64 * share)
}

/// Of each key: how many of all requests ask for it.
fn shares(keys: &KeysSpec) -> Vec<f64> {
    let exponent = match keys.popularity {
        Popularity::Uniform => 0.0,
        Popularity::Zipf => keys.exponent,
    };
    let weights: Vec<f64> =
        (1..=keys.count).map(|rank| libm::pow(f64::from(rank), -exponent)).collect();
    let all: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / all).collect()
}
