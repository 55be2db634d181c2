//! Labels, and the values that each may have.

use crate::scenario::ForecastRule;

/// Which keys: never one of a million by itself, but groups of keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Pattern {
    /// The most popular key, where one is.
    Hot,
    /// All others that exist.
    Other,
    /// Those that exist nowhere.
    Missing,
}

/// The cache that was asked last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Layer {
    /// None yet.
    None,
    /// The process's own copies.
    L1,
    /// The shared cache.
    L2,
    /// The cache behind it.
    L3,
    /// None had it: the database.
    Database,
}

/// What came of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Outcome {
    /// A cache had a value.
    Hit,
    /// An old value was given out.
    Stale,
    /// It waited for another's load, and has what that brought.
    Shared,
    /// It loaded by itself.
    Miss,
    /// It updated its key.
    Update,
    /// Something was given out in place of an error.
    Fallback,
    /// A defence refused it.
    Refused,
    /// An error.
    Error,
    /// Its client had left.
    Abandoned,
}

/// What came of a query.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Answered {
    /// An answer; that there is no such thing is one.
    Ok,
    /// An error.
    Error,
    /// Nobody waited for it any longer.
    Abandoned,
}

/// What an autoscaler asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Direction {
    /// More processes.
    Up,
    /// Fewer.
    Down,
}

/// A label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Label {
    /// See [`Pattern`].
    KeyPattern,
    /// See [`Layer`].
    CacheLayer,
    /// See [`Outcome`].
    Result,
    /// See [`Answered`].
    QueryResult,
    /// A database server: 0 takes updates, the others are its replicas.
    Server,
    /// What a breaker guards.
    Service,
    /// How it is asked.
    Endpoint,
    /// How a forecast is made.
    Model,
    /// See [`Direction`].
    Direction,
}

/// Values of a metric's labels, by number, in the order of its labels.
pub type Values = [u8; 3];

/// Groups of keys.
pub const PATTERNS: usize = PATTERN_WORDS.len();
/// Layers that are caches.
pub const CACHES: usize = 3;
/// Layers, and none.
pub const LAYERS: usize = LAYER_WORDS.len();
/// Outcomes of requests.
pub const OUTCOMES: usize = OUTCOME_WORDS.len();
/// Outcomes of queries.
pub const ANSWERS: usize = ANSWER_WORDS.len();

const PATTERN_WORDS: [&str; 3] = ["hot", "other", "missing"];
const LAYER_WORDS: [&str; 5] = ["none", "l1", "l2", "l3", "database"];
const OUTCOME_WORDS: [&str; 9] =
    ["hit", "stale", "shared", "miss", "update", "fallback", "refused", "error", "abandoned"];
const ANSWER_WORDS: [&str; 3] = ["ok", "error", "abandoned"];

impl Label {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Label::KeyPattern => "key_pattern",
            Label::CacheLayer => "cache_layer",
            Label::Result | Label::QueryResult => "result",
            Label::Server => "server",
            Label::Service => "service",
            Label::Endpoint => "endpoint",
            Label::Model => "prediction_model",
            Label::Direction => "direction",
        }
    }

    /// A value of it in words.
    pub fn word(self, value: u8) -> String {
        let words: &[&str] = match self {
            Label::KeyPattern => &PATTERN_WORDS,
            Label::CacheLayer => &LAYER_WORDS,
            Label::Result => &OUTCOME_WORDS,
            Label::QueryResult => &ANSWER_WORDS,
            Label::Server if value > 0 => return format!("replica-{value}"),
            Label::Server => &["primary"],
            Label::Service => &["database"],
            Label::Endpoint => &["load"],
            Label::Model => ForecastRule::WORDS,
            Label::Direction => &["up", "down"],
        };
        words[value as usize].to_owned()
    }
}
