//! What goes wrong now and then, and how a log shows it.

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::{Kind, Log};

/// Something that goes wrong now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Somebody gives back a lock that it has lost.
    LockExpired,
    /// Two queries for one key at the same time.
    TwoLoaders,
    /// A follower stops waiting before its leader is done.
    FollowerTimedOut,
    /// A breaker opens a second time.
    BreakerFlapped,
    /// A process dies.
    Crash,
    /// A client has an error.
    Error,
}

impl Failure {
    /// Every failure.
    pub const ALL: [Failure; 6] = [
        Failure::LockExpired,
        Failure::TwoLoaders,
        Failure::FollowerTimedOut,
        Failure::BreakerFlapped,
        Failure::Crash,
        Failure::Error,
    ];

    /// When a log shows it first.
    pub fn find(self, log: &Log) -> Option<Nanos> {
        let mut keys: Vec<u32> = Vec::new();
        // By key: queries under way. Processes whose breaker tripped.
        let mut queries: Vec<u32> = Vec::new();
        let mut tripped: Vec<u32> = Vec::new();
        for event in log.iter() {
            let (who, arg) = (event.who as usize, event.arg);
            let here = match (self, event.kind) {
                (Failure::LockExpired, Kind::Unlock) => arg == 0,
                (Failure::FollowerTimedOut, Kind::Quit) => true,
                (Failure::BreakerFlapped, Kind::Trip) => {
                    tripped.push(arg);
                    tripped.iter().filter(|process| **process == arg).count() > 1
                }
                (Failure::Crash, Kind::Crash) | (Failure::Error, Kind::Error) => true,
                (Failure::TwoLoaders, Kind::Send | Kind::Part) => {
                    keys.push(arg);
                    false
                }
                (Failure::TwoLoaders, kind) if kind.is_offspring() => {
                    keys.push(keys[arg as usize]);
                    false
                }
                (Failure::TwoLoaders, Kind::Query) => {
                    let key = keys[who] as usize;
                    queries.resize(queries.len().max(key + 1), 0);
                    queries[key] += 1;
                    queries[key] > 1
                }
                // What is abandoned goes on, unless the server stops it, too.
                (Failure::TwoLoaders, Kind::Abandon) if arg == 0 => false,
                (Failure::TwoLoaders, Kind::Answer | Kind::Abandon | Kind::Wasted) => {
                    queries[keys[who] as usize] -= 1;
                    false
                }
                _ => false,
            };
            if here {
                return Some(event.at);
            }
        }
        None
    }
}
