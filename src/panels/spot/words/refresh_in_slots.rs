//! What is said of `flawed/refresh_in_slots.rs`.

use stampede_sim::scenario::Flaw;

use crate::panels::spot::puzzle::Puzzle;

/// The puzzle.
pub const PUZZLE: Puzzle = Puzzle {
    flaw: Flaw::RefreshInSlots,
    mistakes: &[
        [
            "Who is not the first to find the value stale waits and refreshes it all the same.",
            "古い値を最初に見つけた者でなくても、待ってから更新してしまう。",
        ],
        [
            "The wait is a whole number of seconds, of which there are only 30.",
            "待つ時間が整数の秒で、30 通りしかない。",
        ],
    ],
    comes: [
        "Each reader books a refresh of its own. They begin in the same part of each second in which the readers came, so that the herd comes again thirty times, a thirtieth of it each time. One refresh for each process, at any time of the span, would do.",
        "読み手がそれぞれ更新を予約する。更新は、読み手が来たのと同じ、秒の中の同じところで始まる。群れは散らばらず、30 分の 1 ずつ 30 回来る。プロセスごとに 1 つ、期間内の任意の時刻に更新すれば足りる。",
    ],
    hints: &[
        [
            "How many refreshes wait at a time? And when do they begin?",
            "同時に待っている更新はいくつか。いつ始まるか。",
        ],
        [
            "Two mistakes. Two requests come 10 ms apart: how far apart can their refreshes begin?",
            "誤りは 2 つ。10 ms 違いで来た 2 件の更新は、どれだけ離れて始まりうるか。",
        ],
    ],
    suspects: &[
        (
            "RULES",
            [
                "It says what is done in another way than usual. Look at the two.",
                "いつもと違うことを 2 つ示すだけ。その中を見よう。",
            ],
        ),
        (
            "fn refresh",
            [
                "It is asked by whoever finds the value stale: right.",
                "古い値を見つけた者に呼ばれる。正しい。",
            ],
        ),
        (
            "fn wait",
            [
                "To wait, so that not all come at once, is right where there are many processes.",
                "プロセスが多いなら、一斉に来ないように待つのは正しい。",
            ],
        ),
    ],
    numbers: &["stale", "refreshes", "db_calls"],
};
