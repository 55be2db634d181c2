//! What is said of `flawed/never_fills.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::NeverFills,
    mistakes: &[[
        "What was loaded is passed on, and not stored.",
        "読み込んだ値を返すだけで、保存していない。",
    ]],
    comes: [
        "Whoever gets the lock next finds the cache as empty as before, and loads again: one after the other, for as long as all loads take together.",
        "次にロックを得た者も空のキャッシュを見て、また読み込む。1 件ずつ、全員の読み込みを足した時間がかかる。",
    ],
    hints: &[
        [
            "Lock and load work. What should have happened before the next one gets the lock?",
            "ロックも読み込みも正しく動く。次の者がロックを得る前に、何が済んでいるべきか。",
        ],
        [
            "It holds a `Fill`. What does `call` do with it?",
            "`Fill` を持っている。`call` はそれをどう使っているか。",
        ],
    ],
    suspects: &[
        (
            "pub struct Filling",
            [
                "It has what it needs to store a value. Who uses it?",
                "値を保存するための部品はここにある。使っているのは誰か。",
            ],
        ),
        (
            "async fn call",
            [
                "Every layer is called like this: with a request, and what comes next.",
                "どの層もこう呼ばれる。リクエストと、その次にあるものを受け取る。",
            ],
        ),
    ],
    numbers: &["db_calls", "fills", "p99_ms"],
};
