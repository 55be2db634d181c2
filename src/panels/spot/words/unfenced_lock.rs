//! What is said of `flawed/unfenced_lock.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::UnfencedLock,
    mistakes: &[[
        "Nothing makes the lock last as long as the load, and the value is written whoever has the lock by then.",
        "読み込みの間ロックを延長するものがなく、そのとき誰がロックを持っていても値を書く。",
    ]],
    comes: [
        "When loading takes longer than the lock lasts, the next one gets the lock and loads, too. The first, done at last, may write its older value over the newer one, and gives back a lock that is somebody else’s.",
        "読み込みがロックの期限より長いと、次の者もロックを得て読み込む。遅れて終えた最初の者は、新しい値を古い値で上書きしかねず、他人のロックを解放しようとする。",
    ],
    hints: &[
        [
            "A lock has an end of its own. What here takes longest?",
            "ロックには期限がある。この中でいちばん時間がかかるのはどこか。",
        ],
        [
            "The lock lasts so many milliseconds, and a query may take more. Who notices?",
            "ロックの期限より、クエリのほうが長いことがある。誰がそれに気づくか。",
        ],
    ],
    suspects: &[
        (
            "self.lock.acquire",
            ["Only who is given the lock goes on: right.", "ロックを得た者だけが進む。正しい。"],
        ),
        (
            "next.look",
            [
                "A second look, in case somebody has stored the value meanwhile: right.",
                "その間に誰かが値を保存したかもしれないので、もう一度見る。正しい。",
            ],
        ),
        (
            "self.lock.release",
            [
                "To give the lock back is right. That nobody reads the answer hides the trouble, and does not make it.",
                "ロックを解放するのは正しい。その結果を見ないので問題は隠れるが、原因ではない。",
            ],
        ),
        (
            "return Err",
            ["Who has waited too long is told so: right.", "待ちすぎたら、そう伝える。正しい。"],
        ),
        ("return", ["That is the answer: right.", "それが答えだ。正しい。"]),
        ("core.now()", ["Waiting has an end: right.", "待つ時間に終わりがある。正しい。"]),
        (
            "core.sleep",
            ["A pause before it tries again: right.", "もう一度試す前に間を置く。正しい。"],
        ),
        (
            "loop {",
            [
                "Who does not get the lock tries again: right.",
                "ロックを得られなければ、また試す。正しい。",
            ],
        ),
    ],
    numbers: &["locks", "lost", "db_calls"],
};
