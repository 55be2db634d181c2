//! The gateway: how it counts, against go-chi/httprate, Cloudflare's worked
//! example, golang.org/x/time/rate and `governor`; whom it counts; and what
//! becomes of it without its counters.

use crate::common;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use common::{count, events, ms, preset, times};
use governor::clock::{Clock, FakeRelativeClock};
use governor::{Quota as Theirs, RateLimiter};
use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::protect::quota::{Quota, Rule};
use stampede_sim::scenario::{QuotaAlgorithm, Scenario};
use stampede_sim::telemetry::{Event, Kind, Reason};

/// Who asks for how many at a time, and is let through or told to wait.
struct Asking {
    quota: Quota,
    rule: Rule,
}

impl Asking {
    fn new(algorithm: QuotaAlgorithm, limit: u32, window_ms: f64, burst: u32) -> Asking {
        let rule = Rule::new(limit, ms(window_ms), burst);
        Asking { quota: Quota::new(algorithm, &rule), rule }
    }

    fn take(&mut self, at_ms: f64, n: u32) -> Result<u32, Nanos> {
        self.quota.take(&self.rule, ms(at_ms), n)
    }

    fn ok(&mut self, at_ms: f64, n: u32) -> bool {
        self.take(at_ms, n).is_ok()
    }
}

/// The capstone's limit, 100 in 60 s on the clock: 200 pass within 1.9 s around
/// an edge, and not one more on either side of it.
#[test]
fn a_fixed_window_admits_twice_its_limit_at_its_edge() {
    let mut asking = Asking::new(QuotaAlgorithm::FixedWindow, 100, 60_000.0, 1);
    let around_the_edge = |i: u32| 59_050.0 + f64::from(i) * 9.5;
    let admitted = (0..200).filter(|i| asking.ok(around_the_edge(*i), 1)).count();
    assert_eq!(admitted, 200);
    // So much longer than the 1.9 s it took.
    assert_eq!(asking.take(60_950.0, 1), Err(ms(120_000.0 - 60_950.0)));
    let mut asking = Asking::new(QuotaAlgorithm::FixedWindow, 100, 60_000.0, 1);
    assert_eq!((0..150).filter(|i| asking.ok(f64::from(*i), 1)).count(), 100);
}

/// httprate's tests: a limit of 3 in a window, with increments of 1, 2 and 4.
#[test]
fn a_sliding_counter_as_httprate() {
    let answers = |n: u32| {
        let mut asking = Asking::new(QuotaAlgorithm::SlidingCounter, 3, 5_000.0, 1);
        (0..4).map(|i| asking.ok(f64::from(i), n)).collect::<Vec<_>>()
    };
    assert_eq!(answers(1), [true, true, true, false]);
    assert_eq!(answers(2), [true, false, false, false]);
    assert_eq!(answers(4), [false, false, false, false]);
}

/// Cloudflare's example: 42 in the last minute, 18 in this one, of which 15 s
/// have passed: 42 × 45/60 + 18 = 49.5. httprate rounds that to 50. So a limit
/// of 50 is reached for just one more nanosecond, and one of 51 has room for one.
#[test]
fn a_sliding_counter_as_cloudflare() {
    let after = |limit| {
        let mut asking = Asking::new(QuotaAlgorithm::SlidingCounter, limit, 60_000.0, 1);
        assert!((0..42).all(|i| asking.ok(f64::from(i), 1)));
        // Enough of the last minute has faded.
        assert!((0..18).all(|_| asking.ok(74_999.0, 1)));
        asking
    };
    assert_eq!(after(50).take(75_000.0, 1), Err(Nanos(1)));
    let mut asking = after(51);
    assert_eq!(asking.take(75_000.0, 1), Ok(0));
    assert!(!asking.ok(75_000.0, 1));
}

/// After two windows without a request nothing is left of the last count.
#[test]
fn two_idle_windows_forget() {
    let mut asking = Asking::new(QuotaAlgorithm::SlidingCounter, 3, 1_000.0, 1);
    assert!(asking.ok(999.0, 3));
    assert!(!asking.ok(1_000.0, 1));
    let mut asking = Asking::new(QuotaAlgorithm::SlidingCounter, 3, 1_000.0, 1);
    assert!(asking.ok(999.0, 3));
    assert!(asking.ok(2_000.0, 3));
}

/// x/time/rate: 10 a second, burst 3. At one instant: two, not two more, one,
/// not another. After 100 ms there is one; four are never granted at once. GCRA
/// says the same.
#[test]
fn tokens_as_x_time_rate() {
    for algorithm in [QuotaAlgorithm::TokenBucket, QuotaAlgorithm::Gcra] {
        let mut asking = Asking::new(algorithm, 10, 1_000.0, 3);
        let at_once: Vec<bool> = [2, 2, 1, 1].map(|n| asking.ok(0.0, n)).to_vec();
        assert_eq!(at_once, [true, false, true, false], "{algorithm:?}");
        assert_eq!(asking.take(0.0, 1), Err(ms(100.0)), "{algorithm:?}");
        assert!(!asking.ok(100.0, 4));
        assert_eq!(asking.take(100.0, 1), Ok(0));
        assert!(!asking.ok(100.0, 1));
        // Idle, it fills to its burst and no further.
        assert_eq!(asking.take(60_000.0, 4), Err(Nanos::MAX), "{algorithm:?}");
        assert_eq!(asking.take(60_000.0, 1), Ok(2));
        assert!(asking.ok(60_000.0, 2) && !asking.ok(60_000.0, 1), "{algorithm:?}");
        let mut asking = Asking::new(algorithm, 10, 1_000.0, 5);
        assert_eq!((0..15).filter(|_| asking.ok(3.0, 1)).count(), 5, "{algorithm:?}");
    }
}

/// The alternatives that keep a limit, for the properties.
const ALL: &[QuotaAlgorithm] = QuotaAlgorithm::ALL;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// GCRA is a token bucket, and both are governor's, asked for one or several
    /// at a time: the same answers, and the same waits.
    #[test]
    fn gcra_is_its_token_bucket_and_governors(
        each in 1u64..100_000_000,
        burst in 1u32..20,
        asked in prop::collection::vec((0u64..300_000_000, 1u32..4), 1..200),
    ) {
        let rule = Rule::new(1, Nanos(each), burst);
        let mut bucket = Quota::new(QuotaAlgorithm::TokenBucket, &rule);
        let mut gcra = Quota::new(QuotaAlgorithm::Gcra, &rule);
        let clock = FakeRelativeClock::default();
        let quota = Theirs::with_period(Duration::from_nanos(each)).unwrap();
        let quota = quota.allow_burst(NonZeroU32::new(burst).unwrap());
        let theirs = RateLimiter::direct_with_clock(quota, clock.clone());
        let mut at = 0;
        for (gap, n) in asked {
            at += gap;
            clock.advance(Duration::from_nanos(gap));
            let ours = bucket.take(&rule, Nanos(at), n);
            prop_assert_eq!(gcra.take(&rule, Nanos(at), n), ours, "at {} ns", at);
            let wait = match theirs.check_n(NonZeroU32::new(n).unwrap()) {
                Ok(answer) => answer.err().map(|until| until.wait_time_from(clock.now())),
                // More than the burst.
                Err(_) => Some(Duration::from_nanos(Nanos::MAX.0)),
            };
            let our_wait = ours.err().map(|wait| Duration::from_nanos(wait.0));
            prop_assert_eq!(our_wait, wait, "{} at {} ns", n, at);
        }
    }

    /// A sliding log never lets through more than its limit in any window; a
    /// fixed window in none that begins on the clock.
    #[test]
    fn a_sliding_log_keeps_its_limit_in_any_window(
        limit in 1u32..50,
        gaps in prop::collection::vec(0u64..40, 1..400),
    ) {
        for algorithm in [QuotaAlgorithm::SlidingLog, QuotaAlgorithm::FixedWindow] {
            let mut asking = Asking::new(algorithm, limit, 1_000.0, 1);
            let mut at = 0;
            let mut passed = Vec::new();
            for gap in &gaps {
                at += gap;
                if asking.ok(at as f64, 1) {
                    passed.push(at);
                }
            }
            for begin in &passed {
                let begin = match algorithm {
                    QuotaAlgorithm::SlidingLog => *begin,
                    _ => begin / 1_000 * 1_000,
                };
                let within = passed.iter().filter(|at| (begin..begin + 1_000).contains(*at));
                prop_assert!(within.count() <= limit as usize, "{:?}", algorithm);
            }
        }
    }

    /// Whoever comes back after just the time he was told is let in, and a
    /// nanosecond sooner he is not, however often he tried meanwhile.
    #[test]
    fn a_wait_is_as_long_as_it_has_to_be(
        algorithm in 0..ALL.len(),
        limit in 1u32..50,
        burst in 1u32..20,
        window in 1u64..2_000_000,
        gaps in prop::collection::vec((0u64..100_000, 1u32..3), 1..200),
    ) {
        let rule = Rule::new(limit, Nanos(window), burst);
        let mut quota = Quota::new(ALL[algorithm], &rule);
        let mut now = 0;
        for (gap, n) in gaps {
            now += gap;
            let Err(wait) = quota.take(&rule, Nanos(now), n) else { continue };
            if wait == Nanos::MAX {
                continue;
            }
            let then = now + wait.0;
            for early in [now + wait.0 / 2, then - 1] {
                let left = quota.take(&rule, Nanos(early), n);
                prop_assert_eq!(left, Err(Nanos(then - early)), "{:?}", ALL[algorithm]);
            }
            prop_assert!(quota.take(&rule, Nanos(then), n).is_ok(), "{:?}", ALL[algorithm]);
            now = then;
        }
    }

    /// What is left after one has passed is how many more do, and no fewer.
    #[test]
    fn what_is_left_may_pass(
        algorithm in 0..ALL.len(),
        limit in 1u32..50,
        burst in 1u32..20,
        gaps in prop::collection::vec(0u64..300, 1..50),
    ) {
        let mut asking = Asking::new(ALL[algorithm], limit, 1_000.0, burst);
        let mut at = 0;
        for gap in gaps {
            at += gap;
            if let Ok(left) = asking.take(at as f64, 1) {
                let passed = (0..=left).filter(|_| asking.ok(at as f64, 1)).count();
                prop_assert_eq!(passed, left as usize, "{:?}", ALL[algorithm]);
            }
        }
    }
}

/// One client and a window of a minute; `changes` come last.
fn gateway(changes: &[(&str, &str)]) -> Scenario {
    let mut all = vec![
        ("load", r#"{"executor": "constant-arrival-rate", "rate": 200, "duration_ms": 2000}"#),
        ("protect.gateway", "true"),
        ("client.count", "1"),
        ("gateway.limit", "100"),
    ];
    all.extend(changes);
    preset("demo-without-singleflight", &all)
}

/// Each event of a kind: by whom, and its argument.
fn of(seen: &[Event], kind: Kind) -> Vec<(u32, u32)> {
    seen.iter().filter(|e| e.kind == kind).map(|e| (e.who, e.arg)).collect()
}

fn refused(seen: &[Event], reason: Reason) -> usize {
    seen.iter().filter(|e| e.kind == Kind::Refuse && e.arg == reason as u32).count()
}

/// It counts what the cache answers, too: with everything in the cache, 100 of
/// about 400 are answered. Nobody gets to the cache past it.
#[test]
fn hits_are_counted() {
    let seen = events(&gateway(&[("keys.warm", "true"), ("network.jitter", "0")]), 1);
    assert_eq!((count(&seen, Kind::Admit), count(&seen, Kind::Hit)), (100, 100));
    assert_eq!(count(&seen, Kind::Query), 0);
    assert_eq!(refused(&seen, Reason::OverQuota), count(&seen, Kind::Send) - 100);
    // How many more may come: from 99 down to none.
    let left: Vec<u32> = of(&seen, Kind::Admit).iter().map(|(_, left)| *left).collect();
    assert_eq!(left, (0..100).rev().collect::<Vec<_>>());
}

/// All processes count together, which is a trip for each request; or each for
/// itself, which is none, and four times the limit.
#[test]
fn together_or_each_for_itself() {
    let fleet = [("fleet.processes", "4"), ("network.jitter", "0"), ("network.cache_ms", "3")];
    let trips = |shared: &str| {
        let seen = events(&gateway(&[&fleet[..], &[("gateway.shared", shared)]].concat()), 1);
        let arrived: BTreeMap<u32, Nanos> =
            seen.iter().filter(|e| e.kind == Kind::Arrive).map(|e| (e.who, e.at)).collect();
        let admitted: Vec<&Event> = seen.iter().filter(|e| e.kind == Kind::Admit).collect();
        let spans = admitted.iter().map(|e| (e.at - arrived[&e.who]).ms());
        let (least, most) = spans.fold((f64::MAX, 0.0f64), |(a, b), x| (a.min(x), b.max(x)));
        (admitted.len(), least, most)
    };
    assert_eq!(trips("true"), (100, 6.0, 6.0));
    let (admitted, least, most) = trips("false");
    assert_eq!((least, most), (0.0, 0.0));
    // About 400 requests, of which each of four processes gets a hundred.
    assert!((380..=400).contains(&admitted), "{admitted}");
}

/// A process that dies takes its own counts along; those in the store stay.
#[test]
fn a_restart_forgets_what_a_process_counted() {
    let crash = r#"[{"at_ms": 1000, "do": {"crash": {"process": 0, "for_ms": 100}}}]"#;
    let admitted = |shared| {
        let changes = [("events", crash), ("gateway.shared", shared), ("gateway.limit", "50")];
        count(&events(&gateway(&changes), 1), Kind::Admit)
    };
    assert_eq!((admitted("true"), admitted("false")), (50, 100));
}

/// Ten clients with a limit each; behind two addresses; and one by one.
#[test]
fn whom_it_counts() {
    let passed = |changes: &[(&str, &str)], kind: Kind| {
        let load = r#"{"executor": "constant-arrival-rate", "rate": 2000, "duration_ms": 1000}"#;
        let base = [("load", load), ("gateway.limit", "20"), ("client.count", "10")];
        let seen = events(&gateway(&[&base, changes].concat()), 1);
        let whose: BTreeMap<u32, u32> = of(&seen, kind).into_iter().collect();
        let mut passed = BTreeMap::new();
        for (who, _) in of(&seen, Kind::Admit) {
            *passed.entry(whose[&who]).or_insert(0) += 1;
        }
        passed
    };
    let each = |n: u32| (0..n).map(|whose| (whose, 20)).collect::<BTreeMap<u32, u32>>();
    assert_eq!(passed(&[], Kind::Client), each(10));
    let address = [("gateway.by", "address"), ("client.per_address", "5")];
    assert_eq!(passed(&address, Kind::Address), each(2));
    // Nobody comes twice.
    let strangers = passed(&[("client.count", "0")], Kind::Client);
    assert!(strangers.len() > 1_900 && strangers.values().all(|n| *n == 1));
}

/// The greedy one sends its share, and the others what is left, alike: within
/// five standard errors.
#[test]
fn the_first_client_may_be_greedy() {
    let load = r#"{"executor": "constant-arrival-rate", "rate": 10000, "duration_ms": 1000}"#;
    let changes = [("load", load), ("client.count", "5"), ("client.greedy", "0.6")];
    let seen = events(&gateway(&changes), 1);
    let mut sent = [0.0; 5];
    of(&seen, Kind::Client).iter().for_each(|(_, client)| sent[*client as usize] += 1.0);
    let all: f64 = sent.iter().sum();
    for (client, share) in [0.6, 0.1, 0.1, 0.1, 0.1].into_iter().enumerate() {
        let error = (share * (1.0 - share) / all).sqrt();
        assert!((sent[client] / all - share).abs() < 5.0 * error, "{client}: {sent:?}");
    }
}

/// A request is its client's through all its retries, and a virtual user is
/// always the same client.
#[test]
fn who_somebody_is() {
    let changes = [("client.count", "7"), ("client.retries", "2"), ("gateway.limit", "1")];
    let seen = events(&gateway(&changes), 1);
    let client: BTreeMap<u32, u32> = of(&seen, Kind::Client).into_iter().collect();
    let retries = of(&seen, Kind::Retry);
    assert!(retries.len() > 500);
    for (again, before) in retries {
        assert_eq!(client[&again], client[&before]);
    }
    let users = r#"{"executor": "constant-vus", "vus": 6, "duration_ms": 1000, "think_ms": 20}"#;
    for (clients, expected) in [("0", 6), ("4", 4)] {
        let changes = [("load", users), ("client.count", clients), ("gateway.limit", "1000")];
        let seen = events(&gateway(&changes), 1);
        let mut sent = BTreeMap::new();
        for (_, client) in of(&seen, Kind::Client) {
            *sent.entry(client).or_insert(0) += 1;
        }
        assert_eq!(sent.len(), expected, "{sent:?}");
        // Each user asks every 20 ms and a little: none is somebody now and then.
        assert!(sent.values().all(|n| *n > 5), "{sent:?}");
    }
}

/// Whether there is a gateway, how it counts and how many clients there are,
/// changes nothing in who asks when for what; nor does one more burst in who
/// sends the other requests.
#[test]
fn nobody_comes_at_another_time() {
    let sent = |changes: &[(&str, &str)]| {
        let seen = events(&gateway(&[&[("keys.count", "50")], changes].concat()), 3);
        let sent = seen.iter().filter(|e| e.kind == Kind::Send);
        sent.map(|e| (e.at, e.arg)).collect::<Vec<_>>()
    };
    let without = sent(&[("protect.gateway", "false")]);
    for changes in [
        &[][..],
        &[("gateway.limit", "1")],
        &[("client.count", "1000"), ("client.greedy", "0.5")],
        &[("client.count", "0"), ("gateway.by", "address")],
    ] {
        assert_eq!(sent(changes), without, "{changes:?}");
    }
    // By the instant at which it was sent: whose it is.
    let whose = |events_: &str| {
        let changes = [("client.count", "1000"), ("client.greedy", "0.3"), ("events", events_)];
        let seen = events(&gateway(&changes), 3);
        let client: BTreeMap<u32, u32> = of(&seen, Kind::Client).into_iter().collect();
        let sent = seen.iter().filter(|e| e.kind == Kind::Send);
        sent.map(|e| (e.at, client[&e.who])).collect::<BTreeMap<_, _>>()
    };
    let alone = whose("[]");
    let burst = whose(r#"[{"at_ms": 500, "do": {"burst": {"requests": 50, "spread_ms": 10}}}]"#);
    assert!(burst.len() > alone.len() + 40);
    assert!(alone.iter().all(|(at, client)| burst[at] == *client));
}

/// While the counters are down, it lets everybody through, or nobody; before and
/// after it counts, and what was counted is still there.
#[test]
fn without_its_counters_it_fails_open_or_closed() {
    let down = r#"[{"at_ms": 500, "do": {"counter-outage": {"for_ms": 1000}}}]"#;
    for (open, reason) in [("true", None), ("false", Some(Reason::CountersDown))] {
        let changes = [("events", down), ("gateway.fail_open", open), ("network.jitter", "0")];
        let seen = events(&gateway(&changes), 1);
        let uncounted = of(&seen, Kind::Uncounted);
        assert!(uncounted.iter().all(|(_, arg)| *arg == u32::from(open == "true")));
        // At a distance of 4 ms.
        let at = times(&seen, Kind::Uncounted);
        assert!(at.len() > 150 && at.iter().all(|at| (504.0..1504.0).contains(at)), "{at:?}");
        // A hundred are counted in all.
        assert_eq!(count(&seen, Kind::Admit), 100);
        match reason {
            None => assert_eq!(refused(&seen, Reason::CountersDown), 0),
            Some(reason) => assert_eq!(refused(&seen, reason), uncounted.len()),
        }
    }
    // What each process counts for itself does not need them.
    let changes = [("events", down), ("gateway.shared", "false")];
    assert_eq!(count(&events(&gateway(&changes), 1), Kind::Uncounted), 0);
}

/// Who heeds Retry-After comes back after just that time, and is served; who
/// does not comes back after his backoff, and is refused again.
#[test]
fn retry_after_is_heeded_or_not() {
    let errors = |heeds: &str, says: &str| {
        let load = r#"{"executor": "burst", "requests": 15, "spread_ms": 0}"#;
        let changes = [
            ("load", load),
            ("gateway.limit", "5"),
            ("gateway.window_ms", "5000"),
            ("gateway.retry_after", says),
            ("client.retries", "2"),
            ("client.heeds_retry_after", heeds),
        ];
        let seen = events(&gateway(&changes), 1);
        let told: BTreeMap<u32, u32> = of(&seen, Kind::RetryAfter).into_iter().collect();
        assert_eq!(told.is_empty(), says == "false");
        let failed: BTreeMap<u32, Nanos> =
            seen.iter().filter(|e| e.kind == Kind::Fail).map(|e| (e.who, e.at)).collect();
        for retry in seen.iter().filter(|e| e.kind == Kind::Retry) {
            let waited = (retry.at - failed[&retry.arg]).ms();
            match heeds == "true" && says == "true" {
                // All but the way back, which counts in.
                true => {
                    let back = f64::from(told[&retry.arg]) - waited;
                    assert!((0.0..12.0).contains(&back), "{waited}");
                }
                false => assert_eq!(waited, 0.0),
            }
        }
        count(&seen, Kind::Error)
    };
    assert_eq!(
        [errors("true", "true"), errors("true", "false"), errors("false", "true")],
        [0, 10, 10]
    );
}

/// What the presets say of themselves, by arithmetic, whatever the seed.
#[test]
fn presets_show_what_they_say() {
    let run = |name: &str, seed| events(&preset(name, &[]), seed);
    for seed in [1, 7, 20] {
        let ok = |name: &str| count(&run(name, seed), Kind::Ok);
        // Twice the limit; or the limit, and what of it fades in three seconds of
        // sixty.
        assert_eq!((ok("gateway-edge"), ok("gateway-sliding")), (200, 105));
        // A bucket of 20, and 20 a second for ten seconds, is all that the greedy
        // one has, or all together; the others' requests are all answered.
        let whose = |seen: &[Event], client| {
            of(seen, Kind::Client).iter().filter(|(_, of)| (*of == 0) == client).count()
        };
        let seen = run("greedy-by-client", seed);
        let answered = count(&seen, Kind::Ok) - whose(&seen, false);
        assert!((215..=220).contains(&answered), "{answered}");
        assert!((215..=220).contains(&ok("greedy-by-address")));
        // Far more than the database's 400 a second: soon it answers nobody.
        let late = run("greedy-client", seed);
        assert_eq!(late.iter().filter(|e| e.kind == Kind::Ok && e.at > ms(3_000.0)).count(), 0);
        // Without its counters: nobody for three seconds; or everybody, more than
        // there are connections.
        let busy = |seen: &[Event]| {
            let during = |e: &&Event| (3_100.0..6_000.0).contains(&e.at.ms());
            count(&seen.iter().filter(during).copied().collect::<Vec<_>>(), Kind::Query)
        };
        let (closed, open) = (run("counters-down-closed", seed), run("counters-down-open", seed));
        assert_eq!(busy(&closed), 0);
        assert!(busy(&open) > 1_000 && count(&open, Kind::Queue) > 1_000);
        assert_eq!(count(&closed, Kind::Queue), 0);
        // Three more tries within the window are refused like the first; who waits
        // for the next one is served.
        assert!(ok("retry-after-ignored") <= 100);
        assert_eq!(ok("retry-after-heeded"), 200);
    }
}

/// Updates are counted at the door as reads are: of 400 around the edge, 200 pass.
/// What guards loads further in refuses none of them.
#[test]
fn an_update_is_counted_like_a_read() {
    let limiter = [("protect.limiter", "true"), ("limiter.rate", "0.001"), ("limiter.burst", "1")];
    let all = [&[("writes.share", "1")][..], &limiter].concat();
    let seen = events(&preset("gateway-edge", &all), 1);
    assert_eq!((count(&seen, Kind::Admit), count(&seen, Kind::Write)), (200, 200));
    let refused = seen.iter().filter(|e| e.kind == Kind::Refuse);
    assert!(refused.clone().all(|e| e.reason() == Some(Reason::OverQuota)));
    assert_eq!(refused.count(), 200);
}
