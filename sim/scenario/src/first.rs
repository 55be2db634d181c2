//! The figure that a first visit of the page sees, made without reading: what
//! reads is as large as all the rest of that figure, and comes later
//! (`further.rs`).

use super::link::Link;
use super::{CacheSpec, DbSpec, KeysSpec, Load, NetworkSpec, PairSpec, Scenario, Text};

/// It as chapters write it.
pub const RUN: &str = "keys.warm=true&load.requests=40&load.spread_ms=950&cache.ttl_ms=1000";

/// Its link.
pub fn link() -> Link {
    let changes = RUN.split('&').filter_map(|change| change.split_once('='));
    let changes = changes.map(|(path, value)| (path.to_owned(), value.to_owned())).collect();
    Link { changes, ..Link::default() }
}

/// Its lanes' scenarios: two presets, with those changes.
pub(super) fn scenarios() -> Vec<Scenario> {
    let scenario = |name: &str, en: &str, ja: &str| {
        let load = Load::Burst { requests: 40, at_ms: 0.0, spread_ms: 950.0 };
        Scenario {
            about: Text { en: en.to_owned(), ja: ja.to_owned() },
            keys: KeysSpec { warm: true, ..KeysSpec::default() },
            network: NetworkSpec { client_ms: 8.0, cache_ms: 4.0, db_ms: 4.0, jitter: 0.25 },
            cache: CacheSpec { ttl_ms: 1000.0, ..CacheSpec::default() },
            db: DbSpec { pool: 20, cores: 100, query_ms: 50.0, ..DbSpec::default() },
            ..Scenario::new(name, load)
        }
    };
    let mut without = scenario(
        "demo-without-singleflight",
        "100 requests meet a cold cache, and each of them goes to the database.",
        "100 件のリクエストが空のキャッシュに当たり、それぞれがデータベースへ向かう。",
    );
    without.pair = PairSpec {
        theme: "one-load".to_owned(),
        en: "A hundred at once".to_owned(),
        ja: "同時に 100 件".to_owned(),
        right: "demo-with-singleflight".to_owned(),
        ..PairSpec::default()
    };
    let mut with = scenario(
        "demo-with-singleflight",
        "The same 100 requests; one loads, the others wait for its result.",
        "同じ 100 件のリクエスト。1 件だけが読み込み、残りはその結果を待つ。",
    );
    with.protect.singleflight = true;
    vec![without, with]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody sees which of both ways they were made.
    #[test]
    fn it_is_what_would_be_read() {
        let read = Link::in_course(RUN).unwrap();
        assert_eq!(link(), read);
        assert_eq!(scenarios(), read.scenarios().unwrap());
    }
}
