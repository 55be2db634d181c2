//! What is said of `flawed/truncated_jitter.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::TruncatedJitter,
    mistakes: &[[
        "The random share is made a whole number before it is multiplied.",
        "ランダムな割合を、掛ける前に整数にしている。",
    ]],
    comes: [
        "A share between −0.2 and +0.2 becomes 0, every time. All TTLs are alike, so what was stored together expires together.",
        "−0.2 から +0.2 の割合は、必ず 0 になる。TTL はすべて同じになり、一緒に保存した値は一緒に切れる。",
    ],
    hints: &[
        ["Which values can `jitter` have?", "`jitter` はどんな値になりうるだろうか。"],
        ["What is left of 0.17 after `as u64`?", "0.17 は `as u64` のあと何になるか。"],
    ],
    suspects: &[(
        "ttl.0 * jitter.0",
        [
            "The TTL, and a share of it: that would be right if `jitter` were a share.",
            "TTL に、その何割かを足す。`jitter` が割合なら、これで正しい。",
        ],
    )],
    numbers: &["db_peak_concurrency", "db_calls"],
};
