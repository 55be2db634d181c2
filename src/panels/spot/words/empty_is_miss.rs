//! What is said of `flawed/empty_is_miss.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::EmptyIsMiss,
    mistakes: &[[
        "A page on which there is nothing is taken for one that is not in the cache.",
        "何も載っていないページを、キャッシュにないものとみなしている。",
    ]],
    comes: [
        "`if not products` is true of an empty list, too. Whoever asks for such a page loads it and stores it again, each time, as if there were no cache; and the cache holds it all the while.",
        "`if not products` は空のリストでも真になる。そういうページは、キャッシュに入っているのに、求められるたびに読み込まれて書き込まれる。",
    ],
    hints: &[
        [
            "Some pages of the list are loaded again and again. What do they have in common?",
            "くり返し読み込まれる一覧ページがある。共通するのは何か。",
        ],
        [
            "Of what was found in the cache, what is let through, and what is not?",
            "キャッシュで見つかったもののうち、どれが通り、どれが通らないか。",
        ],
    ],
    suspects: &[
        (
            "entry.fresh_until",
            [
                "What has expired is no answer: that is right.",
                "期限が切れたものは答えにならない。これは正しい。",
            ],
        ),
        (
            "found.map_err",
            [
                "An error is passed on as an error, and not taken for a miss.",
                "エラーはミスとみなさず、エラーとして返している。",
            ],
        ),
        ("next.load", ["What is not there has to be loaded.", "ないものは読み込むしかない。"]),
    ],
    numbers: &["db_calls", "misses", "fills"],
};
