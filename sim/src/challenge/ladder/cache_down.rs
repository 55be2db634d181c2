//! The cache does not answer.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "cache-down",
    title: words("Without the cache", "キャッシュなしで"),
    task: words(
        "1,000 requests a second for 100 keys; from 3 to 6 s the cache answers with errors, and the database manages 400 queries a second. At least 95 % of all requests are to get a value, the database is never to have more than 30 queries at a time, and from 7 s on all is well again.",
        "100 個のキーに毎秒 1,000 件のリクエストが来る。3 秒から 6 秒まで、キャッシュはエラーを返す。データベースがこなせるのは毎秒 400 クエリである。全リクエストの 95 % 以上に値を返し、同時に実行されるクエリは 30 個までとする。7 秒以降は、すべてに値を返す。",
    ),
    hints: &[
        words(
            "An error of the cache is not a miss: `cache::try_get(key).await` tells one from the other. What comes instead must not all go to the database.",
            "キャッシュのエラーはミスではない。`cache::try_get(key).await` なら区別できる。その代わりに、すべてをデータベースに送ってはならない。",
        ),
        words(
            "The process can remember what it has got: `map::set(\"copy\", key, value)`, `map::get(\"copy\", key)`.",
            "プロセスは、得た値を覚えておける。`map::set(\"copy\", key, value)` と `map::get(\"copy\", key)` である。",
        ),
        words(
            "When the cache answers, keep a copy of the value. When it does not, answer with the copy; who has none loads, but only so many at a time (`counter::add`).",
            "キャッシュが答えるときは、値のコピーを残す。答えないときは、コピーを返す。コピーがなければ読み込むが、同時に読み込む数は `counter::add` で抑える。",
        ),
    ],
    base: "cache-down",
    changes: &[
        ("protect.spill", "false"),
        ("load.duration_ms", "9000"),
        ("events", r#"[{"at_ms":3000,"do":{"cache-outage":{"for_ms":3000}}}]"#),
    ],
    goals: &[
        Goal::new(Look::Answered, 95.0),
        Goal::new(Look::Running, 30.0),
        Goal::new(Look::Errors, 0.0).from(7_000.0),
    ],
};
