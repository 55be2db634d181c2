//! Copies of the database to read from.

use super::fields::{DAY, Kind, real, whole};
use super::section::section;
use super::Choice;

section! {
    /// Copies of the database, a little behind it.
    pub struct ReplicasSpec in "replicas" {
        /// How many there are, each with as many cores as the database, and with
        /// as many connections to it from each process. All reads go to them. 0:
        /// none, and reads go to the database.
        count: u32 = 0, whole(0.0, 9.0);
        /// How much later than the database they have an update.
        lag_ms: f64 = 100.0, real(0.0, DAY);
        /// To which of them a read goes.
        choice: Choice = Choice::RoundRobin, Choice::KIND;
        /// How long a process waits for a replica before it asks the database
        /// itself. 0: as long as for any query.
        timeout_ms: f64 = 0.0, real(0.0, DAY);
        /// For how long after an update its key is read from the database itself.
        /// 0: it is not.
        primary_ms: f64 = 0.0, real(0.0, DAY);
        /// Whether all processes do so, because of a marker in the cache. If not,
        /// only the one that made the update.
        marker: bool = false, Kind::Flag;
    }
}
