//! What the parts that somebody knows of make of a system.
//!
//! Of each, what no form asks for is as it is where nobody has done anything about
//! it: no server tells another of an update, and nobody tells a region; reads go to
//! replicas and nowhere else, and clients have used nothing of their limit when a
//! run begins. Regions have as many clients each, and hold what they do on any day.

use stampede_sim::scenario::{Action, Deed};

use super::{Empty, Number, PARTS, System};

impl System {
    /// What they change in a scenario.
    pub(super) fn parts(&self) -> Vec<(&'static str, String)> {
        let mut all = Vec::new();
        let mut set = |path, value: &dyn ToString| all.push((path, value.to_string()));
        if let Some(regions) = self.regions {
            set("edge.pops", &regions);
            set("edge.origin_ms", &(self.trip() / 2.0));
            set("edge.spread_ms", &0);
            set("edge.ttl_ms", &(self.edge() * 1e3));
            set("edge.shield", &self.has_shield());
            set("edge.shield_ms", &0);
            set("edge.warm", &true);
        }
        if let Some(limit) = self.limit {
            set("protect.gateway", &true);
            set("gateway.limit", &limit);
            set("gateway.window_ms", &(self.window() * 1e3).round());
            set("client.count", &self.clients());
            if let Some(address) = self.address {
                set("gateway.by", &"address");
                set("client.per_address", &address);
            }
        }
        if let Some(inside) = self.inside {
            set("protect.shed", &true);
            set("shed.most", &inside);
        }
        if let Some(cpu) = self.cpu {
            set("cpu.cores", &self.threads());
            set("cpu.mode", &if self.is_event_loop() { "event-loop" } else { "sharing" });
            set("cpu.request_ms", &cpu);
            set("cpu.follower_ms", &cpu);
        }
        if let Some(copy) = self.copy {
            set("protect.local", &true);
            set("local.ttl_ms", &(copy * 1e3));
            set("local.lost", &1);
        }
        if let Some(updates) = self.updates {
            set("writes.share", &(updates / 100.0));
        }
        if let Some(replicas) = self.replicas {
            set("replicas.count", &replicas);
            set("replicas.lag_ms", &self.lag());
        }
        all
    }

    /// The updates of the hottest value that there are on any day.
    pub(super) fn updates(&self) -> impl Iterator<Item = Action> {
        let every = self.every.unwrap_or(f64::INFINITY);
        let times = (self.span() / every).floor() as u32;
        (1..=times).map(move |time| {
            let at_ms = (f64::from(time) * every * 1e3).round();
            Action { at_ms, deed: Deed::Update }
        })
    }

    /// How many milliseconds it is from a region to the servers and back.
    pub fn trip(&self) -> f64 {
        self.usual("trip")
    }

    /// For how many seconds a value is fresh in a region.
    pub fn edge(&self) -> f64 {
        self.usual("edge")
    }

    /// Whether regions fetch through a shield.
    pub fn has_shield(&self) -> bool {
        self.usual("shield") == 1.0
    }

    /// How many milliseconds a request takes by itself that needs a query.
    pub fn alone(&self) -> f64 {
        self.query + self.cpu.unwrap_or(0.0) + self.regions.map_or(0.0, |_| self.trip())
    }

    /// Whether anybody updates anything on any day.
    pub fn has_updates(&self) -> bool {
        self.updates.is_some() || self.every.is_some()
    }

    /// Whether a server does one piece of work at a time.
    pub fn is_event_loop(&self) -> bool {
        self.threads() == 1.0
    }

    /// In how many seconds a client may make as many requests as it may.
    pub fn window(&self) -> f64 {
        self.usual("window")
    }

    /// How many clients there are, where that is counted.
    pub fn clients(&self) -> f64 {
        self.usual("clients")
    }

    /// CPU cores of a server.
    pub fn threads(&self) -> f64 {
        self.usual("threads")
    }

    /// How many milliseconds replicas are behind.
    pub fn lag(&self) -> f64 {
        self.usual("lag")
    }

    /// A number, or what it usually is.
    fn usual(&self, key: &str) -> f64 {
        let is_it = |number: &&Number| number.key == key;
        PARTS.iter().find(is_it).map_or(0.0, |number| match ((number.get)(self), number.empty) {
            (Some(value), _) | (None, Empty::Usual(_, value)) => value,
            _ => 0.0,
        })
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use crate::runs::tests::done;
    use crate::sandbox::{CURES, GRACE, Outcome, System, Trial, Trouble};

    /// What comes of a trouble that it can have, without a defence.
    fn outcome(system: &System, trouble: Trouble) -> Outcome {
        let ranked = done(Trial::of_troubles(system.clone()), 1, |_| 0).ranked();
        ranked.into_iter().find(|outcome| outcome.trouble == trouble).expect("it can have that")
    }

    /// A count is what was expected, up to four standard deviations.
    fn about(count: u64, expected: f64) {
        let off = (count as f64 - expected).abs();
        assert!(off <= 4.0 * expected.sqrt(), "{count} instead of {expected}");
    }

    /// One key, and its herd is one query from each of three regions instead of
    /// λ·Δ + 1; with a shield it is one for all of them.
    #[test]
    fn regions_fetch_once_each() {
        let system =
            System { hot: 100.0, regions: Some(3.0), edge: Some(60.0), ..System::default() };
        let expiry = outcome(&system, Trouble::Expiry);
        assert_eq!((expiry.besides.fetched, expiry.db_calls), (3, 3));
        let shielded = System { shield: Some(1.0), ..system.clone() };
        let expiry = outcome(&shielded, Trouble::Expiry);
        assert_eq!((expiry.besides.fetched, expiry.db_calls), (1, 1));
        // What is there is no cure, and without regions there is nothing to cure.
        assert_eq!(system.cures().len() - shielded.cures().len(), 1);
        assert_eq!(System::default().cures(), CURES);
        assert!(!System::default().troubles().contains(&Trouble::Regions));
    }

    /// A hundred a second for the hottest value, which is fresh in all regions for
    /// three seconds more when it is updated.
    #[test]
    fn regions_do_not_see_an_update() {
        let system = System { regions: Some(3.0), edge: Some(4.0), ..System::default() };
        let update = outcome(&system, Trouble::Update);
        about(update.besides.old, 3.0 * 100.0);
        let after = update.old_after(&system).unwrap();
        assert!((2.8..=3.3).contains(&after), "{after}");
    }

    /// Five hundred a second want a value that expires everywhere while the database
    /// is down, for four seconds more: none of them fails where a region goes on
    /// giving it out.
    #[test]
    fn grace_outlives_an_outage() {
        let system = System {
            hot: 100.0,
            retries: 0.0,
            regions: Some(3.0),
            edge: Some(60.0),
            ..System::default()
        };
        about(outcome(&system, Trouble::Outage).errors, 4.0 * 500.0);
        let cured = done(Trial::of_cures(system, Trouble::Outage), 1, |_| 0).ranked();
        let grace = cured.iter().find(|outcome| outcome.cure.0 == [GRACE]).unwrap();
        assert_eq!(grace.errors, 0);
    }

    /// Four servers with a core do a hundred requests of 40 ms a second. Regions
    /// leave them less than that on any day; when they have lost their caches, all
    /// five hundred come.
    #[test]
    fn regions_that_are_empty_ask_for_everything() {
        let system = System {
            retries: 0.0,
            cpu: Some(40.0),
            threads: Some(1.0),
            regions: Some(3.0),
            edge: Some(600.0),
            ..System::default()
        };
        assert!(outcome(&system, Trouble::Expiry).is_whole());
        assert!(!outcome(&system, Trouble::Regions).is_whole());
    }

    /// A hundred a second for the hottest key, of which three servers in four keep
    /// what they read at the start for four seconds: three after an update.
    #[test]
    fn copies_do_not_see_an_update() {
        let system = System { copy: Some(4.0), ..System::default() };
        let update = outcome(&system, Trouble::Update);
        about(update.besides.old, 3.0 * 100.0 * 3.0 / 4.0);
        let after = update.old_after(&system).unwrap();
        assert!((2.8..=3.3).contains(&after), "{after}");
        // Who made it knows of it.
        let alone = System { servers: 1.0, ..system };
        assert_eq!(outcome(&alone, Trouble::Update).besides.old, 0);
    }

    /// A reader loads from a replica what it is behind with, and that is in the
    /// cache for a whole ttl: everybody's answer, until the end.
    #[test]
    fn replicas_fill_the_cache_with_what_is_old() {
        let system = System { replicas: Some(2.0), ..System::default() };
        let update = outcome(&system, Trouble::Update);
        about(update.besides.old, 100.0 * (system.span() - 1.05));
        assert_eq!(update.old_after(&system), None);
        let even = System { lag: Some(0.0), ..system };
        assert_eq!(outcome(&even, Trouble::Update).besides.old, 0);
    }

    /// Two hundred updates a second, of which replicas do not have the last half
    /// second when the primary goes down.
    #[test]
    fn a_fail_over_loses_updates() {
        let system = System {
            replicas: Some(1.0),
            lag: Some(500.0),
            updates: Some(40.0),
            ..System::default()
        };
        let fail_over = outcome(&system, Trouble::FailOver);
        about(fail_over.besides.undone, 0.5 * 200.0);
        assert!(fail_over.lost >= fail_over.errors + fail_over.besides.undone);
        let even = System { lag: Some(0.0), ..system.clone() };
        assert_eq!(outcome(&even, Trouble::FailOver).besides.undone, 0);
        // Nobody can lose what nobody does.
        let read_only = System { updates: None, ..system };
        assert!(!read_only.troubles().contains(&Trouble::FailOver));
    }

    /// In place of a replica the primary is asked: nobody fails, unless that has
    /// enough to do with updates. Two hundred of them a second keep ten of its cores
    /// busy, and twelve are not enough for them and for what they make others load.
    /// Without any server nobody can load, as without any replica.
    #[test]
    fn the_primary_is_asked_in_place_of_a_replica() {
        let system = System::default();
        let without = outcome(&system, Trouble::Outage).errors;
        let one = System { replicas: Some(1.0), ..system };
        about(outcome(&one, Trouble::Outage).errors, without as f64);
        assert_eq!(outcome(&one, Trouble::Replica).errors, 0);
        let busy = System { cores: 12.0, updates: Some(40.0), ..one };
        assert!(outcome(&busy, Trouble::Expiry).is_whole());
        assert!(!outcome(&busy, Trouble::Replica).is_whole());
    }

    /// A hundred a second wait a second for one query, but for the one who makes it.
    #[test]
    fn followers_wake_with_their_query() {
        let system = System {
            rate: 100.0,
            hot: 100.0,
            query: 1000.0,
            servers: 1.0,
            cpu: Some(5.0),
            threads: Some(1.0),
            ..System::default()
        };
        about(outcome(&system, Trouble::Wake).besides.woken, 100.0);
        assert_eq!(outcome(&system, Trouble::Expiry).besides.woken, 0);
        assert!(!System { cpu: None, ..system }.troubles().contains(&Trouble::Wake));
    }

    /// A hundred clients send 25 requests each in five seconds, and may send ten.
    /// After sixteen seconds three windows are over, and of the fourth a second:
    /// five for each.
    #[test]
    fn a_limit_refuses_what_is_above_it() {
        let system = System {
            retries: 0.0,
            limit: Some(10.0),
            window: Some(5.0),
            clients: Some(100.0),
            ..System::default()
        };
        let day = outcome(&system, Trouble::Expiry);
        about(day.besides.over_quota, 16.0 * 500.0 - (3.0 * 10.0 + 5.0) * 100.0);
        assert_eq!(day.errors, day.besides.over_quota);
        // Ten addresses with ten clients each.
        let shared = System { address: Some(10.0), ..system.clone() };
        about(outcome(&shared, Trouble::Expiry).besides.over_quota, 16.0 * 500.0 - 400.0);
        // Twice as many come for five seconds, and have no more.
        let rush = outcome(&system, Trouble::Rush).besides.over_quota;
        about(rush, (16.0 + 5.0) * 500.0 - (3.0 * 10.0 + 5.0) * 100.0);
        let enough = System { limit: Some(100.0), ..system };
        assert_eq!(outcome(&enough, Trouble::Expiry).besides.over_quota, 0);
    }

    /// One who waits a second for a query fills a server that takes in one, and of
    /// a hundred a second all others are refused. Those that are hits, over in a
    /// millisecond, meet one another now and then.
    #[test]
    fn a_full_server_refuses() {
        let system = System {
            rate: 100.0,
            hot: 100.0,
            query: 1000.0,
            servers: 1.0,
            retries: 0.0,
            inside: Some(1.0),
            ..System::default()
        };
        let day = outcome(&system, Trouble::Expiry);
        assert_eq!(day.errors, day.besides.turned_away);
        let hits = 100.0 * (system.span() - 1.0);
        let meet = hits * (1.0 - libm::exp(-100.0 * 1.0 / 1e3));
        about(day.besides.turned_away, 100.0 + meet);
        let large = System { inside: Some(1000.0), ..system };
        assert_eq!(outcome(&large, Trouble::Expiry).besides.turned_away, 0);
    }

    /// On any day the hottest value is updated so often, besides what else happens.
    #[test]
    fn the_hottest_value_is_updated() {
        let system = System { every: Some(4.0), ..System::default() };
        assert_eq!(system.span(), 16.0);
        for (trouble, others) in [(Trouble::Expiry, 0), (Trouble::Outage, 1)] {
            let link = system.link(trouble, CURES[0]);
            let times: Vec<f64> = link.lanes[0].actions.iter().map(|a| a.at_ms).collect();
            assert_eq!(times[others..], [4_000.0, 8_000.0, 12_000.0, 16_000.0]);
        }
    }
}
