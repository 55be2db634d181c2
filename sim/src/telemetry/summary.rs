//! The end-of-test summary, laid out as k6 does it.

use std::fmt::Write;

use super::{Kind, Tape};
use crate::engine::Nanos;

/// Width to which names are filled with dots.
const NAME: usize = 24;

/// A run's numbers for people to read.
pub fn summary(tape: &Tape, scenario: &str, seed: u64) -> String {
    let Tape { counters, latency, log, .. } = tape;
    let span = counters.makespan().secs();
    let mut out = format!("\n     scenario: {scenario}, seed {seed}\n\n  █ TOTAL RESULTS\n\n");
    let mut line = |name: &str, value: String| {
        let dots = ".".repeat(NAME.saturating_sub(name.len()).max(3));
        // Writing to a String cannot fail.
        let _ = writeln!(out, "    {name}{dots}: {value}");
    };
    let counted = |n: u64| match span {
        0.0 => n.to_string(),
        span => format!("{n:<8} {:.2}/s", n as f64 / span),
    };
    line("cache_hits", counted(counters.hits()));
    line("cache_misses", counted(counters.misses()));
    line("db_calls", counted(counters.db_calls()));
    line("db_peak_concurrency", counters.db_peak_concurrency().to_string());
    line("singleflight_shared", counted(counters.shared()));
    line("singleflight_followers", counted(counters.followers()));
    line("locks", counted(counters.locks()));
    // Of what can be switched on, only what did something.
    for (name, count) in [
        ("edge_hits", counters.edge_hits()),
        ("origin_fetches", counters.origin_fetches()),
        ("kept_answers", counters.of(Kind::Kept)),
        ("merged_requests", counters.of(Kind::Merge)),
        ("store_writes", counters.of(Kind::Shelve)),
        ("leaks", counters.of(Kind::Leak)),
        ("wrong_pages", counters.of(Kind::WrongPage)),
        ("blocked_answers", counters.of(Kind::Blocked)),
        ("wrong_bodies", counters.of(Kind::WrongBody)),
        ("lost_posts", counters.of(Kind::LostPost)),
        ("wrong_languages", counters.of(Kind::WrongLanguage)),
        ("too_old", counters.of(Kind::TooOld)),
        ("not_modified", counters.of(Kind::NotModified)),
        ("local_hits", counters.local_hits()),
        ("backup_hits", counters.backup_hits()),
        ("stale_returns", counters.stale()),
        ("ancient_returns", counters.of(Kind::Ancient)),
        ("stand_ins", counters.stand_ins()),
        ("updates", counters.updates()),
        ("stale_reads", counters.stale_reads()),
        ("replica_reads", counters.replica_reads()),
        ("lost_updates", counters.lost()),
        ("background_refresh", counters.refreshes()),
        ("warmed", counters.of(Kind::Warm)),
        ("warmed_in_vain", counters.in_vain()),
        ("circuit_breaker_trips", counters.trips()),
        ("refused", counters.refused()),
        ("retries", counters.retries()),
        ("queries_for_nobody", counters.wasted()),
        ("crashes", counters.crashes()),
    ] {
        if count > 0 {
            line(name, counted(count));
        }
    }
    line("", String::new());
    let quantile = |q| span_text(latency.quantile(q));
    line(
        "request_duration",
        format!(
            "avg={} min={} med={} max={} p(90)={} p(95)={} p(99)={}",
            span_text(Nanos::from_f64(latency.mean())),
            span_text(latency.min()),
            quantile(0.5),
            span_text(latency.max()),
            quantile(0.9),
            quantile(0.95),
            quantile(0.99),
        ),
    );
    line("request_failed", share(counters.errors(), counters.requests()));
    line("requests", counted(counters.requests()));
    line("", String::new());
    line("dropped_iterations", counted(counters.of(Kind::Drop)));
    line("makespan", span_text(counters.makespan()));
    line("log_hash", format!("{:016x}", log.hash()));
    out.replace("    ........................: \n", "\n")
}

/// k6 truncates percentages rather than rounding them: 99.999 % is not 100 %.
fn share(part: u64, whole: u64) -> String {
    let hundredths = (part * 10_000).checked_div(whole).unwrap_or(0);
    format!("{}.{:02}% {part} out of {whole}", hundredths / 100, hundredths % 100)
}

fn span_text(span: Nanos) -> String {
    span.to_string().replace(' ', "")
}

#[cfg(test)]
mod tests {
    #[test]
    fn percentages_are_truncated() {
        assert_eq!(super::share(1999, 2000), "99.95% 1999 out of 2000");
        assert_eq!(super::share(99_999, 100_000), "99.99% 99999 out of 100000");
        assert_eq!(super::share(0, 0), "0.00% 0 out of 0");
    }
}
