//! The tests of the simulation but for those that also run in a browser: one program,
//! because to link each file's took longer than to compile it.

mod common;

/// The files, and a test that none is missing.
macro_rules! files {
    ($($file:literal $name:ident,)*) => {
        $(
            #[path = $file]
            mod $name;
        )*

        #[test]
        fn no_file_is_missing() {
            // These are programs of their own.
            let apart = ["all.rs", "same_everywhere.rs", "waiting.rs"];
            let mut listed = vec![$($file),*];
            listed.extend(apart);
            listed.sort_unstable();
            let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests")).unwrap();
            let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
            let mut there: Vec<String> = names.filter(|name| name.ends_with(".rs")).collect();
            there.sort_unstable();
            assert_eq!(listed, there);
        }
    };
}

files! {
    "ablation.rs" ablation,
    "acceptance.rs" acceptance,
    "adaptive_ttl.rs" adaptive_ttl,
    "alerting.rs" alerting,
    "autoscaling.rs" autoscaling,
    "backoff.rs" backoff,
    "bad_input.rs" bad_input,
    "balancers.rs" balancers,
    "black_friday.rs" black_friday,
    "bulkhead.rs" bulkhead,
    "bursts.rs" bursts,
    "cache.rs" cache,
    "cancellation.rs" cancellation,
    "challenges.rs" challenges,
    "chaos.rs" chaos,
    "checklist.rs" checklist,
    "chronicle.rs" chronicle,
    "clock_jump.rs" clock_jump,
    "concurrency_limits.rs" concurrency_limits,
    "cpu.rs" cpu,
    "db_pool.rs" db_pool,
    "edge.rs" edge,
    "engine.rs" engine,
    "eviction.rs" eviction,
    "exam.rs" exam,
    "expiry.rs" expiry,
    "expiry_policies.rs" expiry_policies,
    "exported.rs" exported,
    "fallbacks.rs" fallbacks,
    "flawed.rs" flawed,
    "forecasting.rs" forecasting,
    "gateway.rs" gateway,
    "gobreaker.rs" gobreaker,
    "hawkes.rs" hawkes,
    "lab_hostile.rs" lab_hostile,
    "lab_lines.rs" lab_lines,
    "lab_templates.rs" lab_templates,
    "lab_words.rs" lab_words,
    "layers.rs" layers,
    "leases.rs" leases,
    "links.rs" links,
    "load_shedding.rs" load_shedding,
    "loading_caches.rs" loading_caches,
    "metastable.rs" metastable,
    "metrics.rs" metrics,
    "prometheus.rs" prometheus,
    "properties.rs" properties,
    "queueing.rs" queueing,
    "rate_limiters.rs" rate_limiters,
    "redis_lock.rs" redis_lock,
    "redlock.rs" redlock,
    "replicas.rs" replicas,
    "resilience4j.rs" resilience4j,
    "restart.rs" restart,
    "rfc5861.rs" rfc5861,
    "scraping.rs" scraping,
    "shedding.rs" shedding,
    "shop.rs" shop,
    "singleflight.rs" singleflight,
    "slow_start.rs" slow_start,
    "soak.rs" soak,
    "soft_ttl.rs" soft_ttl,
    "stampede_middleware.rs" stampede_middleware,
    "switching.rs" switching,
    "terminal.rs" terminal,
    "tiers.rs" tiers,
    "updates.rs" updates,
    "viral.rs" viral,
    "viral_detector.rs" viral_detector,
    "warming.rs" warming,
    "watch.rs" watch,
    "xfetch.rs" xfetch,
}
