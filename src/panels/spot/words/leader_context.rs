//! What is said of `flawed/leader_context.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::LeaderContext,
    mistakes: &[[
        "The load belongs to its leader’s request, and ends with it.",
        "読み込みがリーダーのリクエストのもので、一緒に終わってしまう。",
    ]],
    comes: [
        "When the leader’s client gives up, its request is cancelled right here, and the load with it. Everybody who waited for it gets an error, though their own clients are still there.",
        "リーダーのクライアントが諦めると、リクエストはちょうどここで取り消され、読み込みも止まる。待っていた全員が、自分のクライアントはまだいるのに、エラーを受け取る。",
    ],
    hints: &[
        [
            "What happens to each line when the leader’s client goes away?",
            "リーダーのクライアントが去ると、それぞれの行はどうなるか。",
        ],
        ["Whose task does the load run in?", "読み込みは誰のタスクの中で動いているか。"],
    ],
    suspects: &[
        (
            "group.follow",
            [
                "If the key is being loaded it waits for that: right.",
                "すでに読み込み中なら、それを待つ。正しい。",
            ],
        ),
        (
            "return shared",
            [
                "A follower has the same result as its leader: right.",
                "フォロワーはリーダーと同じ結果を受け取る。正しい。",
            ],
        ),
        (
            "let seat",
            [
                "It says that the key is being loaded, so that others can follow: right.",
                "このキーが読み込み中だと示し、ほかの者が合流できるようにする。正しい。",
            ],
        ),
        (
            "seat.land",
            [
                "The result goes to all who wait for it: right, if one gets this far.",
                "結果を待つ全員に渡す。ここまで来られれば正しい。",
            ],
        ),
        (
            "load: impl",
            [
                "It is given what it is to run. Where it runs it is decided below.",
                "動かすものを受け取る。どこで動かすかは、この下で決まる。",
            ],
        ),
    ],
    numbers: &["errors", "gone", "ok"],
};
