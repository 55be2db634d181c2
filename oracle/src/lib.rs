//! For tests: a real Prometheus and promtool on this machine, and what they say beside
//! what we say (they need Debian's package `prometheus`); and what something costs.

pub mod compare;
pub mod promtool;
pub mod server;
pub mod work;

/// What `cargo xtask test` installs, in words.
pub const MISSING: &str = "prometheus and promtool are needed (Debian: apt-get install prometheus)";
