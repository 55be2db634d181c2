//! The database is down for a while.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "outage",
    title: words("Old rather than none", "ないよりは古いもの"),
    task: words(
        "200 requests a second for a key that lives for 2 s. From 5 to 10 s the database refuses everything. Nobody is to see an error. Before that, and from 11 s on, no value may be older than 2.5 s; in between 8 s will do.",
        "TTL が 2 秒のキーに、毎秒 200 件のリクエストが来る。5 秒から 10 秒まで、データベースはすべてを断る。だれにもエラーを見せない。値の古さは、停止の前と 11 秒以降は 2.5 秒以下、そのあいだは 8 秒以下とする。",
    ),
    hints: &[
        words(
            "The value that has expired is still good enough when there is no other. But only then.",
            "ほかに値がないときは、期限が切れた値でも十分である。ただし、そのときに限る。",
        ),
        words(
            "Keep it for longer (`cache::set_stale`); when `db::try_load` is an error, `cache::seen()` is what the cache still had.",
            "長めに残しておく（`cache::set_stale`）。`db::try_load` がエラーなら、`cache::seen()` がキャッシュに残っていた値である。",
        ),
        words(
            "if let (Err(_), Some(old)) = (loaded, cache::seen()) { return stale(old.value()); }",
            "if let (Err(_), Some(old)) = (loaded, cache::seen()) { return stale(old.value()); }",
        ),
    ],
    base: "outage-errors",
    changes: &[("protect.singleflight", "false")],
    goals: &[
        Goal::new(Look::Errors, 0.0),
        Goal::new(Look::Oldest, 2_500.0).until(5_000.0),
        Goal::new(Look::Oldest, 8_000.0).from(5_000.0).until(11_000.0),
        Goal::new(Look::Oldest, 2_500.0).from(11_000.0),
    ],
};
