//! What counts as a defence, and how it is taken away.
//!
//! Every switch of `protect`, and those parts of the world and habits of its
//! clients that are there to take load off others or to bound a wait. What the
//! system is made of (load, keys, cache, pool, cores, network) is none, nor are
//! a defence's knobs: they go with it. Nor are retries, which add load.

use crate::scenario::{Backoff, Choice, DEFENCES, Defence, Flaw, Scenario, Switch};

/// A defence of a run.
#[derive(Clone, Copy)]
pub enum Part {
    /// One of `protect`.
    Protect(&'static Defence),
    /// A part of the world.
    World(&'static World),
}

/// A part of the world that counts as a defence.
pub struct World {
    /// The field that says whether it is there.
    pub path: &'static str,
    /// Its name, in English and in Japanese.
    pub names: [&'static str; 2],
    is_on: fn(&Scenario) -> bool,
    take_away: fn(&mut Scenario),
    /// The path of another that it means nothing without.
    needs: Option<&'static str>,
}

/// Those that a request meets before it comes to a process.
static BEFORE: [World; 10] = [
    World {
        path: "client.backoff",
        names: ["backoff", "バックオフ"],
        is_on: |s| s.client.retries > 0 && s.client.backoff != Backoff::None,
        take_away: |s| s.client.backoff = Backoff::None,
        needs: None,
    },
    World {
        path: "client.retry_budget",
        names: ["retry budget", "再試行の予算"],
        is_on: |s| s.client.retries > 0 && s.client.retry_budget > 0.0,
        take_away: |s| s.client.retry_budget = 0.0,
        needs: None,
    },
    World {
        path: "client.heeds_retry_after",
        names: ["heeding Retry-After", "Retry-After に従う"],
        is_on: |s| s.client.retries > 0 && s.client.heeds_retry_after,
        take_away: |s| s.client.heeds_retry_after = false,
        needs: Some("protect.gateway"),
    },
    World {
        path: "client.cancels",
        names: ["cancellation", "キャンセルの伝播"],
        is_on: |s| s.client.timeout_ms > 0.0 && s.client.cancels,
        take_away: |s| s.client.cancels = false,
        needs: None,
    },
    World {
        path: "edge.pops",
        names: ["edge (CDN)", "エッジ（CDN）"],
        is_on: |s| s.edge.pops > 0,
        take_away: |s| s.edge.pops = 0,
        needs: None,
    },
    World {
        path: "edge.shield",
        names: ["shield", "シールド"],
        is_on: |s| s.edge.pops > 0 && s.edge.shield,
        take_away: |s| s.edge.shield = false,
        needs: Some("edge.pops"),
    },
    World {
        path: "edge.grace_ms",
        names: ["grace at the edge", "エッジの猶予"],
        is_on: |s| s.edge.pops > 0 && s.edge.grace_ms > 0.0,
        take_away: |s| s.edge.grace_ms = 0.0,
        needs: Some("edge.pops"),
    },
    World {
        path: "fleet.balance",
        names: ["balancer's choice", "ロードバランサーの選択"],
        is_on: |s| s.most_processes() > 1 && s.fleet.balance != Choice::RoundRobin,
        take_away: |s| s.fleet.balance = Choice::RoundRobin,
        needs: None,
    },
    World {
        path: "fleet.slow_start_ms",
        names: ["slow start", "スロースタート"],
        is_on: |s| s.fleet.slow_start_ms > 0.0,
        take_away: |s| s.fleet.slow_start_ms = 0.0,
        needs: None,
    },
    World {
        path: "autoscale.max",
        names: ["autoscaler", "オートスケーラー"],
        is_on: |s| s.autoscale.max > 0,
        take_away: |s| s.autoscale.max = 0,
        needs: None,
    },
];

/// Those that it meets at the database.
static BEHIND: [World; 4] = [
    World {
        path: "db.acquire_timeout_ms",
        names: ["pool time-out", "プール待ちのタイムアウト"],
        is_on: |s| s.db.acquire_timeout_ms > 0.0,
        take_away: |s| s.db.acquire_timeout_ms = 0.0,
        needs: None,
    },
    World {
        path: "db.deadline_ms",
        names: ["database deadline", "データベースのデッドライン"],
        is_on: |s| s.db.deadline_ms > 0.0,
        take_away: |s| s.db.deadline_ms = 0.0,
        needs: None,
    },
    World {
        path: "db.query_timeout_ms",
        names: ["query time-out", "クエリのタイムアウト"],
        is_on: |s| s.db.query_timeout_ms > 0.0,
        take_away: |s| s.db.query_timeout_ms = 0.0,
        needs: None,
    },
    World {
        path: "replicas.count",
        names: ["replicas", "レプリカ"],
        is_on: |s| s.replicas.count > 0,
        take_away: |s| s.replicas.count = 0,
        needs: None,
    },
];

impl Part {
    /// Everything that counts, in the order of a request.
    pub fn all() -> impl Iterator<Item = Part> {
        let protect = DEFENCES.iter().map(Part::Protect);
        BEFORE.iter().map(Part::World).chain(protect).chain(BEHIND.iter().map(Part::World))
    }

    /// The field that says whether it is there.
    pub fn path(&self) -> String {
        match self {
            Part::Protect(defence) => format!("protect.{}", defence.key),
            Part::World(world) => world.path.to_owned(),
        }
    }

    /// Its name, in English and in Japanese.
    pub fn names(&self) -> [&'static str; 2] {
        match self {
            Part::Protect(defence) => defence.names,
            Part::World(world) => world.names,
        }
    }

    pub(super) fn is_on(&self, scenario: &Scenario) -> bool {
        match self {
            Part::Protect(defence) => scenario.protect.is_on(defence.switch),
            Part::World(world) => (world.is_on)(scenario),
        }
    }

    /// With a defence goes the mistake in it.
    pub(super) fn take_away(&self, scenario: &mut Scenario) {
        match self {
            Part::Protect(defence) => {
                let flaw = scenario.protect.flaw;
                let first = flaw == Flaw::LimitFirst && defence.switch == Switch::Singleflight;
                if flaw.of() == Some(defence.switch) || first {
                    scenario.protect.flaw = Flaw::None;
                }
                *scenario.protect.flag(defence.switch) = false;
            }
            Part::World(world) => (world.take_away)(scenario),
        }
    }

    /// Whether it is what this switches.
    pub(super) fn switches(&self, switch: Switch) -> bool {
        matches!(self, Part::Protect(defence) if defence.switch == switch)
    }

    /// Whether it means nothing without another.
    pub(super) fn needs(&self, other: &Part) -> bool {
        let path = other.path();
        match self {
            Part::Protect(defence) => defence.needs.iter().any(|(needed, _)| *needed == path),
            Part::World(world) => world.needs == Some(&path),
        }
    }
}
