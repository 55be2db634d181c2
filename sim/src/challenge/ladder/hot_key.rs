//! A hot key that expires again and again.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "hot-key",
    title: words("Nobody waits", "だれも待たせない"),
    task: words(
        "A hot key, 500 requests a second; it lives for 5 s and takes 200 ms to load. After the cold start nobody is to notice that it expires: p99 at most 10 ms. No value may be older than 5.5 s, and there are at most 10 calls.",
        "毎秒 500 件のホットキーである。TTL は 5 秒、読み込みに 200 ms かかる。コールドスタートのあとは、期限切れにだれも気づかないようにする。p99 は 10 ms 以下、値の古さは 5.5 秒以下、呼び出しは 10 回までとする。",
    ),
    hints: &[
        words(
            "One call at each expiry is not enough: for 200 ms everybody waits for it. Somebody has to load before anybody needs it, or everybody has to make do with the old value meanwhile.",
            "期限切れごとに呼び出しが 1 回でも足りない。そのあいだの 200 ms は、だれもが待つからである。必要になる前に読み込むか、そのあいだ古い値で済ませる。",
        ),
        words(
            "`cache::set_stale(key, value, ttl_ms, stale_ms)` keeps a value for a while after it has expired; `cache::entry(key, stale_ms)` gives you such a one, and `entry.is_mine()` says that you are the one to load a new one.",
            "`cache::set_stale(key, value, ttl_ms, stale_ms)` は、期限が切れた値もしばらく残す。`cache::entry(key, stale_ms)` がそれを返し、`entry.is_mine()` は、更新するのが自分かどうかを言う。",
        ),
        words(
            "Return `entry.value()` at once; the new value is loaded behind, in `refresh(…)`, by whoever has `is_mine()`.",
            "`entry.value()` をすぐ返す。新しい値は、`is_mine()` のリクエストが `refresh(…)` で、その後ろで読み込む。",
        ),
    ],
    base: "hot-key",
    changes: &[("load.rate", "500"), ("load.duration_ms", "12000")],
    goals: &[
        Goal::new(Look::P99, 10.0).from(1_000.0),
        Goal::new(Look::Calls, 10.0).from(1_000.0),
        Goal::new(Look::Oldest, 5_500.0),
        Goal::new(Look::Errors, 0.0),
    ],
};
