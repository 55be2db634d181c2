//! What is said of `flawed/leader_drives.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::LeaderDrives,
    mistakes: &[[
        "The handler call belongs to the request that came first, and ends with it.",
        "ハンドラーの呼び出しが最初のリクエストのもので、一緒に終わってしまう。",
    ]],
    comes: [
        "When the first client gives up, its request is cancelled right here, and the call with it. All who waited for the answer get an error, though their own clients are still there; the next to come begins anew, and fares no better.",
        "最初のクライアントが諦めると、リクエストはちょうどここで取り消され、呼び出しも止まる。待っていた全員が、自分のクライアントはまだいるのに、エラーを受け取る。次に来た者が初めからやり直し、同じ目に遭う。",
    ],
    hints: &[
        [
            "Which lines go on when the first client goes away, and which do not?",
            "最初のクライアントが去ったあと、続く行と続かない行はどれか。",
        ],
        [
            "In whose request does the handler run?",
            "ハンドラーは、だれのリクエストの中で動いているか。",
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
            "Err(_)",
            [
                "With the store down it goes on and is merged all the same: right.",
                "保存先が止まっていても、先へ進んでまとめる。正しい。",
            ],
        ),
        (
            "calls().follow",
            [
                "Whoever comes while a call is under way shares it: that is what it is for.",
                "呼び出しの最中に来た者は、それを共有する。そのためのもの。",
            ],
        ),
        (
            "call.caller == request.id",
            [
                "One stores what all share: right.",
                "全員で共有するものを、1 件だけが保存する。正しい。",
            ],
        ),
        (
            "let seat",
            [
                "It sees to it that those who wait hear of it, whatever happens: right, or they would wait for ever.",
                "何が起きても、待つ者に知らせが届くようにする。正しい。なければ、いつまでも待つ。",
            ],
        ),
        (
            "first.keep(answer)",
            [
                "The answer goes to all who wait for it: right, whatever it is.",
                "応答を待つ全員に渡す。何であっても正しい。",
            ],
        ),
    ],
    numbers: &["errors", "gone", "ok"],
};
