//! "My system": the numbers an engineer knows, made into runs.
//!
//! - a [`System`] is those numbers, and what else is known of it (`parts.rs`);
//! - a [`Trouble`] is something that can happen to it;
//! - a [`Cure`] is a set of defences;
//! - a [`Trial`] runs them, an [`Outcome`] is what came of it, and its ranking
//!   says what is worse.
//!
//! A part that is not known of is not there, and no run is made for a trouble that
//! only it can have.
//!
//! To run a system, things have to be assumed that no form asks for. They are
//! chosen so that they do not decide what breaks first:
//!
//! - The ttl is the system's own. A run of some seconds would not see a key expire
//!   that is fresh for an hour, so values have an age when it begins: the hottest
//!   key expires after [`EXPIRES_MS`], any other anywhere within its ttl. With a
//!   shorter ttl an ordinary day would load the database ttl ÷ shorter ttl times
//!   as much as it does (keys ÷ ttl expiries a second, of λΔ + 1 queries each),
//!   and an outage of `D` would meet keys ÷ shorter ttl · `D` of them: what broke
//!   first would be decided by how much it was shortened.
//! - Whatever happens is of the same size in every system and every run
//!   ([`LASTS_MS`]), and happens once.
//! - What came of it is counted at an instant that is the system's
//!   ([`System::span`]). A run that goes on longer is the same until then.

mod numbers;
mod outcome;
mod parts;
mod ranking;
mod trial;
mod trouble;

pub use numbers::{Empty, NUMBERS, Number, PARTS, System};
pub use outcome::Outcome;
pub use ranking::{Gain, best_first, gain, worst_first};
pub use trial::Trial;
pub use trouble::{EXPIRES_MS, LASTS_MS, Trouble};

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::Link;

use crate::runs::Look;

/// The preset that the numbers change.
pub const PRESET: &str = "my-system";
/// Keys, unless one key gets all requests.
pub const KEYS: u32 = 1000;
/// For how long at least and at most a trouble's consequences are looked at, in
/// seconds: the longest begun here lasts five, and what ends by itself is then
/// over in most systems.
const LOOK: [f64; 2] = [15.0, 60.0];
/// Where few requests come, it is looked at until so many have.
const REQUESTS: f64 = 2_000.0;
/// For how long old values may be served at least, in seconds.
pub const OLD: f64 = 60.0;

impl System {
    /// How long a run is, in seconds, at whose end it is seen what came of it.
    pub fn span(&self) -> f64 {
        let look = (REQUESTS / self.rate).clamp(LOOK[0], LOOK[1]);
        trouble::BEGINS_MS / 1e3 + look.round()
    }

    /// When it is looked at how it stands: when a third of the time after the
    /// trouble is left, and at the end. Slow is what has waited for a query.
    pub fn look(&self) -> Look {
        let end = self.span() * 1e3;
        let late = end - (end - trouble::BEGINS_MS) / 3.0;
        // The instant before: what comes at the end comes in a longer run only.
        let at = [late, end].map(|ms| Nanos(Nanos::from_ms(ms).0 - 1));
        Look { at, slow: Nanos::from_ms(self.waits()) }
    }

    /// After how many seconds the hottest key expires in a run.
    pub fn expires(&self) -> f64 {
        self.ttl.min(EXPIRES_MS / 1e3)
    }

    /// For how many seconds old values may be served, where they are.
    pub fn old(&self) -> f64 {
        self.ttl.max(OLD)
    }

    /// Whoever takes longer than so many milliseconds has waited for a query.
    fn waits(&self) -> f64 {
        self.query + self.regions.map_or(0.0, |_| self.trip())
    }

    /// Keys in a run.
    pub fn keys(&self) -> u32 {
        if self.hot < 100.0 { KEYS } else { 1 }
    }

    /// How many requests find nothing when the hottest key expires: λ·Δ + 1.
    pub fn herd(&self) -> f64 {
        self.rate * self.hot / 100.0 * self.query / 1e3 + 1.0
    }

    /// The exponent of Zipf's law that gives the hottest key its share.
    fn exponent(&self) -> f64 {
        let share = |exponent: f64| {
            1.0 / (1..=KEYS).map(|key| libm::pow(f64::from(key), -exponent)).sum::<f64>()
        };
        let (mut low, mut high) = (0.0, 10.0);
        for _ in 0..50 {
            let middle = (low + high) / 2.0;
            if share(middle) * 100.0 < self.hot { low = middle } else { high = middle }
        }
        (high * 1e4_f64).round() / 1e4
    }

    fn changes(&self) -> Vec<(String, String)> {
        let asked = [
            ("load.rate", self.rate),
            ("load.duration_ms", (self.span() * 1e3).round()),
            ("keys.count", self.keys().into()),
            ("keys.exponent", self.exponent()),
            ("keys.expires_ms", EXPIRES_MS),
            ("cache.ttl_ms", (self.ttl * 1e3).round()),
            ("db.query_ms", self.query),
            ("db.pool", self.pool),
            ("db.cores", self.cores),
            ("fleet.processes", self.servers),
            ("client.timeout_ms", self.timeout),
            ("client.retries", self.retries),
        ]
        .map(|(path, value)| (path, value.to_string()));
        let all = asked.into_iter().chain(self.parts());
        all.map(|(path, value)| (path.to_owned(), value)).collect()
    }

    /// Every trouble that it can have, the mildest first.
    pub fn troubles(&self) -> Vec<Trouble> {
        Trouble::ALL.into_iter().filter(|trouble| trouble.befalls(self)).collect()
    }

    /// What is tried against a trouble.
    pub fn cures(&self) -> Vec<Cure> {
        let regions = AT_THE_EDGE.into_iter().filter(|_| self.regions.is_some());
        // What is there already is no cure.
        let missing = regions.filter(|cure| !(cure.0 == [SHIELD] && self.has_shield()));
        CURES.into_iter().chain(missing).collect()
    }

    /// A trouble without a cure in lane A, and with one in lane B, where and how
    /// fast there is something to see.
    pub fn link(&self, trouble: Trouble, cure: Cure) -> Link {
        let mut link = Link::pair(PRESET, PRESET);
        link.changes = self.changes();
        (link.at_ms, link.speed) = (Some(trouble.first_ms()), Some(trouble.speed_ms(self)));
        for lane in &mut link.lanes {
            lane.actions = trouble.actions(self);
            lane.changes = trouble.changes(self);
        }
        let mut set =
            |path: &str, value: String| link.lanes[1].changes.push((path.to_owned(), value));
        for defence in cure.0 {
            match *defence {
                GRACE => set("edge.grace_ms", (self.old() * 1e3).round().to_string()),
                SHIELD => set("edge.shield", "true".to_owned()),
                _ => set(&format!("protect.{defence}"), "true".to_owned()),
            }
        }
        if cure.0.contains(&"breaker") {
            // A minute, as libraries have it, is longer than these runs.
            set("breaker.open_ms", "1000".to_owned());
        }
        if cure.0.contains(&"stale") {
            let old = (self.old() * 1e3).round().to_string();
            set("stale.while_ms", old.clone());
            set("stale.if_error_ms", old);
        }
        link
    }
}

/// Defences, by their names in a scenario, and what can be done at the edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cure(pub &'static [&'static str]);

/// No defence.
pub const NONE: Cure = Cure(&[]);

/// A region gives out for a while what has expired there.
pub const GRACE: &str = "grace";
/// Regions fetch through one more cache.
pub const SHIELD: &str = "shield";

/// What is tried besides in a system with regions.
const AT_THE_EDGE: [Cure; 2] = [Cure(&[GRACE]), Cure(&[SHIELD])];

/// What is tried, one at a time and then all.
pub const CURES: [Cure; 7] = [
    Cure(&["singleflight"]),
    Cure(&["singleflight", "lock"]),
    Cure(&["stale"]),
    Cure(&["xfetch"]),
    Cure(&["jitter"]),
    Cure(&["breaker"]),
    Cure(&["singleflight", "lock", "stale", "jitter", "breaker"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hottest_key_has_its_share() {
        for hot in [0.2, 5.0, 20.0, 90.0] {
            let system = System { hot, ..System::default() };
            let exponent = system.exponent();
            let sum: f64 = (1..=KEYS).map(|k| libm::pow(f64::from(k), -exponent)).sum();
            assert!((100.0 / sum - hot).abs() < 0.01, "{hot}");
        }
    }

    /// Every corner of `numbers`: each of them at its least or its most.
    fn corners(numbers: &[&Number], system: &System) -> Vec<System> {
        let corner = |corner: usize| {
            let mut system = system.clone();
            for (i, number) in numbers.iter().enumerate() {
                let value = number.range[(corner >> i) & 1].to_string();
                assert_eq!(system.set(number, &value), Ok(()), "{}", number.key);
            }
            system
        };
        (0..1 << numbers.len()).map(corner).collect()
    }

    fn can_be_run_and_shown(system: &System, trouble: Trouble) {
        let link = system.link(trouble, CURES[CURES.len() - 1]);
        assert_eq!(crate::player::check(&link), Ok(()), "{system:?}");
    }

    /// Whatever the form allows can be run, and shown: every corner of what has to
    /// be known, by itself, with all parts small and with all of them large.
    #[test]
    fn every_corner_is_in_order() {
        let all: Vec<&Number> = NUMBERS.iter().collect();
        for (i, system) in corners(&all, &System::default()).iter().enumerate() {
            for trouble in system.troubles() {
                can_be_run_and_shown(system, trouble);
            }
            for end in [0, 1] {
                let mut parted = system.clone();
                for part in PARTS {
                    parted.set(part, &part.range[end].to_string()).unwrap();
                }
                // Their troubles in turn: what a trouble does is the same in all.
                let troubles = parted.troubles();
                can_be_run_and_shown(&parted, troubles[i % troubles.len()]);
            }
        }
    }

    /// Every corner of any two parts.
    #[test]
    fn every_two_parts_are_in_order() {
        for (i, one) in PARTS.iter().enumerate() {
            for other in &PARTS[..i] {
                for system in corners(&[one, other], &System::default()) {
                    for trouble in system.troubles() {
                        can_be_run_and_shown(&system, trouble);
                    }
                }
            }
        }
    }

    /// Any part alone, and all without any.
    #[test]
    fn every_part_can_be_alone_or_missing() {
        let mut all = System::default();
        for part in PARTS {
            all.set(part, &part.range[1].to_string()).unwrap();
        }
        for part in PARTS {
            let mut without = all.clone();
            without.set(part, "").unwrap();
            assert_eq!((part.get)(&without), None);
            let alone = corners(&[part], &System::default());
            for system in alone.iter().chain([&without]) {
                for trouble in system.troubles() {
                    can_be_run_and_shown(system, trouble);
                }
            }
        }
    }

    /// What is not there changes nothing: the same run, and the same troubles.
    #[test]
    fn parts_that_are_not_there_are_not_in_the_run() {
        let system = System::default();
        assert_eq!(system.parts(), []);
        assert_eq!(system.troubles().len(), 5);
        // What belongs to a part that is not there is asked for, and not used.
        let odd = System { lag: Some(5.0), threads: Some(9.0), ..System::default() };
        assert_eq!(odd.changes(), system.changes());
        assert_eq!(
            odd.without_its_part().map(|(number, part)| (number.key, part.key)),
            Some(("threads", "cpu"))
        );
        assert!(system.without_its_part().is_none());
    }

    #[test]
    fn what_is_not_allowed_is_refused_with_what_is() {
        let mut system = System::default();
        let refused = |system: &mut System, i: usize, text| {
            system.set(&NUMBERS[i], text).unwrap_err().to_string()
        };
        assert_eq!(
            refused(&mut system, 4, "2.5"),
            "pool: \"2.5\" is not allowed; allowed is a whole number from 1 to 1,000"
        );
        assert!(refused(&mut system, 0, "many").starts_with("rate: \"many\" is not allowed"));
        assert!(refused(&mut system, 0, "NaN").starts_with("rate: \"NaN\""));
        assert_eq!(system, System::default());
        assert_eq!(system.set(&NUMBERS[0], " 1,000 "), Ok(()));
        assert_eq!(system.rate, 1000.0);
    }
}
