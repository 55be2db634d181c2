//! The five.

use std::borrow::Cow;

use super::{Pair, Rule};
use crate::alerting::Words;

const fn words(en: &'static str, ja: &'static str) -> Words {
    Words::new(en, ja)
}

/// Without `keep_firing_for`.
const fn rule(
    (name, severity): (&'static str, &'static str),
    expr: &'static str,
    hold_s: i64,
    summary: Words,
    description: Words,
) -> Rule {
    let (expr, hold) = (Cow::Borrowed(expr), 1000 * hold_s);
    Rule { name, expr, hold, keep_firing: 0, severity, summary, description }
}

/// In the order in which they stand in the seed.
pub static ALL: [Pair; 5] = [
    Pair {
        id: "herd",
        title: words("A herd of requests", "リクエストの殺到"),
        flaws: &[29],
        seed: rule(
            ("ThunderingHerdDetected", "critical"),
            "rate(thundering_herd_requests_total[1m]) > 10000",
            30,
            words("A herd of requests has been detected", "リクエストの殺到を検知した"),
            words(
                "{{ $labels.key_pattern }}: {{ $value }} requests a second",
                "{{ $labels.key_pattern }}：毎秒 {{ $value }} リクエスト",
            ),
        ),
        mended: rule(
            ("TooManyRequestsFail", "critical"),
            "sum(rate(thundering_herd_requests_total{result=~\"error|refused|abandoned\"}[1m])) / sum(rate(thundering_herd_requests_total[1m])) > 0.05",
            30,
            words("Users do not get their answers", "ユーザーに応答が返っていない"),
            words(
                "{{ $value | humanizePercentage }} of all requests fail",
                "全リクエストの {{ $value | humanizePercentage }} が失敗",
            ),
        ),
        wrong: words(
            "It has no sum, so each instance, group of keys and result has to pass 10,000 requests a second by itself. And it looks at load, which hurts nobody as long as the caches answer.",
            "合計していないので、インスタンス、キーの種類、結果の組ごとに、それだけで毎秒 10,000 件を超えなければならない。しかも見ているのは負荷で、キャッシュが応答しているかぎり、負荷はだれも困らせない。",
        ),
        right: words(
            "It looks at the symptom: which share of all requests fails. The sum stands on both sides, so one series is divided by one.",
            "症状を見る。全リクエストのうち失敗した割合だ。合計は両辺にあるので、1 本の系列を 1 本の系列で割る。",
        ),
    },
    Pair {
        id: "flights",
        title: words("Long waits for a flight", "長い読み込み待ち"),
        flaws: &[28],
        seed: rule(
            ("SingleFlightQueueOverload", "critical"),
            "histogram_quantile(0.95, single_flight_wait_duration_seconds) > 30",
            60,
            words("Followers wait far too long", "フォロワーの待ちが長すぎる"),
            words("95th percentile: {{ $value }} s", "95 パーセンタイル：{{ $value }} 秒"),
        ),
        mended: rule(
            ("FollowersWaitLong", "critical"),
            "histogram_quantile(0.95, sum by (le) (rate(single_flight_wait_duration_seconds_bucket[1m]))) > 0.5",
            30,
            words("Followers wait far too long", "フォロワーの待ちが長すぎる"),
            words(
                "95th percentile: {{ $value | humanizeDuration }}",
                "95 パーセンタイル：{{ $value | humanizeDuration }}",
            ),
        ),
        wrong: words(
            "It fails three times. A histogram's series end in _bucket, and there is none by this name. Without a rate it would be of all time. And the last bucket with a bound ends at 30 s: no quantile is ever above that.",
            "三重に誤っている。ヒストグラムの系列名は _bucket で終わり、この名前の系列はない。rate がなければ、起動してからの全期間の値になる。しかも上限のある最後のバケットは 30 秒までで、分位数がそれを超えることはない。",
        ),
        right: words(
            "It takes the buckets' rates of the last minute, adds up all instances bucket by bucket, and then takes the quantile. The threshold is a bound that there is.",
            "直近 1 分のバケットごとの rate を、全インスタンスについて合計してから分位数を求める。しきい値は実在するバケットの上限だ。",
        ),
    },
    Pair {
        id: "breaker",
        title: words("An open breaker", "開いたブレーカー"),
        flaws: &[30],
        seed: rule(
            ("CircuitBreakerOpen", "warning"),
            "circuit_breaker_state == 1",
            0,
            words(
                "The breaker before {{ $labels.service }} is open",
                "{{ $labels.service }} の前のブレーカーが開いた",
            ),
            words("On the way to {{ $labels.endpoint }}", "対象：{{ $labels.endpoint }}"),
        ),
        mended: rule(
            ("CircuitBreakerTripped", "warning"),
            "sum by (instance) (increase(circuit_breaker_trips_total[1m])) > 0",
            0,
            words(
                "The breaker of {{ $labels.instance }} has opened",
                "{{ $labels.instance }} のブレーカーが開いた",
            ),
            words(
                "About {{ $value | printf \"%.0f\" }} times in the last minute",
                "直近 1 分におよそ {{ $value | printf \"%.0f\" }} 回",
            ),
        ),
        wrong: words(
            "In gobreaker 1 is half-open, and open is 2. And a gauge says how things stand at the instant of a scrape: what opens and closes between two of them is never seen.",
            "gobreaker では 1 は半開で、開は 2 だ。しかもゲージが示すのはスクレイプの瞬間の状態なので、2 回のスクレイプの間に開いて閉じたものは見えない。",
        ),
        right: words(
            "It counts how often breakers opened. A counter forgets nothing between two scrapes.",
            "ブレーカーが開いた回数を数える。カウンターは、スクレイプの間に起きたことも失わない。",
        ),
    },
    Pair {
        id: "hits",
        title: words("A cache that does not help", "役に立たないキャッシュ"),
        flaws: &[31],
        seed: rule(
            ("CacheHitRateCriticallyLow", "warning"),
            "cache_hit_rate < 0.5",
            120,
            words("The cache answers too little", "キャッシュの応答が少なすぎる"),
            words(
                "Hit rate: {{ $value | humanizePercentage }}",
                "ヒット率：{{ $value | humanizePercentage }}",
            ),
        ),
        mended: rule(
            ("CacheHitRatioLow", "warning"),
            "sum(rate(cache_hits_total[1m])) / sum(rate(cache_requests_total[1m])) < 0.5",
            30,
            words("The cache answers too little", "キャッシュの応答が少なすぎる"),
            words(
                "Hit ratio: {{ $value | humanizePercentage }}",
                "ヒット率：{{ $value | humanizePercentage }}",
            ),
        ),
        wrong: words(
            "Shares cannot be added up: each instance and each cache is judged by itself, a quiet one like a busy one. A small cache in the process does what it is there for if it answers less than half; it calls all the same.",
            "割合どうしは合計できない。インスタンスとキャッシュごとに、暇なものも忙しいものも同じ重さで判定される。プロセス内の小さなキャッシュは、応答が半分に満たなくても役目を果たしているが、それでもアラートが鳴る。",
        ),
        right: words(
            "It adds up hits and look-ups first, and divides then: busy instances count for more.",
            "ヒット数と問い合わせ数を先に合計し、それから割る。忙しいインスタンスほど重く数えられる。",
        ),
    },
    Pair {
        id: "forecast",
        title: words("What is about to happen", "これから起きること"),
        flaws: &[31],
        seed: rule(
            ("PredictedThunderingHerd", "warning"),
            "thundering_herd_load_prediction > 0.8",
            60,
            words("A herd is likely to come", "リクエストの殺到が起こりそうだ"),
            words(
                "Forecast: {{ $value | humanizePercentage }}",
                "予測：{{ $value | humanizePercentage }}",
            ),
        ),
        mended: rule(
            ("ConnectionsRunOut", "warning"),
            "max(predict_linear(db_connection_pool_usage[2m], 120)) > 1",
            30,
            words(
                "The connections to the database will soon run out",
                "データベースへの接続がまもなく足りなくなる",
            ),
            words(
                "In two minutes {{ $value | humanizePercentage }} of the pool",
                "2 分後にはプールの {{ $value | humanizePercentage }}",
            ),
        ),
        wrong: words(
            "What it foretells is load, and much load is what evenings are like. It says nothing of how much the system can still take.",
            "予測しているのは負荷で、夜に負荷が高いのは当たり前だ。システムにあとどれだけ余裕があるかは、何も言っていない。",
        ),
        right: words(
            "It prolongs the line of what runs out: how much of the pool will be in use in two minutes.",
            "尽きるものの推移を延長する。2 分後にプールのどれだけが使われているかだ。",
        ),
    },
];
