//! What is said of `flawed/refresh_per_reader.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::RefreshPerReader,
    mistakes: &[[
        "Who is not the first to find the value stale refreshes it all the same.",
        "古い値を最初に見つけた者でなくても、更新を始めてしまう。",
    ]],
    comes: [
        "Between the end of freshness and the first refresh that is done, every reader starts a refresh. Readers are quick; the stampede has moved behind them.",
        "新鮮さが切れてから最初の更新が終わるまで、読み手の数だけ更新が走る。応答は速いが、スタンピードが裏に移っただけだ。",
    ],
    hints: &[
        ["How many refreshes does one expiry need?", "1 回の期限切れに、更新は何回必要か。"],
        [
            "`refresh_once` gives `None` to all but one. What becomes of a `None`?",
            "`refresh_once` は 1 件以外に `None` を返す。`None` はその後どうなるか。",
        ],
    ],
    suspects: &[
        (
            "RULES",
            [
                "It says what is done in another way than usual: `refresh`. Look there.",
                "いつもと違うのは `refresh` だと示すだけ。その中を見よう。",
            ],
        ),
        (
            "fn refresh",
            [
                "It is asked by whoever finds the value stale: right.",
                "古い値を見つけた者に呼ばれる。正しい。",
            ],
        ),
    ],
    numbers: &["stale", "refreshes", "db_calls"],
};
