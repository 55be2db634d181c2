//! A database that answers, but far too late.

use super::{Challenge, Goal, Look, words};

pub const CHALLENGE: Challenge = Challenge {
    id: "breaker",
    title: words("Leave it alone", "そっとしておく"),
    task: words(
        "There is no cache, and 400 requests a second. From 5 to 12 s the database is so slow that every query ends with a time-out after 500 ms. From 6 to 12 s it is to get at most 60 queries, so that it can recover; nobody waits for longer than 600 ms, and from 14 s on everybody has a value again.",
        "キャッシュはなく、毎秒 400 件のリクエストが来る。5 秒から 12 秒まで、データベースはとても遅く、クエリはすべて 500 ms で時間切れになる。立ち直れるように、6 秒から 12 秒までのクエリは 60 個までとする。待ち時間は 600 ms 以下とし、14 秒以降は、全員がまた値を得る。",
    ),
    hints: &[
        words(
            "After some failures in a row the next query will most likely fail, too. Whoever knows that can be told at once.",
            "失敗が続いたあとは、次のクエリもおそらく失敗する。それがわかっていれば、すぐに断れる。",
        ),
        words(
            "Count failures in a row with `counter::add`, and keep until when nobody may ask with `map::set`; `fail(\"breaker-open\")` ends a request.",
            "続いた失敗を `counter::add` で数え、いつまで問い合わせないかを `map::set` で覚える。`fail(\"breaker-open\")` はリクエストを終える。",
        ),
        words(
            "When that time is over let one through, and only one: if it fails, the time begins again; if not, all is well.",
            "その時間が過ぎたら、1 件だけを通す。失敗すれば、また待つ。成功すれば、元に戻る。",
        ),
    ],
    base: "outage-with-breaker",
    changes: &[
        ("protect.breaker", "false"),
        ("load.rate", "400"),
        ("load.duration_ms", "17000"),
        ("db.query_timeout_ms", "500"),
        ("events", r#"[{"at_ms":5000,"do":{"db-brownout":{"for_ms":7000,"slowdown":40}}}]"#),
    ],
    goals: &[
        Goal::new(Look::Calls, 60.0).from(6_000.0).until(12_000.0),
        Goal::new(Look::Errors, 0.0).until(4_500.0),
        Goal::new(Look::Errors, 0.0).from(14_000.0),
        Goal::new(Look::Slowest, 600.0).from(6_000.0),
    ],
};
