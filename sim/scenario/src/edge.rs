//! Caches near the clients (a CDN).

use super::fields::{DAY, Kind, real, whole};
use super::section::{section, words};

section! {
    /// Caches near the clients, in front of the processes, which are their origin.
    pub struct EdgeSpec in "edge" {
        /// How many points of presence (PoPs) there are, each with a cache of its
        /// own. A client asks one of them, always the same, `network.client_ms`
        /// away. 0: none, and clients ask the processes.
        pops: u32 = 0, whole(0.0, 8.0);
        /// One way between the first PoP and the origin.
        origin_ms: f64 = 10.0, real(0.0, DAY);
        /// How much farther from the origin each further PoP is.
        spread_ms: f64 = 20.0, real(0.0, DAY);
        /// How many clients each further PoP has for one of the PoP before it.
        skew: f64 = 1.0, real(0.01, 1.0);
        /// For how long an object is fresh in a cache. As nginx counts, in whole
        /// seconds: what is less than one is not stored.
        ttl_ms: f64 = 10_000.0, real(1.0, DAY);
        /// For how long after that it is given out while it is fetched again.
        grace_ms: f64 = 0.0, real(0.0, DAY);
        /// What becomes of those who ask for what is being fetched.
        merge: Merge = Merge::Varnish, Merge::KIND;
        /// Whether PoPs fetch from one more cache, beside the origin, that asks for
        /// all of them.
        shield: bool = false, Kind::Flag;
        /// One way between that one and the origin.
        shield_ms: f64 = 1.0, real(0.0, DAY);
        /// How long after an update all of them are told to drop the object
        /// (purge). 0: nobody tells them.
        purge_ms: f64 = 0.0, real(0.0, DAY);
        /// Whether what was fetched from before a purge is not stored after it.
        generation: bool = false, Kind::Flag;
        /// Whether they hold at the start what they do on any day at the rate that
        /// the load begins with. If `keys.expires_ms` is given, all of them hold the
        /// most popular key, and it expires then. Otherwise they hold nothing.
        warm: bool = false, Kind::Flag;
    }
}

words! {
    /// What becomes of those who ask for what is being fetched.
    pub enum Merge {
        /// They are parked, and woken when it is there.
        Varnish = "varnish",
        /// They look every 500 ms whether it is there, if it is new. What has
        /// expired is fetched by everybody.
        Nginx = "nginx",
        /// They fetch it, too.
        Apart = "apart",
    }
}
