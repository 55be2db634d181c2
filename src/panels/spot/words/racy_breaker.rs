//! What is said of `flawed/racy_breaker.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::RacyBreaker,
    mistakes: &[
        ["Half-open, it lets everybody pass.", "半開のとき、全員を通してしまう。"],
        [
            "It believes results of calls from before it opened.",
            "開く前に始まった呼び出しの結果を信じてしまう。",
        ],
    ],
    comes: [
        "After the pause nothing counts who passes, so the whole herd meets a database that has just come back. And a success of long ago closes it while the database is still down.",
        "休止のあと誰が通ったかを数えないので、復帰したばかりのデータベースに群れ全体が向かう。また、ずっと前に始まった呼び出しの成功が、まだ落ちているうちに閉じてしまう。",
    ],
    hints: &[
        [
            "The pause is over, and five callers come at once. What does each of them read?",
            "休止が明けたところに 5 件が同時に来る。それぞれ何を読むか。",
        ],
        [
            "While one waits for its answer, the state may change. Who remembers what it was?",
            "答えを待つ間に状態は変わりうる。元の状態を覚えているのは誰か。",
        ],
        [
            "Half-open is for one or a few. And not every result says something about now.",
            "半開で通すのは 1 件か数件。そして、どの結果も今を語るとは限らない。",
        ],
    ],
    suspects: &[
        (
            "self.last_failure.get()",
            [
                "As long as the pause lasts, all are refused: right.",
                "休止の間は全員を断る。正しい。",
            ],
        ),
        ("return Err", ["Who is refused is told so: right.", "断った相手にそう伝える。正しい。"]),
        (
            "next.load",
            [
                "Who was let through loads: right. When did it set out?",
                "通された者が読み込む。正しい。だが、いつ出発したのか。",
            ],
        ),
        (
            "self.failures.get() + 1",
            [
                "Failures are counted: right. Which ones, was decided above.",
                "失敗を数える。正しい。どの失敗を数えるかは、その上で決まっている。",
            ],
        ),
        (
            "self.last_failure.set",
            [
                "The pause begins with the last failure: right, if it is one of now.",
                "休止は最後の失敗から始まる。それが今の失敗なら正しい。",
            ],
        ),
        (
            "self.failures.get() >=",
            [
                "So many failures in a row, and it opens: right.",
                "失敗がこれだけ続いたら開く。正しい。",
            ],
        ),
        (
            "self.set(State::Open",
            ["Enough failures, so it opens: right.", "失敗が重なったので開く。正しい。"],
        ),
        (
            "self.failures.set(0)",
            [
                "A success ends the row of failures: right, if it is one of now.",
                "成功したら連続失敗を 0 に戻す。それが今の成功なら正しい。",
            ],
        ),
        (
            "} else {",
            [
                "Good results go one way, bad ones the other: right.",
                "結果の良し悪しで分ける。正しい。",
            ],
        ),
    ],
    numbers: &["trips", "through", "late"],
};
