//! What is said of `flawed/followers_save.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::FollowersSave,
    mistakes: &[[
        "Everybody who shared the load stores its result.",
        "読み込みを共有した全員が、結果を保存する。",
    ]],
    comes: [
        "One load, and as many writes of the same value as there were callers. And as the flight is over before anything is stored, whoever comes in between misses, and starts another.",
        "読み込みは 1 回でも、同じ値を呼び出しの数だけ書く。しかも保存の前に読み込みは終わっているので、その隙に来た者はミスして、もう一度読み込む。",
    ],
    hints: &[
        [
            "A hundred callers share one flight. Which lines does each of them run?",
            "100 件が 1 回の読み込みを共有する。それぞれが実行するのはどの行か。",
        ],
        [
            "Who should store the value: all who have it, or the one who loaded it?",
            "値を保存すべきなのは、受け取った全員か、読み込んだ 1 件か。",
        ],
    ],
    suspects: &[
        (
            "flight.load",
            [
                "One loads, and the others wait for it: right.",
                "1 件が読み込み、ほかは待つ。正しい。",
            ],
        ),
        (
            "if let Ok(value)",
            [
                "Only what was loaded is stored, and no error: right.",
                "保存するのは値だけで、エラーは保存しない。正しい。",
            ],
        ),
        ("loaded", ["Everybody gets the result: right.", "全員が結果を受け取る。正しい。"]),
    ],
    numbers: &["requests", "db_calls", "fills"],
};
