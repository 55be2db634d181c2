//! Flawed: a TTL of nothing is taken for one that was not given.
//!
//! Whoever asks for it wants answers that are as fresh as they can be, and still only
//! one call at a time. What he gets is an answer that is up to a minute old.
//!
//! Seen in go-chi/stampede, whose README says the first and whose `http.go` does the
//! second.

use crate::engine::Nanos;

/// For how long an answer is kept.
pub fn ttl(given: Nanos) -> Nanos {
    // The bug: that means not at all, and here it means a minute.
    if given.0 == 0 { Nanos::from_ms(60_000.0) } else { given }
}
