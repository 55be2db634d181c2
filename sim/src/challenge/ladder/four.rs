//! Four processes.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "four",
    title: words("One call for four processes", "4 つのプロセスで 1 回"),
    task: words(
        "The same burst, but four processes share it, and none of them sees what the others are doing. Still one call, and nobody waits for longer than 200 ms.",
        "同じバーストを、今度は 4 つのプロセスが分け合う。互いに何をしているかは見えない。それでも呼び出しは 1 回にし、200 ms より長く待たせない。",
    ),
    hints: &[
        words(
            "Flights end at the edge of a process. What do all four of them share?",
            "flights はプロセスの外には届かない。4 つのプロセスが共有しているものは何か。",
        ),
        words(
            "`lock::acquire(key, ttl_ms).await` gives the lock to one of them. The others sleep a little, look into the cache again (`cache::look`), and try again.",
            "`lock::acquire(key, ttl_ms).await` は、そのうちの 1 つにロックを渡す。ほかは少し sleep し、もう一度キャッシュを見て（`cache::look`）、また試す。",
        ),
        words(
            "Whoever gets the lock looks once more before loading, and gives it back only when the value is in the cache.",
            "ロックを得たリクエストは、読み込む前にもう一度キャッシュを見る。ロックを返すのは、値を書き込んでからである。",
        ),
    ],
    base: "four-processes",
    changes: &[("protect.singleflight", "false")],
    goals: &[
        Goal::new(Look::Calls, 1.0),
        Goal::new(Look::Errors, 0.0),
        Goal::new(Look::Slowest, 200.0),
    ],
};
