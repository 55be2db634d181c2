//! A lock whose holder stands still.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "paused",
    title: words("The holder stands still", "保持者が止まる"),
    task: words(
        "Four processes, one lock. At 40 ms the first process stands still for two seconds, perhaps while it holds the lock; at 202 ms the key is updated. When it goes on, it must not undo the update: from 2 s on no outdated value. And nobody waits for longer than 2.2 s.",
        "プロセスは 4 つ、ロックは 1 つである。40 ms に最初のプロセスが 2 秒間止まる。ロックを持ったままかもしれない。202 ms にキーが書き換えられる。動き出したプロセスが、書き換えを元に戻してはならない。2 秒以降、古い値は返さない。待ち時間は、だれも 2.2 秒以下とする。",
    ),
    hints: &[
        words(
            "A lock has an expiry so that nobody waits for ever. But whoever stood still does not know that it has passed, and stores what it had loaded.",
            "ロックには期限があるので、永遠に待つことはない。しかし止まっていた保持者は、期限が過ぎたことを知らずに、読み込んだ値を書き込む。",
        ),
        words(
            "Each lock has a number that only grows. A cache that is told the number can refuse a late one.",
            "ロックには、増えるだけの番号が付いている。番号を知らされたキャッシュは、遅れて来たものを断れる。",
        ),
        words(
            "cache::set_fenced(key, value, ttl_ms, lock) in place of cache::set.",
            "cache::set の代わりに cache::set_fenced(key, value, ttl_ms, lock) を使う。",
        ),
    ],
    base: "fenced-paused",
    changes: &[("protect.singleflight", "false"), ("protect.lock", "false")],
    goals: &[
        Goal::new(Look::Outdated, 0.0).from(2_000.0),
        Goal::new(Look::Calls, 5.0),
        Goal::new(Look::Errors, 0.0),
        Goal::new(Look::Slowest, 2_200.0),
    ],
};
