//! The viral detector: what is a sign, from when on, for how long; and what it is
//! good for. Expected values are arithmetic.

use crate::common;

use std::collections::BTreeSet;
use std::rc::Rc;

use common::{events, ms, preset};
use stampede_sim::protect::viral::Viral;
use stampede_sim::scenario::ViralSpec;
use stampede_sim::telemetry::{Event, Kind};
use stampede_sim::world::shares::Shares;

/// Windows of a second, nothing looked at.
const NOTHING: ViralSpec =
    ViralSpec { window_ms: 1_000.0, rate: 0.0, growth: 0.0, shares: 0.0, hold_ms: 3_000.0 };

/// Asks for key 7 evenly, so many times in each second in turn; when it is noticed (ms).
fn noticed(viral: &Viral, per_second: &[u32]) -> Vec<f64> {
    let mut found = Vec::new();
    for (second, n) in per_second.iter().enumerate() {
        for i in 0..*n {
            let at = 1e3 * second as f64 + 1e3 * f64::from(i) / f64::from(*n);
            if viral.notices(ms(at), 7) {
                found.push(at);
            }
        }
    }
    found
}

/// More than 20 in a second: the 21st of 40, after half a second, is the sign.
#[test]
fn the_rate() {
    let viral = Viral::watching(&ViralSpec { rate: 20.0, ..NOTHING }, None);
    assert_eq!(noticed(&viral, &[20, 20, 40]), [2_500.0]);
    assert!(viral.counts(ms(2_600.0), 7) && !viral.counts(ms(2_600.0), 8));
}

/// More than three times as many as in the second before, which are 10 at least.
#[test]
fn growth() {
    let viral = || Viral::watching(&ViralSpec { growth: 3.0, ..NOTHING }, None);
    assert_eq!(noticed(&viral(), &[10, 30, 90]), [0.0; 0]);
    assert_eq!(noticed(&viral(), &[10, 40]), [1_750.0]);
    assert_eq!(noticed(&viral(), &[9, 200]), [0.0; 0], "few say nothing");
    assert_eq!(noticed(&viral(), &[10, 0, 200]), [0.0; 0], "nor does the second before the last");
}

/// More than 5 shares in the last second, whoever asks, and however few.
#[test]
fn share_velocity() {
    let shares = Rc::new(Shares::default());
    // Every 150 ms: the seventh comes at 900 ms. Then no more.
    (0..7).for_each(|i| shares.add(ms(150.0 * f64::from(i))));
    let viral = Viral::watching(&ViralSpec { shares: 6.0, ..NOTHING }, Some(shares));
    assert!(!viral.notices(ms(899.0), 7));
    assert!(viral.notices(ms(900.0), 7));
    assert!(!viral.notices(ms(901.0), 7), "it is known by now");
}

/// A sign counts for three seconds after it was seen last, and then anew.
#[test]
fn for_how_long() {
    let viral = Viral::watching(&ViralSpec { rate: 20.0, ..NOTHING }, None);
    // The last of 25 comes at 960 ms.
    assert_eq!(noticed(&viral, &[25]), [800.0]);
    assert!(viral.counts(ms(3_959.0), 7) && !viral.counts(ms(3_960.0), 7));
    assert_eq!(noticed(&viral, &[0, 0, 0, 0, 25]), [4_800.0]);
}

/// Copies are kept of what is viral and of nothing else, from the sign on: of 400
/// requests a second, Zipf's law gives the first of 20 keys 111 and the tenth 11.
#[test]
fn copies_of_nothing_else() {
    let changes = [
        ("load", r#"{"executor": "constant-arrival-rate", "rate": 400, "duration_ms": 10000}"#),
        ("keys", r#"{"count": 20, "popularity": "zipf", "exponent": 1}"#),
        ("fleet.processes", "2"),
        ("protect.local", "true"),
        ("protect.viral", "true"),
        ("viral", r#"{"window_ms": 1000, "rate": 20, "growth": 0, "hold_ms": 1000}"#),
        ("local.ttl_ms", "100"),
    ];
    let scenario = preset("demo-with-singleflight", &changes);
    for seed in 1..=5 {
        let events = events(&scenario, seed);
        let of = |who: u32, kind| events.iter().find(|e| e.who == who && e.kind == kind);
        let mut copied = BTreeSet::new();
        for fill in events.iter().filter(|e| e.kind == Kind::LocalFill) {
            let key = of(fill.who, Kind::LocalMiss).unwrap().arg;
            let process = of(fill.who, Kind::Arrive).unwrap().arg;
            let is_sign = |e: &Event| {
                e.kind == Kind::Viral
                    && (e.arg, e.at <= fill.at) == (key, true)
                    && of(e.who, Kind::Arrive).unwrap().arg == process
            };
            assert!(events.iter().any(is_sign), "{fill:?}");
            copied.insert(key);
        }
        assert!(copied.contains(&0) && copied.contains(&1), "{copied:?}");
        assert!(copied.iter().all(|key| *key < 9), "{copied:?}");
    }
}
