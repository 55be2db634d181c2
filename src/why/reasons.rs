//! Why something failed or was refused, in words.

use stampede_sim::telemetry::Reason;

use crate::lang::Lang;

/// A reason, in a few words without a sentence around them.
pub fn reason_words(reason: Reason, lang: Lang) -> &'static str {
    let (en, ja) = match reason {
        Reason::Database => ("the query failed", "クエリの失敗"),
        Reason::LeaderGone => ("its leader went away", "リーダーが去った"),
        Reason::Timeout => ("time-out", "タイムアウト"),
        Reason::PoolTimeout => ("no connection in time", "接続待ちのタイムアウト"),
        Reason::QueryTimeout => ("query time-out", "クエリのタイムアウト"),
        Reason::FlightTimeout => ("the flight took too long", "読み込み待ちのタイムアウト"),
        Reason::LockTimeout => ("no lock in time", "ロック待ちのタイムアウト"),
        Reason::LockDown => ("lock server down", "ロックサーバー停止"),
        Reason::CacheDown => ("cache down", "キャッシュ停止"),
        Reason::BreakerOpen => ("breaker open", "ブレーカーが開いている"),
        Reason::TooManyRequests => ("breaker half-open", "ブレーカーが半開"),
        Reason::RateLimited => ("rate limit", "レート制限"),
        Reason::Throttled => ("throttled", "スロットル"),
        Reason::Shed => ("queued too long", "列での待ちすぎ"),
        Reason::Spilled => ("enough load without the cache", "キャッシュなしの読み込みが上限"),
        Reason::Crashed => ("its process died", "プロセスが落ちた"),
        Reason::NoProcess => ("no process was up", "動いているプロセスがない"),
        Reason::Panic => ("panic", "パニック"),
        Reason::OverLimit => ("over the adaptive limit", "適応型の上限を超えた"),
        Reason::BulkheadFull => ("the bulkhead was full", "バルクヘッドが満杯"),
        Reason::OverQuota => {
            ("its client's quota is used up", "クライアントの割り当てを使い切った")
        }
        Reason::CountersDown => ("the gateway's counters are down", "ゲートウェイのカウンター停止"),
        Reason::Unreachable => ("its process was gone already", "送り先のプロセスがもうない"),
        Reason::Overloaded => ("its process is full", "プロセスが満員"),
        Reason::Unimportant => {
            ("what places are left are for important clients", "残りの枠は重要なクライアントのもの")
        }
        Reason::QueuedLong => ("it queued too long in its process", "プロセス内で待ちすぎた"),
        Reason::Script => ("a mistake in the script that answers it", "応答するスクリプトの誤り"),
        Reason::NotFound => ("there is no such thing", "存在しない"),
    };
    lang.pick(en, ja)
}
