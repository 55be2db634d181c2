//! Clients that give up, the leader's among them.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "leaver",
    title: words("The leader leaves", "リーダーが去る"),
    task: words(
        "200 requests within 100 ms, and each client gives up after 70 ms, which stops the work it asked for. A load takes longer than that. Whoever comes late enough must get a value all the same: at least 65 of 100, with a single call.",
        "100 ms のあいだに 200 件のリクエストが来る。クライアントは 70 ms で諦め、頼んだ処理も止まる。読み込みはそれより長くかかる。それでも、遅れて来たリクエストには値を返す。呼び出し 1 回で、100 件のうち 65 件以上である。",
    ),
    hints: &[
        words(
            "What happens to those who wait when the request that loads for them is stopped?",
            "待っているリクエストのために読み込んでいたリクエストが止められると、待っていた側はどうなるか。",
        ),
        words(
            "The load should belong to nobody in particular: `spawn(async { … })` goes on when its request is gone.",
            "読み込みは、だれのものでもないほうがよい。`spawn(async { … })` は、リクエストが去っても続く。",
        ),
        words(
            "Loading and storing can be a function of its own, `async fn load(key)`. Then, in `get`: `spawn(async { flight.land(load(key).await) }); flight.result().await`",
            "読み込みと書き込みは、`async fn load(key)` という別の関数にできる。`get` では `spawn(async { flight.land(load(key).await) }); flight.result().await` とする。",
        ),
    ],
    base: "leader-leaves",
    changes: &[
        ("protect.singleflight", "false"),
        ("load.requests", "200"),
        ("load.spread_ms", "100"),
    ],
    goals: &[Goal::new(Look::Calls, 1.0), Goal::new(Look::Answered, 65.0)],
};
