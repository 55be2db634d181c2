//! Updates, and what becomes of the copies of what they change.

use super::fields::{DAY, real};
use super::section::{section, words};
use super::{Deed, Scenario};

section! {
    /// Requests that update their key, and what they do about the cache.
    pub struct WritesSpec in "writes" {
        /// The share of the requests that update the key they ask for.
        share: f64 = 0.0, real(0.0, 1.0);
        /// In what order the database and the cache learn of it.
        method: Method = Method::Delete, Method::KIND;
        /// After how long a process deletes the copy once more that it has
        /// deleted. 0: it does not.
        again_ms: f64 = 0.0, real(0.0, DAY);
        /// How long an update that is written behind waits for the database.
        flush_ms: f64 = 1_000.0, real(0.0, DAY);
    }
}

impl Scenario {
    /// Whether anybody updates anything.
    pub fn has_updates(&self) -> bool {
        self.writes.share > 0.0 || self.events.iter().any(|event| event.deed == Deed::Update)
    }
}

words! {
    /// What an update does.
    pub enum Method {
        /// It writes to the database, then deletes the copy in the cache.
        Delete = "delete",
        /// It writes to the database, then to the cache.
        WriteThrough = "write-through",
        /// It writes to the cache, and to the database later.
        WriteBehind = "write-behind",
        /// It writes to the database, then gives the key another name.
        VersionedKeys = "versioned-keys",
        /// It writes to the database, and leaves the copy until it expires.
        Expire = "expire",
    }
}
