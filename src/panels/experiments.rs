//! Pairs of scenarios, and the protector's acceptance tests.

use stampede_sim::check::{self, Verdict};
use stampede_sim::scenario::{Text, presets};
use yew::prelude::*;

use super::PanelProps;
use crate::lang::Lang;
use crate::state::Change;

/// A question: English, Japanese, lane A's preset, lane B's.
type Pair = (&'static str, &'static str, &'static str, &'static str);

/// Pairs by theme, with the theme's English and Japanese name.
pub const THEMES: &[(&str, &str, &[Pair])] = &[
    (
        "One load instead of many",
        "読み込みを 1 回に",
        &[
            (
                "A hundred at once",
                "同時に 100 件",
                "demo-without-singleflight",
                "demo-with-singleflight",
            ),
            (
                "An expiry under load",
                "負荷の中での期限切れ",
                "expiry-without-singleflight",
                "expiry-with-singleflight",
            ),
            ("The gap race", "すき間の競合", "gap-race", "gap-race-recheck"),
            (
                "The leader's client leaves",
                "リーダーが去る",
                "leader-leaves-flawed",
                "leader-leaves",
            ),
            ("Panic: Do, DoChan", "panic:Do と DoChan", "panic-do", "panic-do-chan"),
            ("Panic: handed over", "panic:引き継ぎ", "panic-do", "panic-hand-over"),
            (
                "Every follower writes",
                "全員が書き込む",
                "followers-save-flawed",
                "demo-with-singleflight",
            ),
            (
                "Waiting takes memory",
                "待つことはメモリを使う",
                "followers-eat-memory",
                "stale-saves-memory",
            ),
        ],
    ),
    (
        "Many processes",
        "複数のプロセス",
        &[
            (
                "Singleflight, lock",
                "singleflight とロック",
                "four-processes",
                "four-processes-lock",
            ),
            ("Lock, lease", "ロックとリース", "four-processes-lock", "four-processes-lease"),
            (
                "A lock that is outlived",
                "作業より短いロック",
                "lock-outlived-flawed",
                "lock-outlived",
            ),
            ("A convoy", "行列", "lock-convoy-flawed", "lock-convoy"),
            ("The lock server is down", "ロックサーバーの停止", "lock-down-flawed", "lock-down"),
        ],
    ),
    (
        "Old values, and when they expire",
        "古い値と期限",
        &[
            (
                "Serve stale, refresh behind",
                "古い値を返し、裏で更新",
                "expiry-with-singleflight",
                "expiry-stale",
            ),
            (
                "A refresh for every reader",
                "読み手の数だけ更新",
                "refresh-per-reader-flawed",
                "expiry-stale",
            ),
            ("Stale by TTL", "TTL で古さを見る", "stale-by-ttl-flawed", "stale-by-soft-ttl"),
            ("An outage, and old values", "停止と古い値", "outage-errors", "outage-stale-if-error"),
            (
                "Nothing stale at a cold start",
                "コールドスタートに古い値はない",
                "cold-start-stale",
                "demo-with-singleflight",
            ),
            ("nginx: locked, updating", "nginx:ロックと更新中", "nginx-lock", "nginx-updating"),
            ("nginx, Varnish", "nginx と Varnish", "nginx-lock", "varnish-grace"),
            (
                "A thousand keys: cliff and band",
                "1,000 個のキー:崖と帯",
                "warm-cliff",
                "warm-jitter",
            ),
            ("Jitter that is none", "ずれないジッター", "warm-jitter-flawed", "warm-jitter"),
            (
                "Jitter and one hot key",
                "ジッターとホットキー 1 個",
                "expiry-without-singleflight",
                "expiry-with-jitter",
            ),
            ("XFetch and a hot key", "XFetch とホットキー", "hot-key", "hot-key-xfetch"),
            (
                "XFetch and a cold start",
                "XFetch とコールドスタート",
                "cold-start-xfetch",
                "demo-with-singleflight",
            ),
            ("Not found", "見つからない", "not-found", "not-found-cached"),
        ],
    ),
    (
        "A database that fails or drowns",
        "失敗し、溺れるデータベース",
        &[
            (
                "An outage and a breaker",
                "停止とブレーカー",
                "outage-without-breaker",
                "outage-with-breaker",
            ),
            ("Half-open", "ハーフオープン", "half-open-flawed", "half-open"),
            ("Late successes", "遅れた成功", "late-success-flawed", "late-success"),
            ("The cache is down", "キャッシュの停止", "cache-down-flawed", "cache-down"),
            ("Where the limit stands", "レート制限の位置", "limit-first-flawed", "limit-behind"),
        ],
    ),
    (
        "Down, and staying down",
        "落ちたまま戻らない",
        &[
            (
                "Time-outs that stop the work",
                "処理も止めるタイムアウト",
                "metastable",
                "metastable-cancels",
            ),
            ("A retry budget", "リトライの予算", "metastable", "metastable-budget"),
            ("A breaker on slow calls", "遅さで開くブレーカー", "metastable", "metastable-breaker"),
            ("Shedding from the queue", "列から断る", "metastable", "metastable-codel"),
            ("Less load for a minute", "1 分間負荷を減らす", "metastable", "metastable-less-load"),
            ("A restart", "再起動", "metastable", "metastable-restart"),
        ],
    ),
    ("All of it", "全部", &[("A bad day", "悪い一日", "unprotected", "layered")]),
];

/// The pairs to choose from.
#[component]
pub fn Experiments(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch, .. } = props;
    let lang = state.lang;
    let verdicts = use_state(Vec::<Verdict>::new);
    let run = {
        let verdicts = verdicts.clone();
        Callback::from(move |_| verdicts.set(check::all()))
    };
    let pair = |(en, ja, a, b): &'static Pair| {
        let dispatch = dispatch.clone();
        let chosen = [a, b].iter().zip(&state.link.lanes).all(|(p, lane)| **p == lane.preset);
        html! {
            <li key={*en}><button type="button" aria-pressed={chosen.to_string()} name={format!("{a}/{b}")}
                onclick={Callback::from(move |_| dispatch.dispatch(Change::Experiment(a, b)))}>{ lang.pick(*en, *ja) }</button></li>
        }
    };
    let theme = |(en, ja, pairs): &'static (&str, &str, &[Pair])| {
        html! { <section key={*en}><h3>{ lang.pick(*en, *ja) }</h3><ul>{ for pairs.iter().map(pair) }</ul></section> }
    };
    html! {
        <div class="experiments">
            <dl class="about">
                <dt>{ "A" }</dt><dd>{ about(&state.link.lanes[0].preset, lang) }</dd>
                <dt>{ "B" }</dt><dd>{ about(&state.link.lanes[1].preset, lang) }</dd>
            </dl>
            { for THEMES.iter().map(theme) }
            <section key="check">
                <h3>{ lang.pick("The protector's acceptance tests", "多層防御の受け入れテスト") }</h3>
                <button type="button" name="check" onclick={run}>{ lang.pick("Run all four", "4 つすべて実行") }</button>
                <div role="status"><ul class="verdicts">{ for verdicts.iter().map(|v| verdict(v, lang)) }</ul></div>
            </section>
        </div>
    }
}

fn verdict(verdict: &Verdict, lang: Lang) -> Html {
    let say = |text: &Text| lang.pick(text.en.clone(), text.ja.clone());
    let facts: Vec<String> = verdict.facts.iter().map(say).collect();
    let (class, word) = match verdict.passed {
        true => ("pass", lang.pick("PASS", "合格")),
        false => ("fail", lang.pick("FAIL", "不合格")),
    };
    html! {
        <li key={verdict.name}><b {class}>{ word }</b><code>{ verdict.name }</code><span>{ facts.join(lang.pick("; ", "。")) }</span></li>
    }
}

fn about(preset: &str, lang: Lang) -> String {
    presets::find(preset).map(|s| lang.pick(s.about.en, s.about.ja)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every pair can be shown, and meets the same herd where it should.
    #[test]
    fn every_pair_exists() {
        let mut seen = Vec::new();
        for (_, _, pairs) in THEMES {
            for (.., a, b) in *pairs {
                for preset in [a, b] {
                    let scenario = presets::find(preset).unwrap();
                    assert!(
                        scenario.check_requests(crate::player::MAX_REQUESTS).is_ok(),
                        "{preset}"
                    );
                    assert!(!scenario.about.en.is_empty() && !scenario.about.ja.is_empty());
                    seen.push(*preset);
                }
            }
        }
        // All but those for other uses.
        let elsewhere = ["many-keys", "closed-users", "reference", crate::sandbox::PRESET];
        for (name, _) in presets::PRESETS {
            let shown = seen.contains(name) || elsewhere.contains(name);
            assert!(shown || name.starts_with("check-"), "{name} is nowhere on the page");
        }
    }
}
