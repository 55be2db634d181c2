//! What is said of `flawed/everyone_stores.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::EveryoneStores,
    mistakes: &[
        [
            "An error of the store is passed on to the handler: while the store is down, every request is a call.",
            "保存先のエラーをそのままハンドラーへ流す。保存先が止まっている間は、リクエストの数だけ呼び出す。",
        ],
        [
            "Everybody who shares the answer stores it, and all store the same.",
            "応答を共有した全員が保存する。書くものはどれも同じ。",
        ],
    ],
    comes: [
        "Fifty requests are one call, and fifty writes of the same answer. When the store is down, they are fifty calls: merging needs no store, and is given up with it.",
        "50 件は 1 回の呼び出しになるが、同じ応答を 50 回書く。保存先が止まると、呼び出しも 50 回になる。まとめるのに保存先はいらないのに、一緒に手放している。",
    ],
    hints: &[
        [
            "What does a request need the store for, and what not?",
            "保存先がなければできないことは何か。なくてもできることは何か。",
        ],
        [
            "Two mistakes. Follow one who waited for another's call to the end; then one who finds the store down.",
            "誤りは 2 つ。ほかの呼び出しを待った者を最後まで追おう。次に、保存先が止まっていた者を追おう。",
        ],
    ],
    suspects: &[
        (
            "reuse.name",
            [
                "What is not to be shared has no name and goes by itself: right.",
                "共有しないものには名前がなく、1 件で進む。正しい。",
            ],
        ),
        (
            "calls().join",
            [
                "Whoever comes while a call is under way joins it: that is what it is for.",
                "呼び出しの最中に来た者は、それに合流する。そのためのもの。",
            ],
        ),
        (
            "receive",
            [
                "All get the answer when it is there, whoever called: right.",
                "だれが呼び出したにせよ、届けば全員が応答を受け取る。正しい。",
            ],
        ),
    ],
    numbers: &["db_calls", "store_writes", "merged"],
};
