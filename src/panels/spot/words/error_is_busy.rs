//! What is said of `flawed/error_is_busy.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::ErrorIsBusy,
    mistakes: &[[
        "An error of the lock server is taken for “somebody else has it”.",
        "ロックサーバーのエラーを「誰かが持っている」とみなしている。",
    ]],
    comes: [
        "When the lock server is down nobody has the lock, and nobody loads. Everybody waits for nobody until their patience ends, and then fails, though the database is well.",
        "ロックサーバーが落ちると、誰もロックを持たず、誰も読み込まない。全員がいない誰かを待ち続け、データベースは無事なのに失敗する。",
    ],
    hints: &[
        [
            "How many different answers can a lock server give? How many ways go on from there?",
            "ロックサーバーの答えは何通りあるか。そこから先の道は何通りか。",
        ],
        [
            "Follow an `Err`: which lines does it come to?",
            "`Err` の行き先をたどると、どの行に着くか。",
        ],
    ],
    suspects: &[
        (
            "self.lock.hold",
            [
                "Who has the lock loads and gives it back: right.",
                "ロックを得た者が読み込み、解放する。正しい。",
            ],
        ),
        ("let deadline", ["Waiting has an end: right.", "待つ時間に終わりがある。正しい。"]),
        (
            "while core.now()",
            [
                "To wait like this is right if somebody is loading. Is somebody?",
                "誰かが読み込んでいるなら、こう待つのは正しい。だが、誰かいるのか。",
            ],
        ),
        (
            "core.sleep",
            [
                "A pause between two looks spares the cache: right.",
                "見に行く間隔を空けて、キャッシュを休ませる。正しい。",
            ],
        ),
        (
            "next.look",
            [
                "It looks whether the holder has stored the value by now: right.",
                "保持者がもう値を保存したかを見る。正しい。",
            ],
        ),
        (
            "return Ok(value)",
            [
                "What was found in the cache is the answer: right.",
                "キャッシュで見つけた値を返す。正しい。",
            ],
        ),
        (
            "Err(Reason::LockTimeout)",
            [
                "Who has waited too long is told so. The question is why they waited at all.",
                "待ちすぎたら、そう伝える。問題は、なぜ待つことになったかだ。",
            ],
        ),
    ],
    numbers: &["ok", "errors", "db_calls", "p50_ms"],
};
