//! What something costs.

use std::time::Duration;

/// How long this thread has been at work. Linux says so itself, whatever else the machine
/// has to do; elsewhere it is the time.
pub fn worked() -> Duration {
    let here = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    match here.and_then(|text| text.split(' ').next()?.parse().ok()) {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        #[expect(clippy::disallowed_methods, reason = "how long something takes is wall time")]
        None => std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap(),
    }
}
