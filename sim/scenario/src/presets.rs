//! The scenarios that come with the project: `static/scenarios/*.json`.

use super::further::Further;
use super::{Fault, PairSpec, Problem, Scenario};

macro_rules! presets {
    ($($name:literal),+ $(,)?) => {
        /// Every preset's name and JSON text, in the order in which they are listed.
        pub const PRESETS: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../../static/scenarios/", $name, ".json")))),+
        ];
    };
}

presets![
    "demo-without-singleflight",
    "demo-with-singleflight",
    "four-processes",
    "expiry-without-singleflight",
    "expiry-with-singleflight",
    "many-keys",
    "my-system",
    "closed-users",
    "gap-race",
    "gap-race-recheck",
    "leader-leaves-flawed",
    "leader-leaves",
    "panic-do",
    "panic-do-chan",
    "panic-hand-over",
    "four-processes-lock",
    "four-processes-lease",
    "lock-outlived-flawed",
    "lock-outlived",
    "lock-convoy-flawed",
    "lock-convoy",
    "lock-down-flawed",
    "lock-down",
    "lock-server-gone",
    "redlock-server-gone",
    "redlock-paused",
    "fenced-paused",
    "redlock-clock",
    "fenced-clock",
    "redlock-forgets",
    "redlock-waits",
    "expiry-stale",
    "refresh-per-reader-flawed",
    "refresh-in-slots-flawed",
    "refresh-spread",
    "stale-by-ttl-flawed",
    "stale-by-soft-ttl",
    "outage-errors",
    "outage-stale-if-error",
    "cold-start-stale",
    "nginx-lock",
    "nginx-updating",
    "varnish-grace",
    "warm-cliff",
    "warm-jitter",
    "warm-jitter-flawed",
    "expiry-with-jitter",
    "hot-key",
    "hot-key-xfetch",
    "cold-start-xfetch",
    "not-found",
    "not-found-cached",
    "outage-without-breaker",
    "outage-with-breaker",
    "half-open-flawed",
    "half-open",
    "late-success-flawed",
    "late-success",
    "breaker-first",
    "breaker-behind",
    "cache-down-flawed",
    "cache-down",
    "followers-save-flawed",
    "limit-first-flawed",
    "limit-behind",
    "followers-eat-memory",
    "stale-saves-memory",
    "metastable",
    "metastable-cancels",
    "metastable-budget",
    "metastable-breaker",
    "metastable-codel",
    "metastable-adaptive",
    "metastable-bulkhead",
    "metastable-less-load",
    "metastable-restart",
    "viral-post",
    "viral-protected",
    "viral-small",
    "viral-small-protected",
    "viral-copies",
    "viral-detected",
    "viral-limit-first-flawed",
    "viral-limit-behind",
    "viral-shed-first-flawed",
    "viral-shed-behind",
    "writes-delete",
    "writes-lease",
    "writes-delete-again",
    "writes-through",
    "writes-versioned",
    "writes-behind",
    "writes-not-behind",
    "shop-none",
    "shop-tags",
    "shop-scan",
    "shop-scan-overtaken",
    "shop-namespace",
    "shop-race",
    "shop-race-lease",
    "shop-session-gap",
    "shop-session-getex",
    "shop-session-fixed",
    "shop-session-sliding",
    "shop-session-absolute",
    "shop-empty-flawed",
    "shop-empty",
    "shop-404",
    "shop-404-cached",
    "shop-short-keys-flawed",
    "shop-own-keys",
    "shop-ttl-together",
    "shop-ttl-spread",
    "shop-limit-by-proxy",
    "shop-limit-by-client",
    "shop-stock-pubsub",
    "shop-stock-streams",
    "shop-stock-slow",
    "shop-stock-database",
    "shop-benchmark-hits",
    "shop-benchmark-mix",
    "shop-memory-short",
    "shop-memory-enough",
    "shop-cache-dies",
    "shop-cache-replica",
    "shop-cache-down",
    "shop-cache-spill",
    "l1-none",
    "l1",
    "l1-fresh",
    "l1-remaining",
    "l1-word-lost",
    "l1-word",
    "l1-hard",
    "l1-soft",
    "l1-hides",
    "l1-emptied",
    "backup-none",
    "backup",
    "backup-at-once",
    "backup-behind",
    "full-lru",
    "full-sieve",
    "gateway-edge",
    "gateway-sliding",
    "greedy-client",
    "greedy-by-client",
    "greedy-by-address",
    "counters-down-closed",
    "counters-down-open",
    "retry-after-ignored",
    "retry-after-heeded",
    "ttl-fixed",
    "ttl-longer",
    "ttl-fixed-singleflight",
    "ttl-shorter",
    "waves-cold",
    "waves-warmed",
    "no-waves-cold",
    "no-waves-warmed",
    "edge-pops",
    "edge-shield",
    "edge-nginx",
    "edge-varnish",
    "edge-purge-overtaken",
    "edge-purge-generation",
    "edge-no-grace",
    "edge-grace",
    "replicas-none",
    "replicas-three",
    "replicas-old-fill",
    "replicas-marker",
    "failover-async",
    "failover-sync",
    "shed-first",
    "shed-behind",
    "shed-blind",
    "shed-important",
    "shed-count",
    "shed-delay",
    "fallback-default-first",
    "fallback-ancient-first",
    "balance-in-turn",
    "balance-least",
    "balance-any",
    "balance-two",
    "balance-old-news",
    "balance-old-news-two",
    "balance-black-hole",
    "balance-checked",
    "event-loop-followers",
    "event-loop-stale",
    "four-cores-followers",
    "fixed-fleet",
    "autoscaled",
    "autoscaled-at-once",
    "scaled-by-cpu",
    "scaled-by-in-flight",
    "restart-cold",
    "restart-slow-start",
    "unprotected",
    "layered",
    "black-friday",
    "black-friday-enterprise",
    "one-product-expires",
    "many-pages-expire",
    "rush-bare",
    "rush-protected",
    "watch-evening",
    "watch-incident",
    "watch-blink",
    "watch-blink-four",
    "check-singleflight",
    "check-lock",
    "check-breaker",
    "check-stale",
    "reference",
];

/// The preset called `name`.
pub fn find(name: &str) -> Result<Scenario, Problem> {
    match PRESETS.iter().find(|(known, _)| *known == name) {
        Some((_, text)) => Scenario::from_json(text),
        None => {
            let allowed: Vec<&str> = PRESETS.iter().map(|(name, _)| *name).collect();
            let fault = Fault::UnknownWord { found: name.to_owned(), allowed: allowed.join(", ") };
            Err(Problem::new("preset", fault))
        }
    }
}

/// Whether a scenario is a preset as it is. The first figure is none.
pub fn is_unchanged(scenario: &Scenario) -> bool {
    Further::here().is_some_and(|ways| (ways.unchanged)(scenario))
}

/// The same, where presets are.
pub(super) fn compare(scenario: &Scenario) -> bool {
    find(&scenario.name).is_ok_and(|preset| preset == *scenario)
}

/// Two presets that answer a question side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// What it is about, in one of the presets' own words.
    pub said: PairSpec,
    /// The preset on the left.
    pub left: String,
    /// The preset on the right.
    pub right: String,
}

/// The pairs that the presets' files say, in the presets' order.
pub fn pairs() -> Vec<Pair> {
    let of = |(name, text): &(&str, &str)| {
        let said = Scenario::from_json(text).ok()?.pair;
        let own = (*name).to_owned();
        let (left, right) = match (said.left.is_empty(), said.right.is_empty()) {
            (false, true) => (said.left.clone(), own),
            (true, false) => (own, said.right.clone()),
            _ => return None,
        };
        Some(Pair { said, left, right })
    };
    PRESETS.iter().filter_map(of).collect()
}
