//! A post that goes viral, in small.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "viral",
    title: words("The viral post", "バイラル投稿"),
    task: words(
        "20 parts of a page, four processes with little memory, a database that loads 13 of them a second. What was read at the start expires while requests rise from 10 to 500 a second; then the database is down for six seconds, and a process crashes. 99 % are to get a value, p99 at most 50 ms, at most 500 calls, no value older than 25 s, and no other process may die.",
        "ページの部品は 20 個、プロセスは 4 つでメモリは少なく、データベースは毎秒 13 個しか読み込めない。リクエストが毎秒 10 件から 500 件に増えるあいだに、はじめに読み込まれた値の期限が切れる。次にデータベースが 6 秒間止まり、プロセスが 1 つ落ちる。99 % に値を返し、p99 は 50 ms 以下、呼び出しは 500 回まで、値の古さは 25 秒以下とする。ほかのプロセスを落としてはならない。",
    ),
    hints: &[
        words(
            "Each thing that goes wrong here has been a challenge of its own. Which of your answers go together, and in which order?",
            "ここで起こることは、どれもすでに課題だった。どの答えが組み合わさり、どの順に並ぶか。",
        ),
        words(
            "A value that has expired is the best answer while somebody, one of all processes, loads a new one behind; and it is still an answer when that fails.",
            "期限が切れた値は、全プロセスのうち 1 つが後ろで読み込むあいだ、最良の答えである。それが失敗しても、答えであることに変わりはない。",
        ),
        words(
            "`cache::entry` with `is_mine`, behind it the lock that all share, and loads that are spread over time: `random()` in the TTL.",
            "`cache::entry` と `is_mine`、その後ろに全プロセスのロック、そして TTL に `random()` を入れ、読み込みを分散する。",
        ),
    ],
    base: "many-keys",
    changes: &[
        ("protect.singleflight", "false"),
        (
            "load",
            r#"{"executor":"ramping-arrival-rate","start_rate":10,"stages":[{"target":20,"duration_ms":8000},{"target":500,"duration_ms":8000},{"target":500,"duration_ms":12000}]}"#,
        ),
        ("keys.count", "20"),
        ("cache.ttl_ms", "10000"),
        ("fleet.processes", "4"),
        ("fleet.memory_mb", "40"),
        ("fleet.request_kb", "400"),
        ("network.client_ms", "5"),
        ("db.pool", "10"),
        ("db.cores", "4"),
        ("db.query_ms", "300"),
        ("db.query", "constant"),
        (
            "events",
            r#"[{"at_ms":17000,"do":{"db-outage":{"for_ms":6000}}},{"at_ms":20000,"do":{"crash":{"process":1,"for_ms":2000}}}]"#,
        ),
    ],
    goals: &[
        Goal::new(Look::Answered, 99.0),
        Goal::new(Look::P99, 50.0).from(8_000.0),
        Goal::new(Look::Calls, 500.0),
        Goal::new(Look::Oldest, 25_000.0),
        Goal::new(Look::Crashes, 1.0),
    ],
};
