//! What is said of `flawed/error_is_miss.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::ErrorIsMiss,
    mistakes: &[[
        "When the cache does not answer, everybody asks the database.",
        "キャッシュが答えないと、全員がデータベースに問い合わせる。",
    ]],
    comes: [
        "An error of the cache is taken for a miss. While the cache is down that is every request, and the database gets the load from which the cache has always kept it.",
        "キャッシュのエラーをミスとみなしている。停止中はすべてのリクエストがそうなり、キャッシュがいつも防いでいた負荷がデータベースにかかる。",
    ],
    hints: &[
        [
            "This runs when the cache does not answer. How often is that, when it is down?",
            "これはキャッシュが答えないときに動く。落ちている間、それは何回起きるか。",
        ],
        [
            "What would have to be asked before the database is?",
            "データベースに問い合わせる前に、何を確かめるべきか。",
        ],
    ],
    suspects: &[
        (
            "pub struct WithoutCache",
            [
                "It has a way to the database: needed, with care.",
                "データベースへの道を持つ。必要だが、使い方に注意がいる。",
            ],
        ),
        (
            "async fn load",
            [
                "Something must be done when the cache does not answer. What, is said below.",
                "キャッシュが答えないとき、何かはしなければならない。何をするかは下にある。",
            ],
        ),
    ],
    numbers: &["db_peak_concurrency", "errors", "ok"],
};
