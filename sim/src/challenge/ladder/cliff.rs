//! Many keys that are stored together.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "cliff",
    title: words("The cliff", "崖"),
    task: words(
        "At the start 5,000 requests fill the cache with 300 keys at once; 2,000 requests a second follow. A value may be 5 s old. From 4 s on the database is never to have more than 80 queries at a time.",
        "はじめに 5,000 件のリクエストが、300 個のキーを一度にキャッシュへ入れる。その後は毎秒 2,000 件が続く。値は 5 秒まで古くてよい。4 秒以降、データベースで同時に実行されるクエリは 80 個までとする。",
    ),
    hints: &[
        words(
            "What is stored together expires together. One call for each key does not help: the keys are many.",
            "一緒に書き込まれた値は、一緒に期限が切れる。キーごとに呼び出しを 1 回にしても足りない。キーが多いからである。",
        ),
        words(
            "Nobody says that all of them have to live equally long: `random()` is between 0 and 1.",
            "すべての値が同じ長さだけ生きる必要はない。`random()` は 0 から 1 の数を返す。",
        ),
        words(
            "`cache::set(key, value, 5000.0 * (0.6 + 0.4 * random()))`. All of its numbers need a decimal point.",
            "`cache::set(key, value, 5000.0 * (0.6 + 0.4 * random()))` とする。数にはすべて小数点を付ける。",
        ),
    ],
    base: "warm-cliff",
    changes: &[
        ("keys.count", "300"),
        ("keys.warm", "false"),
        ("load.rate", "2000"),
        ("load.duration_ms", "6500"),
        ("db.pool", "1000"),
        ("db.cores", "1000"),
        ("db.query_ms", "100"),
        ("events", r#"[{"at_ms":0,"do":{"burst":{"requests":5000,"spread_ms":50}}}]"#),
    ],
    goals: &[
        Goal::new(Look::Running, 80.0).from(4_000.0),
        Goal::new(Look::Oldest, 5_300.0),
        Goal::new(Look::Errors, 0.0),
    ],
};
