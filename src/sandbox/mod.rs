//! "My system": the numbers an engineer knows, made into runs.
//!
//! - a [`System`] is those numbers;
//! - a [`Trouble`] is something that can happen to it;
//! - a [`Cure`] is a set of defences;
//! - a [`Trial`] runs them, an [`Outcome`] is what came of it, and its ranking
//!   says what is worse.
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

mod outcome;
mod ranking;
mod trial;
mod trouble;

pub use outcome::Outcome;
pub use ranking::{Gain, best_first, gain, worst_first};
pub use trial::Trial;
pub use trouble::{EXPIRES_MS, LASTS_MS, Trouble};

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Fault, Problem};

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

/// A system in numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// Requests per second, of all users together.
    pub rate: f64,
    /// The share of the hottest key, in percent.
    pub hot: f64,
    /// For how many seconds a value is fresh.
    pub ttl: f64,
    /// How many milliseconds the query takes that loads a value.
    pub query: f64,
    /// Connections to the database, per server.
    pub pool: f64,
    /// Servers.
    pub servers: f64,
    /// How many queries the database really runs at the same time.
    pub cores: f64,
    /// After how many milliseconds a client gives up.
    pub timeout: f64,
    /// How often it tries again then.
    pub retries: f64,
}

impl Default for System {
    fn default() -> System {
        System {
            rate: 500.0,
            hot: 20.0,
            ttl: 60.0,
            query: 50.0,
            pool: 20.0,
            servers: 4.0,
            cores: 16.0,
            timeout: 2000.0,
            retries: 2.0,
        }
    }
}

/// A number of a system.
pub struct Number {
    /// Its name in a form.
    pub key: &'static str,
    /// What it is, in English and in Japanese.
    pub names: [&'static str; 2],
    /// Its unit, in English and in Japanese.
    pub units: [&'static str; 2],
    /// The least and the most that is allowed.
    pub range: [f64; 2],
    /// Whether it is a whole number.
    pub whole: bool,
    /// Reads it.
    pub get: fn(&System) -> f64,
    set: fn(&mut System, f64),
}

macro_rules! numbers {
    ($( $key:ident: $en:literal, $ja:literal, $unit:literal, $unit_ja:literal, $min:literal..$max:literal, $whole:literal; )+) => {
        /// Every number, as a form asks for them.
        pub const NUMBERS: &[Number] = &[$( Number {
            key: stringify!($key),
            names: [$en, $ja],
            units: [$unit, $unit_ja],
            range: [$min, $max],
            whole: $whole,
            get: |system| system.$key,
            set: |system, value| system.$key = value,
        }, )+];
    };
}

numbers! {
    rate: "requests, all users together", "リクエスト（全体）", "/s", "/秒", 1.0..5000.0, false;
    hot: "share of the hottest key", "ホットキーの割合", "%", "%", 0.2..100.0, false;
    ttl: "ttl", "TTL", "s", "秒", 0.1..86400.0, false;
    query: "time of the query", "クエリの時間", "ms", "ミリ秒", 1.0..2000.0, false;
    pool: "connection pool, per server", "コネクションプール（1 台）", "", "本", 1.0..1000.0, true;
    servers: "servers", "サーバー", "", "台", 1.0..64.0, true;
    cores: "queries the database really runs at once", "DB が実際に同時に処理できるクエリ", "", "件", 1.0..1000.0, true;
    timeout: "clients give up after", "クライアントが諦めるまで", "ms", "ミリ秒", 10.0..60000.0, false;
    retries: "and try again", "再試行", "times", "回", 0.0..5.0, true;
}

impl System {
    /// Sets a number as it was typed; refuses what is not allowed, and says what
    /// is.
    pub fn set(&mut self, number: &Number, text: &str) -> Result<(), Problem> {
        let value: Option<f64> = text.trim().replace(',', "").parse().ok();
        let [min, max] = number.range;
        let fits = |v: &f64| (min..=max).contains(v) && (!number.whole || v.fract() == 0.0);
        let Some(value) = value.filter(fits) else {
            let found = format!("\"{text}\"");
            let fault = Fault::OutOfRange { found, min, max, whole: number.whole };
            return Err(Problem::new(number.key, fault));
        };
        (number.set)(self, value);
        Ok(())
    }

    /// All numbers, in order.
    pub fn write(&self) -> String {
        let numbers: Vec<String> = NUMBERS.iter().map(|n| (n.get)(self).to_string()).collect();
        numbers.join(" ")
    }

    /// What [`System::write`] wrote; `None` if that is not allowed.
    pub fn read(text: &str) -> Option<System> {
        let mut system = System::default();
        let words: Vec<&str> = text.split(' ').collect();
        let fits = words.len() == NUMBERS.len()
            && NUMBERS.iter().zip(words).all(|(number, word)| system.set(number, word).is_ok());
        fits.then_some(system)
    }

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
        Look { at, slow: Nanos::from_ms(self.query) }
    }

    /// After how many seconds the hottest key expires in a run.
    pub fn expires(&self) -> f64 {
        self.ttl.min(EXPIRES_MS / 1e3)
    }

    /// For how many seconds old values may be served, where they are.
    pub fn old(&self) -> f64 {
        self.ttl.max(OLD)
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
        [
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
        .map(|(path, value)| (path.to_owned(), value.to_string()))
        .into()
    }

    /// A trouble without a cure in lane A, and with one in lane B, where and how
    /// fast there is something to see.
    pub fn link(&self, trouble: Trouble, cure: Cure) -> Link {
        let mut link = Link::pair(PRESET, PRESET);
        link.changes = self.changes();
        (link.at_ms, link.speed) = (Some(trouble.first_ms()), Some(trouble.speed_ms(self)));
        for lane in &mut link.lanes {
            lane.actions = trouble.actions(self);
        }
        let mut set =
            |path: &str, value: String| link.lanes[1].changes.push((path.to_owned(), value));
        for defence in cure.0 {
            set(&format!("protect.{defence}"), "true".to_owned());
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

/// Defences, by their names in a scenario.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cure(pub &'static [&'static str]);

/// No defence.
pub const NONE: Cure = Cure(&[]);

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
            let sum: f64 = (1..=KEYS).map(|k| libm::pow(f64::from(k), -system.exponent())).sum();
            assert!((100.0 / sum - hot).abs() < 0.01, "{hot}");
        }
    }

    /// Whatever the form allows can be run, and shown.
    #[test]
    fn every_corner_is_in_order() {
        for corner in 0..1 << NUMBERS.len() {
            let mut system = System::default();
            for (i, number) in NUMBERS.iter().enumerate() {
                let value = number.range[(corner >> i) & 1].to_string();
                assert_eq!(system.set(number, &value), Ok(()), "{}", number.key);
            }
            for trouble in Trouble::ALL {
                let link = system.link(trouble, CURES[CURES.len() - 1]);
                assert_eq!(crate::player::check(&link), Ok(()), "{system:?}");
            }
        }
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
