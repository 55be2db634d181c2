//! A burst meets a cold cache.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "one-call",
    title: words("Make it one call", "呼び出しを 1 回にする"),
    task: words(
        "100 requests ask for the same key within 20 ms, and the cache is empty. Answer all of them with a single database call.",
        "20 ms のあいだに 100 件のリクエストが同じキーを問い合わせ、キャッシュは空である。データベース呼び出し 1 回で、そのすべてに答える。",
    ),
    hints: &[
        words(
            "Between the first miss and the moment the value is in the cache, everybody else misses, too. They could wait for the first one.",
            "最初のミスから、値がキャッシュに入るまでのあいだは、ほかのリクエストもすべてミスになる。最初のリクエストを待てばよい。",
        ),
        words(
            "`flights::join(key)` gives you a place in a load that is under way, or `None`. Whoever gets `None` begins one with `flights::lead(key)`, and ends it with `flight.land(result)`.",
            "`flights::join(key)` は、進行中の読み込みに加わる場所を返す。なければ `None` を返す。`None` を得たリクエストが `flights::lead(key)` で始め、`flight.land(result)` で終える。",
        ),
        words(
            "`if let Some(flight) = flights::join(key) { return flight.await; }` Then lead, load with `db::try_load`, store, land.",
            "`if let Some(flight) = flights::join(key) { return flight.await; }` そのあと lead し、`db::try_load` で読み込み、書き込み、land する。",
        ),
    ],
    base: "demo-without-singleflight",
    changes: &[],
    goals: &[Goal::new(Look::Calls, 1.0), Goal::new(Look::Errors, 0.0)],
};
