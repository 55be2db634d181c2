//! "My system": the numbers an engineer knows, made into runs.
//!
//! - a [`System`] is those numbers;
//! - a [`Trouble`] is something that can happen to it;
//! - a [`Cure`] is a set of defences;
//! - a [`Trial`] runs them and says what came of it.

mod trial;

pub use trial::{Outcome, Trial};

use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Action, Deed, Fault, Problem};

/// The preset that the numbers change.
pub const PRESET: &str = "my-system";
/// Keys, unless one key gets all requests.
const KEYS: u32 = 1000;
/// About how many requests a run sends.
const REQUESTS: f64 = 60_000.0;

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

    /// How long a run takes, in seconds: some ten thousand requests, and long
    /// enough for a slow query.
    pub fn span(&self) -> f64 {
        (REQUESTS / self.rate).max(6.0 * self.query / 1e3).clamp(3.0, 60.0)
    }

    /// The ttl of a run, in seconds. A long one is shortened, so that an expiry
    /// is in it; each expiry is like every other.
    pub fn shown_ttl(&self) -> f64 {
        self.ttl.min(self.span() / 3.0)
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
        let keys = if self.hot < 100.0 { KEYS } else { 1 };
        [
            ("load.rate", self.rate),
            ("load.duration_ms", (self.span() * 1e3).round()),
            ("keys.count", keys.into()),
            ("keys.exponent", self.exponent()),
            ("cache.ttl_ms", (self.shown_ttl() * 1e3).round()),
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

    /// A trouble without a cure in lane A, and with one in lane B.
    pub fn link(&self, trouble: Trouble, cure: Cure) -> Link {
        let mut link = Link::pair(PRESET, PRESET);
        link.changes = self.changes();
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
            set("stale.while_ms", (self.shown_ttl() * 1e3).round().to_string());
            set("stale.if_error_ms", (self.span() * 1e3).round().to_string());
        }
        link
    }
}

/// Something that can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing: keys expire, as they always do.
    Expiry,
    /// The whole cache is lost.
    Flush,
    /// Twice as many requests for a fifth of the run.
    Rush,
    /// The database is ten times slower for a fifth of the run.
    Slow,
    /// The database is down for a fifth of the run.
    Outage,
}

impl Trouble {
    /// Every trouble, the mildest first.
    pub const ALL: [Trouble; 5] =
        [Trouble::Expiry, Trouble::Flush, Trouble::Rush, Trouble::Slow, Trouble::Outage];

    fn actions(self, system: &System) -> Vec<Action> {
        let span = system.span() * 1e3;
        let for_ms = (0.2 * span).round();
        let deed = match self {
            Trouble::Expiry => return Vec::new(),
            Trouble::Flush => Deed::ClearCache,
            Trouble::Rush => {
                let requests = (system.rate * for_ms / 1e3).ceil() as u32;
                Deed::Burst { requests, spread_ms: for_ms }
            }
            Trouble::Slow => Deed::DbBrownout { for_ms, slowdown: 10.0 },
            Trouble::Outage => Deed::DbOutage { for_ms },
        };
        vec![Action { at_ms: (0.4 * span).round(), deed }]
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
