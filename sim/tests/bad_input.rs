//! Bad input is answered with the path of the field and what is allowed.

use std::process::Command;

use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Scenario, presets, schema};

fn demo(change: impl Fn(&mut serde_json::Value)) -> String {
    let mut value = presets::find("demo-with-singleflight").unwrap().to_value();
    change(&mut value);
    value.to_string()
}

fn refused(text: &str) -> String {
    Scenario::from_json(text).unwrap_err().to_string()
}

#[test]
fn every_message_names_the_field_and_what_is_allowed() {
    use serde_json::json;
    let cases: [(&str, String, &str); 42] = [
        (
            "a field of another executor",
            demo(|v| v["load"]["rate"] = json!(1)),
            "load.rate: there is no such field; allowed is requests, at_ms, spread_ms",
        ),
        (
            "a word for a flag",
            demo(|v| v["cache"]["enabled"] = json!("yes")),
            "cache.enabled: \"yes\" is not allowed; allowed is true or false",
        ),
        (
            "half a stage",
            demo(|v| {
                v["load"] = json!({"executor": "ramping-vus", "start_vus": 1,
                    "stages": [{"target": 2}]})
            }),
            "load.stages[0].duration_ms: this field is missing",
        ),
        (
            "unknown field",
            demo(|v| v["cache"]["color"] = json!(1)),
            "cache.color: there is no such field; allowed is enabled, ttl_ms, capacity, eviction, fills",
        ),
        (
            "unknown field in the load",
            demo(|v| v["load"]["rps"] = json!(1)),
            "load.rps: there is no such field; allowed is requests, at_ms, spread_ms",
        ),
        (
            "unknown field on top",
            demo(|v| v["caches"] = json!(1)),
            "caches: there is no such field; allowed is name, about, load, pair, keys, client, http, edge, fleet, cpu, autoscale, network, cache, db, replicas, writes, shop, script, protect, shed, gateway, coalesce, predict, viral, fallback, local, jitter, adaptive_ttl, xfetch, warming, negative, stale, lease, singleflight, lock, throttle, limiter, breaker, concurrency, bulkhead, backup, codel, spill, events",
        ),
        (
            "negative TTL",
            demo(|v| v["cache"]["ttl_ms"] = json!(-5)),
            "cache.ttl_ms: -5 is not allowed; allowed is a whole number from 1 to 86,400,000",
        ),
        (
            "pool of 0",
            demo(|v| v["db"]["pool"] = json!(0)),
            "db.pool: 0 is not allowed; allowed is a whole number from 1 to 10,000",
        ),
        (
            "10^12 requests",
            demo(|v| v["load"]["requests"] = json!(1_000_000_000_000u64)),
            "load.requests: 1000000000000 is not allowed; allowed is a whole number from 1 to 5,000,000",
        ),
        (
            "half a request",
            demo(|v| v["load"]["requests"] = json!(1.5)),
            "load.requests: 1.5 is not allowed; allowed is a whole number from 1 to 5,000,000",
        ),
        (
            "a word for a number",
            demo(|v| v["load"]["requests"] = json!("many")),
            "load.requests: \"many\" is not allowed; allowed is a whole number",
        ),
        (
            "an unknown executor",
            demo(|v| v["load"]["executor"] = json!("storm")),
            "load.executor: storm is not known; allowed is burst, constant-arrival-rate, ramping-arrival-rate, constant-vus, ramping-vus, self-exciting, shared-iterations",
        ),
        (
            "a missing field",
            demo(|v| {
                v["load"].as_object_mut().unwrap().remove("requests");
            }),
            "load.requests: this field is missing",
        ),
        (
            "a missing load",
            demo(|v| {
                v.as_object_mut().unwrap().remove("load");
            }),
            "load: this field is missing",
        ),
        (
            "too many by rate",
            demo(|v| {
                v["load"] = json!(
            {"executor": "constant-arrival-rate", "rate": 1e6, "duration_ms": 1e6})
            }),
            "load.duration_ms: this run would send about 1,000,000,000 requests; allowed are 5,000,000 in one run",
        ),
        (
            "a stage",
            demo(|v| {
                v["load"] = json!(
            {"executor": "ramping-vus", "start_vus": 1, "stages": [{"target": 2, "duration_ms": 5}, {"target": -1, "duration_ms": 5}]})
            }),
            "load.stages[1].target: -1 is not allowed; allowed is a number from 0 to 1,000,000",
        ),
        (
            "something to heed for who never tries again",
            demo(|v| v["client"] = json!({"heeds_retry_after": true})),
            "client.heeds_retry_after: this needs client.retries to be on",
        ),
        (
            "a queue's delay where nobody queues",
            demo(|v| {
                v["protect"] = json!({"shed": true});
                v["shed"] = json!({"delay": true});
            }),
            "shed.delay: this needs cpu.mode = event-loop to be on",
        ),
        (
            "a slow start where nothing is weighed",
            demo(|v| v["fleet"] = json!({"slow_start_ms": 1000, "balance": "random"})),
            "fleet.slow_start_ms: this and fleet.balance = random cannot be on together",
        ),
        (
            "a clock of a server that is not there",
            demo(|v| {
                v["events"] = json!([{"at_ms": 0, "do": {"clock-jump": {"server": 1, "by_ms": 5}}}])
            }),
            "events[0].do.clock-jump.server: 1 is not allowed; allowed is a whole number from 0 to 0",
        ),
        (
            "a defence without what it needs",
            demo(|v| {
                v["cache"]["enabled"] = json!(false);
                v["protect"]["stale"] = json!(true);
            }),
            "protect.stale: this needs cache.enabled to be on",
        ),
        (
            "a second look without a flight",
            demo(|v| v["protect"] = json!({"recheck": true})),
            "protect.recheck: this needs protect.singleflight to be on",
        ),
        (
            "two who hold everybody back",
            demo(|v| v["protect"] = json!({"lease": true, "lock": true})),
            "protect.lease: this and protect.lock cannot be on together",
        ),
        (
            "an order that names a layer twice",
            demo(|v| v["protect"]["order"] = json!(["lock", "breaker", "lock"])),
            "protect.order[2]: lock is named twice; allowed is once",
        ),
        (
            "an order with something else in it",
            demo(|v| v["protect"]["order"] = json!(["cache"])),
            "protect.order[0]: cache is not known; allowed is singleflight, lock, throttle, limiter, breaker, concurrency, bulkhead",
        ),
        (
            "an order that is no list",
            demo(|v| v["protect"]["order"] = json!("lock")),
            "protect.order: \"lock\" is not allowed; allowed is a list of words",
        ),
        (
            "a flawed version of what is off",
            demo(|v| v["protect"]["flaw"] = json!("racy-breaker")),
            "protect.flaw: this needs protect.breaker to be on",
        ),
        (
            "an unknown rule",
            demo(|v| v["breaker"]["rule"] = json!("magic")),
            "breaker.rule: magic is not known; allowed is consecutive, ratio, window",
        ),
        (
            "a process that is not there",
            demo(|v| {
                v["events"] = json!([{"at_ms": 1, "do": {"crash": {"process": 3, "for_ms": 1}}}])
            }),
            "events[0].do.crash.process: 3 is not allowed; allowed is a whole number from 0 to 0",
        ),
        (
            "an event without its time",
            demo(|v| v["events"] = json!([{"do": "clear-cache"}])),
            "events[0].at_ms: this field is missing",
        ),
        (
            "half an event",
            demo(|v| v["events"] = json!([{"at_ms": 1, "do": {"db-brownout": {"for_ms": 1}}}])),
            "events[0].do.db-brownout.slowdown: this field is missing",
        ),
        (
            "no such deed",
            demo(|v| v["events"] = json!([{"at_ms": 1, "do": "flood"}])),
            "events[0].do: flood is not known; allowed is clear-cache, clear-local, update, burst, db-outage, db-brownout, cache-outage, backup-outage, lock-outage, lock-crash, clock-jump, counter-outage, replica-outage, fail-over, crash, slow-process, pause, cut-off, switch",
        ),
        (
            "two deeds in one",
            demo(|v| {
                let both =
                    json!({"crash": {"process": 0, "for_ms": 1}, "lock-outage": {"for_ms": 1}});
                v["events"] = json!([{"at_ms": 1, "do": both}]);
            }),
            "events[0].do: {…} is not allowed; allowed is `\"clear-cache\"`, or one deed with all its fields",
        ),
        (
            "a deed with a field of another",
            demo(|v| {
                v["events"] =
                    json!([{"at_ms": 1, "do": {"lock-outage": {"for_ms": 1, "process": 0}}}])
            }),
            "events[0].do.lock-outage.process: there is no such field; allowed is for_ms",
        ),
        (
            "a load without its executor",
            demo(|v| v["load"] = json!({"requests": 1})),
            "load.executor: this field is missing",
        ),
        (
            "a load that is none",
            demo(|v| v["load"] = json!(5)),
            "load: 5 is not allowed; allowed is an object",
        ),
        (
            "stages that are no list",
            demo(|v| {
                v["load"] = json!({"executor": "ramping-vus", "start_vus": 1,
                    "stages": {"target": 2, "duration_ms": 1}})
            }),
            "load.stages: {…} is not allowed; allowed is a list",
        ),
        (
            "a field given twice",
            r#"{"name": "x", "db": {"pool": 1, "cores": 1, "po\u006fl": 2}}"#.to_owned(),
            "db: pool is named twice; allowed is once",
        ),
        (
            "a deed with a field given twice",
            r#"{"name": "x", "events": [{"at_ms": 1, "at_ms": 2, "do": "clear-cache"}]}"#
                .to_owned(),
            "events[0]: at_ms is named twice; allowed is once",
        ),
        (
            "what belongs to links",
            demo(|v| v["seed"] = json!(5)),
            "seed: there is no such field; allowed is name, about, load, pair, keys, client, http, edge, fleet, cpu, autoscale, network, cache, db, replicas, writes, shop, script, protect, shed, gateway, coalesce, predict, viral, fallback, local, jitter, adaptive_ttl, xfetch, warming, negative, stale, lease, singleflight, lock, throttle, limiter, breaker, concurrency, bulkhead, backup, codel, spill, events",
        ),
        (
            "seventy large bursts",
            demo(|v| {
                let burst =
                    json!({"at_ms": 1, "do": {"burst": {"requests": 100_000, "spread_ms": 0}}});
                v["events"] = vec![burst; 70].into();
            }),
            "events[49].do.burst.requests: this run would send about 5,000,100 requests; allowed are 5,000,000 in one run",
        ),
        (
            "not JSON",
            "{".to_owned(),
            "not a readable scenario: EOF while parsing an object at line 1 column 1",
        ),
    ];
    for (what, text, message) in cases {
        assert_eq!(refused(&text), message, "{what}");
    }
}

/// Users that never wait would send without end at one instant.
#[test]
fn users_that_never_wait_are_refused() {
    let text = demo(|v| {
        v["load"] = serde_json::json!({"executor": "constant-vus", "vus": 1, "duration_ms": 10});
        v["network"] = serde_json::json!({"client_ms": 0, "cache_ms": 0});
    });
    assert_eq!(
        refused(&text),
        "load.duration_ms: this run would send about ∞ requests; allowed are 5,000,000 in one run"
    );
}

#[test]
fn links_say_what_is_wrong_with_them() {
    let good = Link { changes: vec![("db.pool".into(), "7".into())], ..Link::default() }.write();
    assert!(Link::read(&good).is_ok());
    let damaged = "this link was cut or changed on its way; ask for it again";
    for (link, message) in [
        (&good[..good.len() - 1], damaged),
        (&good.replace("=7", "=8"), damaged),
        ("v=1", damaged),
        ("v=9&db.pool=7", "v: this link has version 9, which this page does not know; it knows 1"),
        ("db.pool=7", "v: this field is missing"),
        ("section-2", "v: this field is missing"),
        ("v=1&db.pool=0", "db.pool: 0 is not allowed; allowed is a whole number from 1 to 10,000"),
        (
            "v=1&db.pond=1",
            "db.pond: there is no such field; allowed is pool, pool_order, acquire_timeout_ms, cores, query_ms, query, query_timeout_ms, deadline_ms, cancels, error_rate, panic_rate",
        ),
        (
            "v=1&seed=-1",
            "seed: -1 is not allowed; allowed is a whole number from 0 to 9,007,199,254,740,991",
        ),
        ("v=1&seed=x", "seed: `x` is not allowed; allowed is a number"),
        ("v=1&lang=fr", "lang: fr is not known; allowed is en, ja"),
        ("v=1&name.x=1", "name.x: there is no such field; name has no parts"),
        ("v=1&d=layered", "d: this needs c to be on"),
        ("v=1&c.db.pool=3", "c: this needs c to be on"),
        ("v=1&sel=c.7", "sel: this needs c to be on"),
        (
            "v=1&sel=a.fridge",
            "sel: a.fridge is not allowed; allowed is a lane, a dot, and a request's number or clients, edge, cpu, shed, gateway, coalesce, predict, viral, fallback, local, cache, lease, singleflight, lock, throttle, limiter, breaker, concurrency, bulkhead, backup, queue, pool",
        ),
        (
            "v=1&a.actions=%5B%7B%22at_ms%22:1,%22at_ms%22:2,%22do%22:%22clear-cache%22%7D%5D",
            "a.actions[0]: at_ms is named twice; allowed is once",
        ),
        (
            "v=1&foo.bar=1",
            "foo: there is no such field; allowed is name, about, load, pair, keys, client, http, edge, fleet, cpu, autoscale, network, cache, db, replicas, writes, shop, script, protect, shed, gateway, coalesce, predict, viral, fallback, local, jitter, adaptive_ttl, xfetch, warming, negative, stale, lease, singleflight, lock, throttle, limiter, breaker, concurrency, bulkhead, backup, codel, spill, events",
        ),
        (
            "v=1&cache.foo.bar=1",
            "cache.foo: there is no such field; allowed is enabled, ttl_ms, capacity, eviction, fills",
        ),
        ("v=1&db={%22pool%22:1,%22pool%22:2}", "db: pool is named twice; allowed is once"),
        (
            "v=1&ch=x",
            "ch: x is not allowed; allowed is a chapter's number, or a chapter, a dot, and a heading's number",
        ),
        ("v=1&speed=-1", "speed: -1 is not allowed; allowed is a number from 0 to 86,400,000"),
        (
            "v=1&b.actions=%5B%7B%22at_ms%22:1,%22do%22:%7B%22crash%22:%7B%22process%22:3,%22for_ms%22:1%7D%7D%7D%5D",
            "b.actions[0].do.crash.process: 3 is not allowed; allowed is a whole number from 0 to 0",
        ),
        (
            "v=1&a.actions=%5B%7B%22at_ms%22:1,%22do%22:%7B%22switch%22:%7B%22defence%22:%22recheck%22,%22on%22:true%7D%7D%7D%5D",
            "a.actions[0].do.switch: protect.recheck: this needs protect.singleflight to be on",
        ),
        (
            "v=1&a.actions=%5B%7B%22at_ms%22:-1,%22do%22:%22clear-cache%22%7D%5D",
            "a.actions[0].at_ms: -1 is not allowed; allowed is a number from 0 to 86,400,000",
        ),
    ] {
        assert_eq!(Link::read(link).unwrap_err().to_string(), message, "{link}");
    }
}

/// Links of before there were more than two lanes mean what they meant.
#[test]
fn old_links_keep_working() {
    let link = Link::read(
        "v=1.de3ae4&a=hot-key&b=hot-key-xfetch&db.pool=7&b.xfetch.beta=2&a.actions=%5B%7B%22at_ms%22:5,%22do%22:%22clear-cache%22%7D%5D&seed=7&t=20&lang=ja",
    );
    // The sum of the very text, as it was written then.
    let link = link.unwrap();
    assert_eq!((link.lanes.len(), link.seed, link.at_ms), (2, 7, Some(20.0)));
    assert_eq!(link.lanes[1].preset, "hot-key-xfetch");
    assert_eq!(link.lanes[1].changes, [("xfetch.beta".to_owned(), "2".to_owned())]);
    assert_eq!(link.lanes[0].actions.len(), 1);
    let [a, b] = &link.scenarios().unwrap()[..] else { panic!() };
    assert_eq!((a.db.pool, b.db.pool, b.xfetch.beta), (7, 7, 2.0));
}

/// Four lanes, there and back.
#[test]
fn forks_are_part_of_a_link() {
    let mut link = Link::default();
    let mut fork = link.lanes[0].clone();
    fork.changes.push(("db.pool".into(), "3".into()));
    link.lanes.extend([fork, link.lanes[1].clone()]);
    let text = link.write();
    assert_eq!(Link::read(&text), Ok(link));
}

#[test]
fn a_preset_with_two_changes_is_short_enough_for_a_chat() {
    let changes = vec![
        ("load.requests".to_owned(), "1000".to_owned()),
        ("db.query_ms".to_owned(), "80".to_owned()),
    ];
    let text = Link { changes, seed: 7, ..Link::default() }.write();
    assert!(text.len() < 300 - "https://someone.github.io/stampede-playground/#".len(), "{text}");
}

/// The schema and the program refuse the same documents.
#[test]
fn the_schema_says_what_the_program_does() {
    let schema = jsonschema::validator_for(&schema::schema()).unwrap();
    let judge = |text: &str| {
        let value = serde_json::from_str(text).unwrap();
        (schema.is_valid(&value), Scenario::from_json(text).is_ok())
    };
    for (name, text) in presets::PRESETS {
        assert_eq!(judge(text), (true, true), "{name}");
    }
    use serde_json::json;
    let good = [
        demo(|v| {
            v["events"] = json!([{"at_ms": 1, "do": "clear-cache"},
            {"at_ms": 2, "do": {"db-outage": {"for_ms": 5}}}])
        }),
        demo(|v| {
            v["protect"] = json!({"lock": true, "breaker": true, "order": ["breaker", "lock"]})
        }),
        demo(|v| v["lock"]["fallback"] = json!("fail")),
    ];
    for text in good {
        assert_eq!(judge(&text), (true, true), "{text}");
    }
    let bad: [String; 14] = [
        demo(|v| v["lock"]["fallback"] = json!("hope")),
        demo(|v| v["protect"]["order"] = json!(["cache"])),
        demo(|v| v["protect"]["order"] = json!(["lock", "lock"])),
        demo(|v| v["events"] = json!([{"at_ms": 1, "do": "flood"}])),
        demo(|v| v["events"] = json!([{"at_ms": 1, "do": {"db-brownout": {"for_ms": 1}}}])),
        demo(|v| v["events"] = json!([{"at_ms": -1, "do": "clear-cache"}])),
        demo(|v| v["cache"]["color"] = json!(1)),
        demo(|v| v["cache"]["ttl_ms"] = json!(-5)),
        demo(|v| v["cache"]["ttl_ms"] = json!(1.5)),
        demo(|v| v["db"]["pool"] = json!(0)),
        demo(|v| v["load"]["requests"] = json!(1_000_000_000_000u64)),
        demo(|v| v["load"]["executor"] = json!("storm")),
        demo(|v| v["load"]["rps"] = json!(5)),
        demo(|v| {
            v["load"] = json!({"executor": "ramping-vus", "start_vus": 1,
            "stages": [{"target": -1, "duration_ms": 5}]})
        }),
    ];
    for text in bad {
        assert_eq!(judge(&text), (false, false), "{text}");
    }
}

fn stampede(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_stampede")).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_terminal_exits_2_with_the_message() {
    let demo = "demo-with-singleflight";
    for (arguments, message) in [
        (vec!["run", demo, "--set", "cache.ttl_ms=-1"], "cache.ttl_ms: -1 is not allowed"),
        (vec!["run", demo, "--set", "db.pool=0"], "db.pool: 0 is not allowed"),
        (vec!["run", demo, "--set", "seed=5"], "seed: there is no such field; allowed is name, "),
        (vec!["run", demo, "--set", "t=5"], "t: there is no such field; allowed is name, "),
        (vec!["run", demo, "--set", "speed=5"], "speed: there is no such field; "),
        (vec!["run", demo, "--set", "lang=ja"], "lang: there is no such field; "),
        (vec!["run", demo, "--set", "actions=[]"], "actions: there is no such field; "),
        (vec!["run", demo, "--set", "foo.bar=1"], "foo: there is no such field; allowed is name, "),
        (vec!["run", demo, "--set", "load.requests=1000000000000"], "load.requests: 1000000000000"),
        (
            vec!["run", demo, "--set", "nonsense"],
            "--set: `nonsense` is not allowed; allowed is PATH=VALUE",
        ),
        (vec!["run", "no-such-preset"], "preset: no-such-preset is not known; allowed is demo-"),
        (vec!["run", "./no-such-file.json"], "./no-such-file.json: "),
        (vec!["run", demo, "--format", "xml"], "xml"),
        (vec!["run", demo, "--step-ms", "0"], "0.001"),
    ] {
        let (code, out, err) = stampede(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(err.contains(message), "{arguments:?}: {err}");
    }
}

#[test]
fn the_terminal_prints_every_format() {
    let demo = "demo-with-singleflight";
    let format = |format: &str| {
        let (code, out, err) = stampede(&["run", demo, "--format", format]);
        assert_eq!((code, err.as_str()), (0, ""), "{format}");
        out
    };
    let json: serde_json::Value = serde_json::from_str(&format("json")).unwrap();
    for field in [
        "requests",
        "ok",
        "errors",
        "hits",
        "misses",
        "db_calls",
        "shared",
        "followers",
        "locks",
        "p50_ms",
        "p90_ms",
        "p99_ms",
        "max_ms",
        "makespan_ms",
        "db_peak_concurrency",
        "log_hash",
    ] {
        assert!(json.get(field).is_some(), "{field}");
    }
    assert!(format("summary").contains("db_calls................: 1 "));
    let prometheus = format("prometheus");
    for line in [
        "# TYPE cache_misses_total counter",
        "cache_misses_total 100",
        "db_calls_total 1",
        "singleflight_shared_total 100",
        "# TYPE request_duration_seconds histogram",
        "request_duration_seconds_bucket{le=\"0.1\"} 100",
        "request_duration_seconds_count 100",
    ] {
        assert!(prometheus.lines().any(|l| l == line), "{line} in\n{prometheus}");
    }
    assert!(prometheus.ends_with('\n'));
    assert!(format("openmetrics").ends_with("# EOF\n"));
    let csv = format("csv");
    let calls: u64 =
        csv.lines().skip(1).map(|l| l.split(',').nth(6).unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(calls, 1);
    assert_eq!(stampede(&["list"]).1.lines().count(), presets::PRESETS.len());
    assert!(stampede(&["schema"]).1.contains("\"$schema\""));
}
