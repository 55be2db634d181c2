//! What a script can call, a line each.

use yew::prelude::*;

use crate::lang::Lang;

/// A call, and what it does in both languages.
type Word = (&'static str, &'static str, &'static str);

/// What it is about, and its calls.
type Group = (&'static str, &'static str, &'static [Word]);

const ALL: [Group; 7] = [
    (
        "The cache",
        "キャッシュ",
        &[
            ("cache::get(key).await", "the value, or None", "値、または None"),
            (
                "cache::set(key, value, ttl_ms).await",
                "stores it for that long",
                "その時間だけ保存する",
            ),
            (
                "cache::keep(key, value, ttl_ms).await",
                "the same, and the log says for how long",
                "同じく保存し、その時間をログに残す",
            ),
            (
                "cache::set_stale(key, value, ttl_ms, stale_ms).await",
                "stores it, to be kept so much longer once it is stale",
                "期限が切れても、さらにその時間だけ残す",
            ),
            (
                "cache::add(key, value, ttl_ms).await",
                "stores it if there is none; whether it did",
                "なければ保存し、保存したかどうかを返す",
            ),
            ("cache::delete(key).await", "removes it", "削除する"),
            ("cache::ttl(key).await", "for how long it is there yet, in ms", "あと何 ms 残るか"),
            (
                "cache::entry(key, stale_ms).await",
                "also what is stale no longer than that: value(), is_stale(), is_mine(), fresh_for(), delta()",
                "期限切れからその時間までのものも返す。メソッドは value, is_stale, is_mine, fresh_for, delta",
            ),
            ("cache::look(key).await", "another look while one waits", "待つ間に、もう一度見る"),
            (
                "cache::get_unless(key, is_early).await",
                "the value, or None if is_early(entry) says so when it is found",
                "値を返す。見つけた時点で is_early に真を返されたら None",
            ),
            (
                "cache::lease(key).await",
                "the value, or None with the right to load it or the advice to wait",
                "値を返す。None なら、読み込む権利か、待てという指示が付く（リース）",
            ),
            (
                "cache::must_wait()",
                "whether that advice was given; cache::look asks for the right again",
                "待てと言われているかどうか。cache::look はもう一度権利を求める",
            ),
        ],
    ),
    (
        "Caches in front and behind",
        "手前と奥のキャッシュ",
        &[
            (
                "local::get, set, add, ttl, delete",
                "the same for this process’s own copies (L1): no trip, no await",
                "プロセス内のコピー（L1）。待たないので await は不要",
            ),
            (
                "local::good_for(value)",
                "how much longer the shared cache has it, in ms",
                "共有のキャッシュにあと何 ms あるか",
            ),
            (
                "backup::get, set, add, ttl, delete",
                "the same for the cache behind (L3), if there is one",
                "奥のキャッシュ（L3）。なければ何も入っていない",
            ),
            (
                "backup::try_entry(key).await",
                "Ok(Some(entry)), Ok(None), or Err(error)",
                "次のどれか：Ok(Some(entry)), Ok(None), Err(error)",
            ),
        ],
    ),
    (
        "The database",
        "データベース",
        &[
            (
                "db::load(key).await",
                "loads the value, or ends the request",
                "値を読み込む。失敗すればリクエストは終わる",
            ),
            (
                "db::try_load(key).await",
                "Ok(value), or Err(error) with error.reason()",
                "Ok か Err を返す。理由は error.reason で得る",
            ),
            (
                "db::try_load_unless(key, is_late).await",
                "the same, but Err if is_late(waited_ms) says so when there is a connection",
                "同じ。接続を得た時点で is_late に真を返されたら Err",
            ),
            ("db::nothing()", "in a cache: there is no such thing", "「存在しない」ことを表す値"),
        ],
    ),
    (
        "A lock",
        "ロック",
        &[
            (
                "lock::acquire(key, ttl_ms).await",
                "Some(lock), or None if somebody has it",
                "Some を返す。誰かが持っていれば None",
            ),
            ("lock.release().await", "gives it back", "返す"),
            (
                "lock.extend().await",
                "holds it longer; whether it still could",
                "延長し、まだ持っていたかどうかを返す",
            ),
            ("lock.fence()", "its number, which grows from lock to lock", "ロックごとに増える番号"),
        ],
    ),
    (
        "Flights of this process",
        "このプロセスの読み込み",
        &[
            (
                "flights::join(key)",
                "Some(flight) of somebody who loads already, to be awaited",
                "すでに読み込み中なら Some を返す。await で待つ",
            ),
            (
                "flight.await, flight.result().await",
                "its value, or the request ends as it did; as Ok or Err",
                "結果を待つ。失敗ならリクエストも終わる。result は Ok か Err で返す",
            ),
            (
                "flights::lead(key)",
                "a flight of one's own, for others to join",
                "ほかが加われる、自分の読み込みを始める",
            ),
            ("flight.land(value)", "gives its value to all who joined", "加わった全員に値を渡す"),
        ],
    ),
    (
        "Time, chance, and what goes on behind",
        "時間・乱数・裏の処理",
        &[
            ("sleep(ms).await", "waits", "待つ"),
            ("timeout(ms, future).await", "gives up after so long", "その時間であきらめる"),
            ("now()", "the run’s clock, in ms", "実行の時計（ms）"),
            ("random()", "from 0 to 1, by the run’s seed", "シードから決まる 0〜1 の乱数"),
            (
                "random_early()",
                "XFetch’s dice: exponential, mean 1",
                "XFetch の乱数。平均 1 の指数分布",
            ),
            (
                "random_jitter(), random_poll(), random_throttle()",
                "the dice of jitter, lock and throttle: from 0 to 1",
                "ジッター・ロック・スロットルの乱数。0〜1",
            ),
            ("spawn(work())", "goes on behind the request", "リクエストの裏で続ける"),
            (
                "refresh(work())",
                "the same, and is counted as a refresh",
                "同じく裏で続け、更新として数える",
            ),
            ("setting(\"cache.ttl_ms\")", "a setting of the lane’s", "レーンの設定の値"),
            ("math::min, max, floor, ln, exp, sqrt, pow", "with decimals", "小数の計算"),
            ("math::whole(x)", "the whole number below", "切り捨てて整数にする"),
        ],
    ),
    (
        "The request, and what the process remembers",
        "リクエストと、プロセスの記憶",
        &[
            ("fail(\"reason\")", "ends the request", "リクエストを終える"),
            ("stale(value)", "answers with it, marked as old", "古い値として返す"),
            (
                "fallback::ancient(value, age_ms), default_value(), placeholder()",
                "what is answered in place of a value",
                "値の代わりに返すもの",
            ),
            ("counter::get, set, add", "numbers by name", "名前の付いた数"),
            (
                "map::get, set, remove",
                "maps by name, from whole numbers",
                "名前の付いたマップ。キーは整数",
            ),
            (
                "places::enter(name, most, wait_ms).await",
                "Some(place), of which there are so many, until it is dropped; or None",
                "定員までは Some(place) を返す。手放すまで占める。空かなければ None",
            ),
            ("places::taken(name)", "how many of them are taken", "そのうち占められている数"),
        ],
    ),
];

/// The list, folded.
pub fn list(lang: Lang) -> Html {
    let word = |(call, en, ja): &Word| {
        html! { <div key={*call}><dt><code>{ *call }</code></dt><dd>{ lang.pick(*en, *ja) }</dd></div> }
    };
    let group = |(en, ja, words): &Group| {
        html! { <section key={*en}><h3>{ lang.pick(*en, *ja) }</h3><dl>{ for words.iter().map(word) }</dl></section> }
    };
    html! {
        <details class="vocabulary">
            <summary>{ lang.pick("What a script can call", "スクリプトから呼べるもの") }</summary>
            <p class="note"><code>{ "pub async fn get(key)" }</code>{ lang.pick(
                " answers each request, with a value or a result.",
                " が各リクエストに答える。値か Result を返す。",
            ) }</p>
            { for ALL.iter().map(group) }
        </details>
    }
}
