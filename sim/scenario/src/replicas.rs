//! Copies of the database to read from.

use super::Choice;
use super::fields::{DAY, Kind, real, whole};
use super::section::section;

section! {
    /// Copies of the database, a little behind it.
    pub struct ReplicasSpec in "replicas" {
        /// How many there are beside the primary, each with as many cores, and with
        /// as many connections from each process. All reads go to them. 0: none,
        /// and reads go to the primary.
        count: u32 = 0, whole(0.0, 9.0);
        /// How long an update takes from the primary to them.
        lag_ms: f64 = 100.0, real(0.0, DAY);
        /// Whether the primary waits for that long before it confirms an update
        /// and shows it (`synchronous_commit = remote_apply`).
        sync: bool = false, Kind::Flag;
        /// To which of them a read goes.
        choice: Choice = Choice::RoundRobin, Choice::KIND;
        /// How long a process waits for a replica before it asks the primary.
        /// 0: as long as for any query.
        timeout_ms: f64 = 0.0, real(0.0, DAY);
        /// For how long after an update its key is read from the primary.
        /// 0: it is not.
        primary_ms: f64 = 0.0, real(0.0, DAY);
        /// Whether all processes do so, because of a marker in the cache. If not,
        /// only the one that made the update.
        marker: bool = false, Kind::Flag;
    }
}
