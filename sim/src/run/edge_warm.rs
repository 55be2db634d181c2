//! What the edge holds when a run begins, on a day like any other.
//!
//! A cache that fetches what somebody asks for and keeps it for a ttl *T* holds it
//! for *T*, and then not until the next one asks: 1/λ on average. So it holds it in
//! λT/(1 + λT) of the time, and is then as likely to have it for any part of *T*
//! (renewal theory; Jung, Berger and Balakrishnan, *Modeling TTL-based Internet
//! caches*, INFOCOM 2003).
//!
//! PoPs that fetch from a shield get the age with it, so what they hold expires when
//! the shield's does. One of them had the shield fetch it; others hold it if somebody
//! has asked them for it since.

use super::edge::Edge;
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{KeysSpec, Load, Popularity, Scenario};
use crate::world::Value;

impl Edge {
    /// Fills its caches.
    pub(super) fn warm(&self, scenario: &Scenario) {
        let ttl = Nanos::from_ms(self.spec.ttl_ms);
        let first = Nanos::from_ms(scenario.keys.expires_ms);
        // Where nobody says how often somebody asks, they hold everything.
        let rate = match scenario.load {
            Load::ConstantArrivalRate { rate, .. } => rate,
            Load::RampingArrivalRate { start_rate, .. } => start_rate,
            _ => f64::INFINITY,
        };
        let mut random = Stream::new(self.seed, Purpose::EdgeAges, 0);
        for (key, share) in (0..).zip(shares(&scenario.keys)) {
            // How often it is asked for within a ttl.
            let asked = rate * share * ttl.ms() / 1e3;
            let hottest = (key == 0 && first > Nanos::ZERO).then_some(first.min(ttl));
            let left = |random: &mut Stream, asked: f64| {
                let (there, part) = (random.unit(), random.unit());
                let drawn = (there < 1.0 - 1.0 / (1.0 + asked)).then(|| part_of(ttl, part));
                hottest.or(drawn)
            };
            let shielded = self.shield.as_ref().map(|shield| (shield, left(&mut random, asked)));
            if let Some((shield, Some(left))) = &shielded {
                shield.hold(key, Value::WARM, *left);
            }
            let begun = self.drawn(&mut random);
            let (weights, all) = &self.weights;
            for (number, (pop, weight)) in self.pops.iter().zip(weights).enumerate() {
                let asked = asked * weight / all;
                let left = match &shielded {
                    None => left(&mut random, asked),
                    // It expires at the same time as in the shield.
                    Some((_, shields)) => shields.filter(|left| {
                        let age = 1.0 - left.ms() / ttl.ms();
                        let since = random.unit() < 1.0 - libm::exp(-asked * age);
                        hottest.is_some() || number == begun || since
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
