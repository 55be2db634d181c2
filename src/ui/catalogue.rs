//! The defences as the page shows them: on the stage, in the panels, in words.

use stampede_sim::scenario::ProtectSpec;

/// A defence as the page shows it.
pub struct Defence {
    /// Its name in `protect`, and of its section of knobs.
    pub key: &'static str,
    /// Its English name.
    pub en: &'static str,
    /// Its Japanese name.
    pub ja: &'static str,
    /// What it does, in English and in Japanese.
    pub about: [&'static str; 2],
    /// Whether it is on.
    pub is_on: fn(&ProtectSpec) -> bool,
    /// The file that a learner wants to read.
    pub file: &'static str,
}

macro_rules! defences {
    ($( $key:ident, $en:literal, $ja:literal, $about_en:literal, $about_ja:literal, $file:literal; )+) => {
        /// Every defence, from the cache to the database.
        pub const DEFENCES: &[Defence] = &[$( Defence {
            key: stringify!($key),
            en: $en,
            ja: $ja,
            about: [$about_en, $about_ja],
            is_on: |p| p.$key,
            file: $file,
        }, )+];
    };
}

defences! {
    jitter, "jitter", "ジッター", "each TTL a little longer or shorter", "TTL を少しずつずらす", "jitter.rs";
    xfetch, "XFetch", "XFetch", "a reader reloads before the expiry, at random", "期限前に、ランダムに選ばれた読み手が更新する", "xfetch.rs";
    negative, "negative caching", "ネガティブキャッシュ", "remember that something does not exist", "「ない」ことも覚えておく", "keep.rs";
    stale, "serve stale", "古い値を返す", "an old value now, a new one behind", "まず古い値を返し、裏で更新する", "stale.rs";
    lease, "lease", "リース", "the cache says who may load", "誰が読み込むかをキャッシュが決める", "lease.rs";
    singleflight, "singleflight", "singleflight", "one load for a key and process", "プロセスごとに、1 キー 1 回の読み込み", "singleflight.rs";
    recheck, "second look", "再確認", "look into the cache again, inside the flight", "読み込む前にもう一度キャッシュを見る", "get.rs";
    lock, "lock", "分散ロック", "of all processes, one loads", "全プロセスのうち 1 つだけが読み込む", "lock.rs";
    throttle, "throttle", "スロットル", "ask for no more than is accepted", "受け付けられる量に合わせて減らす", "throttle.rs";
    limiter, "rate limit", "レート制限", "only so many loads in a time", "一定時間の読み込みを制限する", "limiter.rs";
    breaker, "breaker", "ブレーカー", "stop asking a database that fails", "失敗するデータベースに頼むのをやめる", "breaker.rs";
    codel, "CoDel", "CoDel", "refuse who queued too long", "待ちすぎたリクエストを断る", "codel.rs";
    spill, "spill guard", "あふれ止め", "without the cache, only a few load", "キャッシュ停止中は少数だけ通す", "spill.rs";
}

#[cfg(test)]
mod tests {
    use stampede_sim::scenario::fields;

    use super::*;

    /// Every switch in the scenario is on the page, and has a listing.
    #[test]
    fn every_defence_is_shown() {
        let shown: Vec<String> = DEFENCES.iter().map(|d| format!("protect.{}", d.key)).collect();
        let switches: Vec<&str> = fields::all()
            .filter(|(path, kind)| path.starts_with("protect.") && *kind == fields::Kind::Flag)
            .map(|(path, _)| *path)
            .collect();
        assert_eq!(shown.len(), switches.len());
        assert!(switches.iter().all(|path| shown.iter().any(|s| s == path)));
        for defence in DEFENCES {
            let file = format!("{}/sim/src/protect/{}", env!("CARGO_MANIFEST_DIR"), defence.file);
            assert!(std::path::Path::new(&file).exists(), "{file}");
        }
    }
}
