//! Leases: the cache says who may load a key.
//!
//! - Whoever misses first gets a token (memcached's flag `W`, for "win"); until
//!   it is redeemed or too old, everybody else is told to wait (`Z`).
//! - Only the token lets its holder write. Deleting the key makes tokens that
//!   are out worthless, so a value read before the deletion cannot come back.
//! - A token per key and ten seconds, whatever happens: if its holder dies,
//!   the key stays unfilled for that long.
//!
//! Source: Nishtala et al., *Scaling Memcache at Facebook*, NSDI 2013, §3.2.1;
//! memcached `protocol.txt`, meta commands `mg` with `N`, `ms` with `C`, `md`.

use super::keyed::Keyed;
use super::request::Key;
use crate::engine::Nanos;

/// The tokens that are out.
pub struct Leases {
    hold: Nanos,
    out: Keyed<Lease>,
    last: u32,
}

#[derive(Clone, Copy)]
struct Lease {
    token: u32,
    until: Nanos,
}

impl Leases {
    /// No token is out; each will be good for `hold`.
    pub fn new(hold: Nanos) -> Leases {
        Leases { hold, out: Keyed::default(), last: 0 }
    }

    /// Somebody missed a key: a token, or `None`: wait.
    pub fn ask(&mut self, now: Nanos, key: Key) -> Option<u32> {
        if self.out.get(key).is_some_and(|lease| now < lease.until) {
            return None;
        }
        self.last += 1;
        self.out.insert(key, Lease { token: self.last, until: now + self.hold });
        Some(self.last)
    }

    /// Somebody wants to write a key: whether the token is good. It is good
    /// once.
    pub fn redeem(&mut self, now: Nanos, key: Key, token: u32) -> bool {
        let good = self.out.get(key).is_some_and(|lease| lease.token == token && now < lease.until);
        if good {
            self.out.remove(key);
        }
        good
    }

    /// A key was deleted, or written by somebody who did not ask.
    pub fn revoke(&mut self, key: Key) {
        self.out.remove(key);
    }

    /// Every key was deleted.
    pub fn revoke_all(&mut self) {
        self.out = Keyed::default();
    }
}
