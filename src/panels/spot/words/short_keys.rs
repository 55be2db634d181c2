//! What is said of `flawed/short_keys.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::ShortKeys,
    mistakes: &[
        [
            "A category and a page of the list with the same number have one key.",
            "同じ番号のカテゴリと一覧ページが、1 つのキーを使っている。",
        ],
        [
            "The same call has another key if its arguments are named.",
            "同じ呼び出しでも、引数に名前を付けるとキーが変わる。",
        ],
    ],
    comes: [
        "The key says of what type a thing is and with which arguments it was asked for, but not by which function. So one function gets what another has stored. And as `f(3)` and `f(id=3)` are written differently, the same thing is loaded and kept twice.",
        "キーには種類と引数はあるが、関数の名前がない。そのため、ある関数が別の関数の値を受け取る。しかも `f(3)` と `f(id=3)` は別の文字列なので、同じものを 2 回読み込み、2 つ保存する。",
    ],
    hints: &[
        [
            "Look at what has the same name, and at what has two.",
            "同じ名前のもの、名前が 2 つあるものを探そう。",
        ],
        [
            "Which part of a call is missing here? And what of it should make no difference?",
            "呼び出しのどの部分が足りないか。また、違いになってはいけないものは何か。",
        ],
    ],
    suspects: &[
        (
            "class => layout",
            ["Each of the others has a key of its own.", "ほかは、それぞれ自分のキーを持つ。"],
        ),
        ("let mixed", ["It only looks at what came of it.", "どうなったかを見ているだけ。"]),
        (
            "part.was_hit",
            ["It only remembers who loaded what.", "誰が何を読み込んだかを覚えるだけ。"],
        ),
    ],
    numbers: &["mixed", "db_calls", "hits"],
};
