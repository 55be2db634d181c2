//! Defences with the mistakes that people make in them, one file each, to be
//! run beside the version that does it right. Each says where it is seen.

pub mod error_is_busy;
pub mod error_is_miss;
pub mod followers_save;
pub mod leader_context;
pub mod limit_first;
pub mod never_fills;
pub mod racy_breaker;
pub mod refresh_per_reader;
pub mod stale_by_ttl;
pub mod truncated_jitter;
pub mod unfenced_lock;
