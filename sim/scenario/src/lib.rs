//! The data a run is made from.
//!
//! A scenario is one JSON document. [`Scenario::from_json`] is the only way
//! in, and refuses what is not allowed with the path of the field; what is
//! allowed is one table, [`fields::FIELDS`], from which the checks, the JSON Schema, the
//! page's knobs and the share links' checks all follow.
//!
//! | file | idea |
//! |---|---|
//! | [`fields`] | every field, and what it may hold |
//! | [`problem`] | what is wrong, where, and what is allowed |
//! | [`parse`] | from JSON, with the path of every mistake |
//! | [`presets`] | the scenarios that come with the project |
//! | [`change`] | `path=value` changes to a scenario |
//! | [`link`] | share links |
//! | [`schema`] | the published JSON Schema |
//!
//! A crate of its own because it is compiled for size, and the simulation for
//! speed; `stampede_sim::scenario` is the same thing.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod change;
pub mod fields;
pub mod link;
pub mod load;
pub mod parse;
pub mod presets;
pub mod problem;
#[cfg(feature = "schema")]
pub mod schema;

pub use load::{Load, Pacing, Stage};
pub use problem::{Fault, Problem};

use serde::{Deserialize, Serialize};

/// A system, its load and its defences.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// A short name, as used on the command line and in links.
    pub name: String,
    /// What it shows, in a sentence.
    #[serde(default)]
    pub about: Text,
    /// Who sends requests, and when.
    pub load: Load,
    /// What the requests ask for.
    #[serde(default)]
    pub keys: KeysSpec,
    /// The server processes.
    #[serde(default)]
    pub fleet: FleetSpec,
    /// How long messages take.
    #[serde(default)]
    pub network: NetworkSpec,
    /// The cache that all processes share.
    #[serde(default)]
    pub cache: CacheSpec,
    /// The database that all processes share, and their pools of connections.
    #[serde(default)]
    pub db: DbSpec,
    /// The defences.
    #[serde(default)]
    pub protect: ProtectSpec,
}

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Text {
    /// English.
    pub en: String,
    /// Japanese.
    pub ja: String,
}

/// Which keys there are and how popular they are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct KeysSpec {
    /// How many different keys there are. 1: one hot key.
    pub count: u32,
    /// How requests spread over them.
    pub popularity: Popularity,
    /// Zipf's exponent: the n-th key is asked for in proportion to 1/n^exponent.
    pub exponent: f64,
}

impl Default for KeysSpec {
    fn default() -> Self {
        KeysSpec { count: 1, popularity: Popularity::Uniform, exponent: 1.0 }
    }
}

/// How requests spread over the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Popularity {
    /// All keys alike.
    Uniform,
    /// A few popular keys and a long tail.
    Zipf,
}

/// The server processes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct FleetSpec {
    /// How many processes answer requests. A balancer deals requests to them
    /// in turn; pool and singleflight are each process's own.
    pub processes: u32,
}

impl Default for FleetSpec {
    fn default() -> Self {
        FleetSpec { processes: 1 }
    }
}

/// One-way delays of messages, in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NetworkSpec {
    /// Between a client and its process.
    pub client_ms: f64,
    /// Between a process and the cache.
    pub cache_ms: f64,
    /// Between a process and the database.
    pub db_ms: f64,
    /// Each message takes its delay, give or take a uniform share up to this:
    /// 0.1 is ±10 %.
    pub jitter: f64,
}

impl Default for NetworkSpec {
    fn default() -> Self {
        NetworkSpec { client_ms: 0.0, cache_ms: 0.5, db_ms: 0.0, jitter: 0.0 }
    }
}

/// The shared cache, with Redis's rules of expiry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct CacheSpec {
    /// Whether there is a cache at all.
    pub enabled: bool,
    /// How long a value lives after it was stored, in whole milliseconds.
    pub ttl_ms: f64,
}

impl Default for CacheSpec {
    fn default() -> Self {
        CacheSpec { enabled: true, ttl_ms: 60_000.0 }
    }
}

/// The shared database server and each process's pool of connections to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct DbSpec {
    /// Connections per process. Callers beyond that queue, first come first
    /// served, without a limit.
    pub pool: u32,
    /// Cores of the server. While no more queries run than that, each runs at
    /// full speed; beyond, they share the cores equally and all slow down.
    pub cores: u32,
    /// Work in a query, in milliseconds on a core of its own (the mean).
    pub query_ms: f64,
    /// How that work is distributed.
    pub query: Distribution,
    /// The share of queries that fail after having done their work.
    pub error_rate: f64,
}

impl Default for DbSpec {
    fn default() -> Self {
        DbSpec {
            pool: 100,
            cores: 1000,
            query_ms: 50.0,
            query: Distribution::Constant,
            error_rate: 0.0,
        }
    }
}

/// How a random span is distributed around its mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Always the mean.
    #[default]
    Constant,
    /// Memoryless: mostly short, sometimes long.
    Exponential,
}

/// The defences, each on or off.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ProtectSpec {
    /// Merge concurrent loads of one key within a process.
    pub singleflight: bool,
}

/// Something a person did while the run played. With the scenario and the
/// seed it makes the run: nothing a person does is lost or unrepeatable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// When, in milliseconds of virtual time.
    pub at_ms: f64,
    /// What.
    #[serde(rename = "do")]
    pub deed: Deed,
}

/// What a person can do to a running system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Deed {
    /// Remove every key from the cache.
    ClearCache,
    /// Send requests at once, or uniformly spread over a while.
    Burst {
        /// How many.
        requests: u32,
        /// Over how many milliseconds.
        spread_ms: f64,
    },
}

impl Scenario {
    /// Checks every limit. What [`Scenario::from_json`] returned passes; use
    /// it after changing fields in code.
    pub fn check(&self) -> Result<(), Problem> {
        let value = serde_json::to_value(self)
            .map_err(|e| Problem::new("", Fault::Syntax(e.to_string())))?;
        fields::check(&value)?;
        self.load.check(self)
    }
}

impl Action {
    /// Checks actions against their limits; paths are `actions[2].at_ms`.
    pub fn check_all(actions: &[Action]) -> Result<(), Problem> {
        let value = serde_json::json!({ "actions": actions });
        fields::check(&value)
    }
}
