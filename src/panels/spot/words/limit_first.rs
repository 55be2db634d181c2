//! What is said of `flawed/limit_first.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::LimitFirst,
    mistakes: &[[
        "The limit stands before the flight: it counts requests, not loads.",
        "制限が singleflight の手前にあり、読み込みではなくリクエストを数えている。",
    ]],
    comes: [
        "Most of those who are refused would have waited for a load that is under way, and cost the database nothing. Behind the flight, the same limit counts loads.",
        "断られた者のほとんどは、進行中の読み込みを待つだけで、データベースに負担をかけない。同じ制限でも singleflight の後ろに置けば、読み込みを数える。",
    ],
    hints: &[
        [
            "What is the limit to protect, and from what?",
            "この制限は、何を何から守るためのものか。",
        ],
        [
            "Every line is right by itself. What about their order?",
            "どの行も単独では正しい。順序はどうだろうか。",
        ],
    ],
    suspects: &[
        ("return Err", ["Who is refused is told so: right.", "断った相手にそう伝える。正しい。"]),
        (
            "async fn call",
            [
                "Every layer is called like this: with a request, and what comes next. What does come next?",
                "どの層もこう呼ばれる。リクエストと次にあるものを受け取る。次にあるのは何か。",
            ],
        ),
    ],
    numbers: &["refused", "ok", "db_calls"],
};
