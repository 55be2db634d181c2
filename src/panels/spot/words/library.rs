//! What is said of `flawed/library.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::Library,
    mistakes: &[
        [
            "An error of the store is passed on to the handler: while the store is down, every request is a call.",
            "保存先のエラーをそのままハンドラーへ流す。保存先が止まっている間は、リクエストの数だけ呼び出す。",
        ],
        [
            "The handler call is made inside the request that came first, and ends with it.",
            "ハンドラーの呼び出しが最初のリクエストの中で行われ、一緒に終わってしまう。",
        ],
        [
            "Everybody who shares the answer stores it, and all store the same.",
            "応答を共有した全員が保存する。書くものはどれも同じ。",
        ],
    ],
    comes: [
        "Each of the three costs something by itself. Together, the error that one client’s leaving makes is stored by all who waited, and given to all who come until it expires.",
        "3 つはそれぞれに代償がある。重なると、1 件が去ったためのエラーを、待っていた全員が保存し、期限が切れるまで来た者全員に返す。",
    ],
    hints: &[
        [
            "What does a request need the store for, and what not?",
            "保存先がなければできないことは何か。なくてもできることは何か。",
        ],
        [
            "Three mistakes. Follow one who waits to the end; then the first one, whose client goes away; then one who finds the store down.",
            "誤りは 3 つ。待つ者を最後まで追おう。次に、クライアントが去る最初の者を。それから、保存先が止まっていた者を追おう。",
        ],
    ],
    suspects: &[
        (
            "reuse.name",
            [
                "The key is what the settings say, and those are not in this file.",
                "キーは設定のとおり。設定はこのファイルにはない。",
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
            "receive",
            [
                "All get the answer when it is there, whoever called: right.",
                "だれが呼び出したにせよ、届けば全員が応答を受け取る。正しい。",
            ],
        ),
    ],
    numbers: &["errors", "store_writes", "leaks", "wrong_pages", "db_calls"],
};
