//! What is said of `flawed/ttl_unset.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::TtlUnset,
    mistakes: &[[
        "Nothing is a TTL like any other: not to keep anything. It is taken for one that was not given.",
        "0 も TTL の 1 つで、何も残さないという意味。それを、指定がないものとみなしている。",
    ]],
    comes: [
        "Who asks for answers as fresh as can be gets some that are up to a minute old.",
        "できるだけ新鮮な応答を望んだのに、最大で 1 分前のものが返る。",
    ],
    hints: &[
        [
            "What did somebody want who gave this TTL?",
            "この TTL を指定した人は、何を望んでいたのか。",
        ],
        ["How old is the oldest answer?", "最も古い応答は、どれだけ前のものか。"],
    ],
    suspects: &[(
        "pub fn ttl",
        [
            "To look at what was given is right. It is what is made of it.",
            "指定を見るのは正しい。問題は、それをどう扱うか。",
        ],
    )],
    numbers: &["db_calls", "kept"],
};
