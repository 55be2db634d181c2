//! What is said of `flawed/stale_by_ttl.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::StaleByTtl,
    mistakes: &[[
        "A value is to be stale once its TTL has run out; but then it is gone.",
        "TTL が切れたら「古い」とするが、そのとき値はもうない。",
    ]],
    comes: [
        "A key whose TTL has run out does not exist: there is nothing old to serve, and everybody waits for the database. It takes an end of freshness of its own, well before the key’s.",
        "TTL が切れたキーは存在しない。返せる古い値はなく、全員がデータベースを待つ。キーの期限よりずっと前に、新鮮さの期限を別に設ける必要がある。",
    ],
    hints: &[
        [
            "When is a key still there, and when is its value stale?",
            "キーがまだあるのはいつまでか。値が古いのはいつからか。",
        ],
        [
            "For which entries that were found is this true: `ttl` of 0 or less?",
            "見つかったキーのうち、`ttl` が 0 以下のものはあるか。",
        ],
    ],
    suspects: &[(
        "fn is_stale",
        [
            "To ask of what was found whether it is stale is right. The answer is what counts.",
            "見つかった値が古いかどうかを尋ねるのは正しい。問題は答え方だ。",
        ],
    )],
    numbers: &["stale", "db_calls", "p50_ms"],
};
