//! Random systems from a number: any load, any defences in any order, impatient
//! clients, faults. The same number gives the same system natively and in Wasm.

use stampede_sim::scenario::*;

use super::dice::Dice;

fn load(d: &mut Dice) -> Load {
    let (duration_ms, at_ms) = (d.between(50.0, 600.0), d.between(0.0, 50.0));
    let think_ms = d.between(1.0, 50.0);
    let think = d.one(Distribution::ALL);
    let max_vus = d.yes(0.3).then(|| d.between(1.0, 40.0) as u32);
    match d.below(6) {
        0 => Load::Burst {
            requests: d.between(1.0, 300.0) as u32,
            at_ms,
            spread_ms: d.between(0.0, 30.0),
        },
        1 => Load::ConstantArrivalRate {
            rate: d.between(10.0, 2000.0),
            duration_ms,
            arrivals: d.one(Pacing::ALL),
            max_vus,
        },
        2 => Load::RampingArrivalRate {
            start_rate: d.between(0.0, 300.0),
            stages: vec![Stage { target: d.between(0.0, 1500.0), duration_ms }],
            arrivals: Pacing::Poisson,
            max_vus: None,
        },
        3 => Load::ConstantVus { vus: d.between(1.0, 40.0) as u32, duration_ms, think_ms, think },
        4 => Load::RampingVus {
            start_vus: d.between(0.0, 20.0) as u32,
            stages: vec![Stage { target: d.between(0.0, 30.0), duration_ms }],
            think_ms,
            think,
        },
        _ => Load::SharedIterations {
            vus: d.between(1.0, 20.0) as u32,
            iterations: d.between(1.0, 200.0) as u32,
            think_ms,
            think,
        },
    }
}

fn event(d: &mut Dice, processes: u32, s: &Scenario) -> Action {
    let for_ms = d.between(0.0, 200.0);
    let process = d.below(processes.into()) as u32;
    let deed = match d.below(18) {
        0 => Deed::ClearCache,
        1 => Deed::Burst { requests: d.between(1.0, 50.0) as u32, spread_ms: d.between(0.0, 20.0) },
        2 => Deed::DbOutage { for_ms },
        3 => Deed::DbBrownout { for_ms, slowdown: d.between(1.0, 20.0) },
        4 => Deed::CacheOutage { for_ms },
        5 => Deed::LockOutage { for_ms },
        6 => Deed::Crash { process, for_ms },
        7 => {
            let any = [
                Switch::Breaker,
                Switch::Limiter,
                Switch::Throttle,
                Switch::Bulkhead,
                Switch::Shed,
                Switch::Gateway,
                Switch::Fallback,
                Switch::Local,
            ];
            Deed::Switch { defence: d.one(&any), on: d.yes(0.6) }
        }
        8 => Deed::Update,
        9 => Deed::CounterOutage { for_ms },
        10 => Deed::LockCrash { server: d.below(s.lock.servers.into()) as u32, for_ms },
        11 => Deed::Pause { process, for_ms },
        12 => Deed::BackupOutage { for_ms },
        13 if s.replicas.count > 0 => {
            Deed::ReplicaOutage { replica: 1 + d.below(s.replicas.count.into()) as u32, for_ms }
        }
        14 if s.replicas.count > 0 => Deed::FailOver { for_ms },
        15 => Deed::ClearLocal,
        16 => Deed::ClockJump {
            server: d.below(s.lock.servers.into()) as u32,
            by_ms: d.between(0.0, 300.0),
        },
        _ => Deed::SlowProcess { process, for_ms, delay_ms: d.between(0.0, 50.0) },
    };
    Action { at_ms: d.between(0.0, 500.0), deed }
}

/// System number `number`.
pub fn scenario(number: u64) -> Scenario {
    let d = &mut Dice::new(number);
    let mut s = Scenario::new("random", load(d));
    s.keys.count = d.between(1.0, 50.0) as u32;
    s.keys.popularity = d.one(Popularity::ALL);
    s.keys.missing = if d.yes(0.3) { 0.5 } else { 0.0 };
    s.fleet.processes = d.between(1.0, 4.0) as u32;
    s.fleet.memory_mb = d.maybe(0.3, 1.0, 10.0);
    s.fleet.restart_ms = d.between(1.0, 200.0);
    s.network = NetworkSpec {
        client_ms: d.between(0.0, 5.0),
        cache_ms: d.between(0.0, 3.0),
        db_ms: d.between(0.0, 3.0),
        jitter: 0.9 * d.unit(),
    };
    s.cache = CacheSpec {
        enabled: d.yes(0.85),
        ttl_ms: d.between(1.0, 300.0),
        capacity: d.maybe(0.4, 1.0, 40.0) as u32,
        eviction: d.one(Eviction::ALL),
        ..CacheSpec::default()
    };
    s.db.pool = d.between(1.0, 30.0) as u32;
    s.db.pool_order = d.one(PoolOrder::ALL);
    s.db.cores = d.between(1.0, 30.0) as u32;
    s.db.query_ms = d.between(1.0, 60.0);
    s.db.query = d.one(Distribution::ALL);
    s.db.acquire_timeout_ms = d.maybe(0.4, 5.0, 200.0);
    s.db.query_timeout_ms = d.maybe(0.4, 5.0, 200.0);
    s.db.cancels = d.yes(0.5);
    s.db.error_rate = if d.yes(0.4) { 0.6 * d.unit() } else { 0.0 };
    s.db.panic_rate = if d.yes(0.3) { 0.1 } else { 0.0 };
    s.client = ClientSpec {
        timeout_ms: d.maybe(0.5, 5.0, 400.0),
        cancels: d.yes(0.5),
        retries: d.between(0.0, 3.0) as u32,
        backoff: d.one(Backoff::ALL),
        backoff_ms: d.between(1.0, 50.0),
        retry_budget: if d.yes(0.4) { 0.2 } else { 0.0 },
        ..ClientSpec::default()
    };
    defences(&mut s, d);
    s.keys.warm = s.cache.enabled && d.yes(0.2);
    s.lock.fence = s.cache.enabled && s.lock.servers == 1 && d.yes(0.5);
    limits(&mut s, d);
    gateway(&mut s, d);
    fallback(&mut s, d);
    coalesce(&mut s, d);
    tiers(&mut s, d);
    backup(&mut s, d);
    replicas(&mut s, d);
    edge(&mut s, d);
    s.fleet.balance = d.one(Choice::ALL);
    s.fleet.news_ms = d.maybe(0.5, 1.0, 100.0);
    s.fleet.decay_ms = d.between(1.0, 1_000.0);
    s.fleet.check_ms = d.maybe(0.5, 1.0, 100.0);
    if s.fleet.balance != Choice::Random {
        s.fleet.slow_start_ms = d.maybe(0.4, 1.0, 300.0);
    }
    s.cpu = CpuSpec {
        cores: d.maybe(0.5, 1.0, 5.0) as u32,
        mode: d.one(CpuMode::ALL),
        request_ms: d.maybe(0.7, 0.01, 3.0),
        request: d.one(Distribution::ALL),
        follower_ms: d.maybe(0.7, 0.01, 3.0),
    };
    s.shed.delay &= s.cpu.cores > 0 && s.cpu.mode == CpuMode::EventLoop;
    s.shed.adaptive &= !s.shed.delay;
    autoscaler(&mut s, d);
    let events = d.below(6);
    s.events = (0..events).map(|_| event(d, s.most_processes(), &s)).collect();
    s.writes = WritesSpec {
        share: if d.yes(0.3) { 0.4 * d.unit() } else { 0.0 },
        method: d.one(Method::ALL),
        again_ms: d.maybe(0.3, 1.0, 100.0),
        flush_ms: d.between(0.0, 200.0),
    };
    if s.writes.method == Method::VersionedKeys && (s.protect.lease || s.lock.fence) {
        s.writes.method = Method::Delete;
    }
    rush(&mut s, d);
    detector(&mut s, d);
    shop(&mut s, d);
    s
}

fn shop(s: &mut Scenario, d: &mut Dice) {
    let named = s.protect.lease || s.lock.fence || s.writes.method == Method::VersionedKeys;
    s.shop = ShopSpec {
        products: if d.yes(0.3) { s.keys.count } else { 0 },
        lists: d.between(1.0, 8.0) as u32,
        categories: d.between(1.0, 4.0) as u32,
        visitors: d.between(1.0, 20.0) as u32,
        list: 0.4 * d.unit(),
        login: 0.3 * d.unit(),
        buy: 0.3 * d.unit(),
        at_once: d.yes(0.5),
        list_ms: d.between(1.0, 100.0),
        detail_ms: d.between(1.0, 300.0),
        category_ms: d.between(1.0, 600.0),
        profile_ms: d.between(1.0, 300.0),
        session_ms: d.between(1.0, 200.0),
        session: d.one(Prolong::ALL),
        absolute_ms: d.maybe(0.4, 1.0, 300.0),
        invalidate: d.one(Invalidate::ALL),
        count: d.between(1.0, 20.0) as u32,
        empty: d.unit(),
        in_stock: d.between(0.0, 10.0) as u32,
        stock: d.one(Stock::ALL),
        buffer: d.maybe(0.5, 1.0, 5.0) as u32,
        message_ms: d.maybe(0.5, 0.1, 20.0),
        ..ShopSpec::default()
    };
    if named && s.shop.invalidate == Invalidate::Namespace {
        s.shop.invalidate = Invalidate::Scan;
    }
    if s.edge.pops > 0 {
        s.shop.products = 0;
    }
    if !s.cache.enabled {
        (s.shop.login, s.shop.buy) = (0.0, 0.0);
    }
}

fn rush(s: &mut Scenario, d: &mut Dice) {
    s.keys.top = d.maybe(0.3, 0.0, 1.0);
    s.cache.fills = d.yes(0.9);
    s.db.deadline_ms = d.maybe(0.2, 5.0, 200.0);
    s.protect.predict = d.yes(0.3);
    s.predict = PredictSpec {
        rule: d.one(ForecastRule::ALL),
        window_ms: d.between(1.0, 50.0),
        ahead: d.between(0.0, 5.0),
        alpha: d.unit(),
        beta: d.unit(),
        capacity: d.between(1.0, 2_000.0),
        share: d.unit(),
    };
}

fn detector(s: &mut Scenario, d: &mut Dice) {
    s.protect.viral = s.protect.local && d.yes(0.4);
    s.viral = ViralSpec {
        window_ms: d.between(1.0, 200.0),
        rate: d.maybe(0.7, 1.0, 200.0),
        growth: d.maybe(0.7, 1.0, 4.0),
        shares: d.maybe(0.5, 0.1, 100.0),
        hold_ms: d.between(0.0, 500.0),
    };
}

fn autoscaler(s: &mut Scenario, d: &mut Dice) {
    s.autoscale = AutoscaleSpec {
        max: if d.yes(0.3) { s.fleet.processes + d.below(4) as u32 } else { 0 },
        min: 1 + d.below(s.fleet.processes.into()) as u32,
        metric: if s.cpu.cores > 0 { d.one(ScaleBy::ALL) } else { ScaleBy::InFlight },
        target: 0.1 + 5.0 * d.unit(),
        tolerance: 0.3 * d.unit(),
        every_ms: d.between(1.0, 100.0),
        stabilize_ms: d.maybe(0.7, 1.0, 200.0),
        start_ms: d.maybe(0.7, 1.0, 100.0),
    };
}

fn gateway(s: &mut Scenario, d: &mut Dice) {
    s.protect.gateway = d.yes(0.4);
    s.gateway = GatewaySpec {
        algorithm: d.one(QuotaAlgorithm::ALL),
        limit: d.between(1.0, 50.0) as u32,
        window_ms: d.between(1.0, 300.0),
        burst: d.between(1.0, 20.0) as u32,
        by: d.one(GatewayBy::ALL),
        clock_ms: d.between(0.0, 300.0),
        shared: d.yes(0.6),
        fail_open: d.yes(0.5),
        retry_after: d.yes(0.7),
    };
    s.protect.shed = d.yes(0.3);
    s.shed = ShedSpec {
        most: d.between(1.0, 60.0) as u32,
        adaptive: d.yes(0.4),
        delay: d.yes(0.5),
        reserve: if d.yes(0.5) { d.unit() } else { 0.0 },
    };
    s.client.important = if d.yes(0.5) { d.unit() } else { 0.0 };
    s.client.heeds_retry_after = d.yes(0.5) && s.client.retries > 0;
    s.client.count = d.maybe(0.7, 1.0, 20.0) as u32;
    s.client.per_address = d.between(1.0, 5.0) as u32;
    s.client.greedy = if d.yes(0.4) { d.unit() } else { 0.0 };
}

fn coalesce(s: &mut Scenario, d: &mut Dice) {
    s.protect.coalesce = d.yes(0.3);
    s.coalesce = CoalesceSpec {
        ttl_ms: d.maybe(0.7, 1.0, 300.0).round(),
        error_ttl_ms: d.maybe(0.3, 1.0, 100.0).round(),
        by_query: d.yes(0.5),
        by_account: d.yes(0.5),
        by_origin: d.yes(0.5),
        obeys: d.yes(0.7),
        all_headers: d.yes(0.3),
        keeps_empty: d.yes(0.5),
        streams: d.yes(0.5),
        shared: d.yes(0.5),
        by_body: d.yes(0.5),
        counts_age: d.yes(0.5),
        only_get: d.yes(0.5),
    };
    s.http = HttpSpec {
        queries: d.maybe(0.5, 1.0, 4.0) as u32,
        accounts: d.maybe(0.5, 1.0, 4.0) as u32,
        origins: d.maybe(0.5, 1.0, 4.0) as u32,
        private: d.yes(0.5),
        cookies: d.yes(0.5),
        cache_control: d.one(CacheControl::ALL),
        max_age_ms: d.between(1.0, 300.0).round(),
        stream_ms: d.maybe(0.5, 1.0, 50.0),
        etags: d.yes(0.5),
        empty: d.yes(0.2),
        languages: d.maybe(0.3, 1.0, 4.0) as u32,
        vary_language: d.yes(0.5),
        vary_origin: d.yes(0.5),
        age_ms: d.maybe(0.3, 1.0, 300.0).round(),
        size_kb: d.maybe(0.5, 0.0, 100.0),
        posts: d.maybe(0.3, 0.0, 1.0),
        bodies: d.between(1.0, 4.0) as u32,
    };
}

fn fallback(s: &mut Scenario, d: &mut Dice) {
    s.protect.fallback = d.yes(0.3);
    s.fallback = FallbackSpec {
        first: d.one(Instead::ALL),
        second: d.one(Instead::ALL),
        third: d.one(Instead::ALL),
        oldest_ms: d.between(0.0, 400.0),
    };
}

fn tiers(s: &mut Scenario, d: &mut Dice) {
    s.protect.local = d.yes(0.3);
    s.local = LocalSpec {
        ttl_ms: d.between(1.0, 300.0),
        soft_ms: d.maybe(0.5, 1.0, 200.0),
        promote: d.one(Promotion::ALL),
        capacity: d.maybe(0.5, 1.0, 20.0) as u32,
        eviction: d.one(Eviction::ALL),
        lost: if d.yes(0.5) { d.unit() } else { 0.0 },
    };
}

fn backup(s: &mut Scenario, d: &mut Dice) {
    s.protect.backup = s.cache.enabled && d.yes(0.3);
    s.backup = BackupSpec {
        ttl_ms: d.between(1.0, 600.0),
        delay_ms: d.between(0.0, 20.0),
        promote: d.one(Promotion::ALL),
        behind: d.yes(0.5),
        capacity: d.maybe(0.3, 1.0, 40.0) as u32,
        eviction: d.one(Eviction::ALL),
    };
}

fn replicas(s: &mut Scenario, d: &mut Dice) {
    s.replicas = ReplicasSpec {
        count: d.maybe(0.4, 1.0, 3.0) as u32,
        lag_ms: d.between(0.0, 200.0),
        sync: d.yes(0.3),
        choice: d.one(Choice::ALL),
        timeout_ms: d.maybe(0.4, 1.0, 60.0),
        primary_ms: d.maybe(0.5, 1.0, 300.0),
        marker: s.cache.enabled && d.yes(0.5),
    };
}

fn edge(s: &mut Scenario, d: &mut Dice) {
    s.edge = EdgeSpec {
        pops: d.maybe(0.3, 1.0, 4.0) as u32,
        origin_ms: d.between(0.0, 20.0),
        spread_ms: d.between(0.0, 20.0),
        skew: 0.01 + 0.99 * d.unit(),
        ttl_ms: if d.yes(0.3) { 1_000.0 } else { d.between(1.0, 300.0) },
        grace_ms: d.maybe(0.5, 1.0, 300.0),
        merge: d.one(Merge::ALL),
        shield: d.yes(0.5),
        shield_ms: d.between(0.0, 5.0),
        purge_ms: d.maybe(0.5, 1.0, 100.0),
        generation: d.yes(0.5),
        warm: d.yes(0.5),
    };
}

fn limits(s: &mut Scenario, d: &mut Dice) {
    s.protect.concurrency = d.yes(0.3);
    s.concurrency = ConcurrencySpec {
        rule: d.one(ConcurrencyRule::ALL),
        initial: d.between(1.0, 30.0) as u32,
        least: d.between(1.0, 5.0) as u32,
        most: d.between(5.0, 40.0) as u32,
        timeout_ms: d.between(5.0, 200.0),
    };
    s.protect.bulkhead = d.yes(0.3);
    s.bulkhead =
        BulkheadSpec { most: d.between(1.0, 20.0) as u32, wait_ms: d.maybe(0.6, 1.0, 200.0) };
}

fn defences(s: &mut Scenario, d: &mut Dice) {
    let cache = s.cache.enabled;
    let p = &mut s.protect;
    p.singleflight = d.yes(0.5);
    p.recheck = d.yes(0.5) && p.singleflight && cache;
    p.lock = d.yes(0.4);
    p.lease = d.yes(0.4) && cache && !p.lock;
    for needs_cache in [&mut p.stale, &mut p.jitter, &mut p.xfetch, &mut p.negative, &mut p.spill] {
        *needs_cache = d.yes(0.4) && cache;
    }
    for switch in [&mut p.breaker, &mut p.limiter, &mut p.throttle, &mut p.codel] {
        *switch = d.yes(0.4);
    }
    p.adaptive_ttl = d.yes(0.4) && cache;
    p.warming = d.yes(0.4) && cache;
    let mut layers = Layer::ALL.to_vec();
    for i in (1..layers.len()).rev() {
        layers.swap(i, d.below(i as u64 + 1) as usize);
    }
    layers.truncate(d.below(6) as usize);
    p.order = layers;
    s.singleflight = SingleflightSpec {
        mode: d.one(FlightMode::ALL),
        wait_ms: d.maybe(0.5, 5.0, 200.0),
        late: d.one(Late::ALL),
        forget_ms: d.maybe(0.3, 5.0, 100.0),
        waiters: d.one(Waiters::ALL),
        poll_ms: d.between(1.0, 100.0),
        covers: d.one(Covers::ALL),
    };
    s.lock = LockSpec {
        ttl_ms: d.between(5.0, 300.0),
        renew: d.yes(0.5),
        poll_ms: d.between(1.0, 60.0),
        wait_ms: d.between(1.0, 400.0),
        fallback: d.one(LockFallback::ALL),
        fence: false,
        servers: if d.yes(0.5) { d.between(2.0, 9.0) as u32 } else { 1 },
        answer_ms: d.between(1.0, 60.0),
        drift: if d.yes(0.5) { 0.5 * d.unit() } else { 0.01 },
    };
    s.adaptive_ttl = AdaptiveTtlSpec {
        popular: d.one(Popular::ALL),
        requests: d.between(1.0, 20.0),
        least_ms: d.between(1.0, 300.0),
        most_ms: d.between(1.0, 300.0),
    };
    s.warming = WarmingSpec { lead_ms: d.between(0.0, 100.0) };
    s.lease = LeaseSpec {
        hold_ms: d.between(5.0, 300.0),
        retry_ms: d.between(1.0, 50.0),
        wait_ms: d.between(1.0, 300.0),
    };
    s.stale = StaleSpec {
        while_ms: d.between(0.0, 500.0),
        if_error_ms: d.between(0.0, 500.0),
        who: d.one(StaleWho::ALL),
        ..StaleSpec::default()
    };
    s.breaker = BreakerSpec {
        rule: d.one(BreakerRule::ALL),
        failures: d.between(1.0, 10.0) as u32,
        min_calls: d.between(1.0, 20.0) as u32,
        window_calls: 20,
        open_ms: d.between(10.0, 300.0),
        half_open: d.between(1.0, 5.0) as u32,
        ..BreakerSpec::default()
    };
    s.limiter.rule = d.one(LimiterRule::ALL);
    s.limiter.limit = d.between(1.0, 50.0) as u32;
    s.stale.spread_ms = d.maybe(0.3, 1.0, 200.0);
}
