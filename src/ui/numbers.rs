//! The numbers of a run: what each is called, and where it is read.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::count as n;
use stampede_sim::telemetry::Kind;

use crate::player::Reading;

/// A number of a run.
pub struct Number {
    /// Its name in a report, where it has one there.
    pub key: &'static str,
    /// What it is called, in English and in Japanese.
    pub names: [&'static str; 2],
    /// Reads it at the playhead.
    pub read: fn(&Reading) -> String,
    /// Whether it is shown even if it is 0 everywhere.
    pub always: bool,
}

fn span(span: Nanos) -> String {
    if span == Nanos::ZERO {
        "–".to_owned()
    } else {
        format!("{} ms", span.decimal(1_000_000, 1))
    }
}

/// KB, as MB.
fn kb(kb: u32) -> String {
    if kb == 0 { "0".to_owned() } else { format!("{:.2} MB", f64::from(kb) / 1e3) }
}

/// Bytes, as MB.
fn mega(bytes: u64) -> String {
    if bytes == 0 { "0".to_owned() } else { format!("{:.2} MB", bytes as f64 / 1e6) }
}

macro_rules! numbers {
    ($( $key:ident: $en:literal, $ja:literal, $read:expr, $always:literal; )+) => {
        /// All of them, in the order in which they are shown.
        pub const NUMBERS: &[Number] = &[$( Number {
            key: stringify!($key),
            names: [$en, $ja],
            read: $read,
            always: $always,
        }, )+];
    };
}

numbers! {
    requests: "requests sent", "送信リクエスト", |r| n(r.counters.requests()), true;
    ok: "answered with a value", "値を返した", |r| n(r.counters.ok()), true;
    hits: "cache hits", "キャッシュヒット", |r| n(r.counters.hits()), true;
    misses: "cache misses", "キャッシュミス", |r| n(r.counters.misses()), true;
    edge_hits: "hits at the edge", "エッジのヒット", |r| n(r.counters.edge_hits()), false;
    origin_fetches: "fetches from the origin", "オリジンからの取得", |r| n(r.counters.origin_fetches()), false;
    kept: "answers that had been kept", "残してあった応答", |r| n(r.counters.of(Kind::Kept)), false;
    merged: "answers shared with another", "ほかと共有した応答", |r| n(r.counters.of(Kind::Merge)), false;
    store_writes: "answers stored", "応答の保存", |r| n(r.counters.of(Kind::Shelve)), false;
    leaks: "answers made for another account", "ほかのアカウントの応答", |r| n(r.counters.of(Kind::Leak)), false;
    wrong_pages: "answers to another query", "ほかのクエリ文字列の応答", |r| n(r.counters.of(Kind::WrongPage)), false;
    blocked: "answers that the browser blocks", "ブラウザーが止めた応答", |r| n(r.counters.of(Kind::Blocked)), false;
    wrong_bodies: "answers to another body", "ほかの本文への応答", |r| n(r.counters.of(Kind::WrongBody)), false;
    lost_posts: "POSTs that reached no handler", "ハンドラーに届かなかった POST", |r| n(r.counters.of(Kind::LostPost)), false;
    not_modified: "answers without a body (304)", "本文のない応答（304）", |r| n(r.counters.of(Kind::NotModified)), false;
    wrong_languages: "answers in another language", "ほかの言語の応答", |r| n(r.counters.of(Kind::WrongLanguage)), false;
    too_old: "answers older than max-age", "max-age より古い応答", |r| n(r.counters.of(Kind::TooOld)), false;
    sent_kb: "content sent", "送った本文の量", |r| mega(r.counters.sent()), false;
    local_hits: "hits in the process (L1)", "プロセス内のヒット（L1）", |r| n(r.counters.local_hits()), false;
    backup_hits: "hits in the backup cache (L3)", "バックアップのヒット（L3）", |r| n(r.counters.backup_hits()), false;
    db_calls: "database calls", "DB 呼び出し", |r| n(r.counters.db_calls()), true;
    db_peak_concurrency: "most at the database at once", "DB 同時実行の最大", |r| n(r.counters.db_peak_concurrency()), true;
    followers: "followers", "フォロワー", |r| n(r.counters.followers()), true;
    shared: "shared, as Go counts", "shared（Go の数え方）", |r| n(r.counters.shared()), true;
    fills: "writes to the cache", "キャッシュへの書き込み", |r| n(r.counters.of(Kind::Fill)), false;
    displaced: "keys that went as the cache was full", "満杯のため消えたキー", |r| n(r.counters.of(Kind::Displace)), false;
    local_displaced: "copies that went for others (L1)", "ほかのコピーのため消えたコピー（L1）", |r| n(r.counters.of(Kind::LocalDisplace)), false;
    locks: "locks acquired", "取得したロック", |r| n(r.counters.locks()), false;
    leases: "leases given", "渡したリース", |r| n(r.counters.of(Kind::Lease)), false;
    rejects: "writes refused by the cache", "キャッシュが断った書き込み", |r| n(r.counters.of(Kind::Reject)), false;
    stale: "stale answers", "古い値の応答", |r| n(r.counters.stale()), false;
    ancient: "very old values in place of an error", "エラーの代わりのずっと前の値", |r| n(r.counters.of(Kind::Ancient)), false;
    stand_ins: "answers that are not the value", "値ではない応答", |r| n(r.counters.stand_ins()), false;
    updates: "updates", "書き換え", |r| n(r.counters.updates()), false;
    stale_reads: "too old: a confirmed update is missing", "確定した書き換えより古い応答", |r| n(r.counters.stale_reads()), false;
    invalidation_trips: "calls to invalidate lists", "一覧の無効化の呼び出し", |r| n(r.counters.invalidation_trips()), false;
    deleted: "keys deleted", "削除したキー", |r| n(r.counters.of(Kind::Delete)), false;
    logins_lost: "visitors who had to log in again", "ログインし直した訪問者", |r| n(r.counters.of(Kind::LoggedOut)), false;
    sold: "products sold", "売れた商品", |r| n(r.counters.of(Kind::Sold) + r.counters.of(Kind::Oversold)), false;
    oversold: "of which there was none left", "在庫がないのに売れた商品", |r| n(r.counters.of(Kind::Oversold)), false;
    mixed: "answers of another function", "別の関数の値を返した回数", |r| n(r.counters.of(Kind::Mixed)), false;
    cache_mb: "most in the cache", "キャッシュの最大使用量", |r| kb(r.counters.memory()), false;
    replica_reads: "queries to replicas", "レプリカへのクエリ", |r| n(r.counters.replica_reads()), false;
    lost: "updates lost in a fail-over", "フェイルオーバーで失われた書き換え", |r| n(r.counters.lost()), false;
    refreshes: "background refreshes", "裏での更新", |r| n(r.counters.refreshes()), false;
    early: "early reloads", "期限前の更新", |r| n(r.counters.of(Kind::Early)), false;
    warmed: "loaded in advance", "先に読み込んだ回数", |r| n(r.counters.of(Kind::Warm)), false;
    in_vain: "of these for nobody", "そのうち無駄だった回数", |r| n(r.counters.in_vain()), false;
    trips: "breaker trips", "ブレーカーが開いた回数", |r| n(r.counters.trips()), false;
    refused: "refused by a defence", "対策が断った", |r| n(r.counters.refused()), false;
    retries: "retries", "再試行", |r| n(r.counters.retries()), false;
    wasted: "queries done for nobody", "待つ人のいないクエリ", |r| n(r.counters.wasted()), false;
    crashes: "process crashes", "プロセスのクラッシュ", |r| n(r.counters.crashes()), false;
    errors: "errors", "エラー", |r| n(r.counters.errors()), true;
    waiting: "still waiting", "待機中", |r| n(r.counters.waiting()), true;
    p50_ms: "response time, median", "応答時間（中央値）", |r| span(r.p50), true;
    p99_ms: "response time, p99", "応答時間（p99）", |r| span(r.p99), true;
}
