//! What a script can call, a line each.

use yew::prelude::*;

use crate::lang::Lang;

/// A call, and what it does in both languages.
type Word = (&'static str, &'static str, &'static str);

/// What it is about, and its calls.
type Group = (&'static str, &'static str, &'static [Word]);

const ALL: [Group; 6] = [
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
            (
                "cache::ttl(key).await",
                "for how long it is fresh yet, in ms",
                "新しいといえる残り時間（ms）",
            ),
            (
                "cache::entry(key, stale_ms).await",
                "also what is stale no longer than that: value(), is_stale(), is_mine(), fresh_for(), delta()",
                "期限切れからその時間までのものも返す。メソッドは value, is_stale, is_mine, fresh_for, delta",
            ),
            ("cache::look(key).await", "another look while one waits", "待つ間に、もう一度見る"),
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
            ("spawn(work())", "goes on behind the request", "リクエストの裏で続ける"),
            (
                "refresh(work())",
                "the same, and is counted as a refresh",
                "同じく裏で続け、更新として数える",
            ),
            ("setting(\"cache.ttl_ms\")", "a setting of the lane’s", "レーンの設定の値"),
            ("math::min, max, floor, ln, exp, sqrt, pow", "with decimals", "小数の計算"),
        ],
    ),
    (
        "The request, and what the process remembers",
        "リクエストと、プロセスの記憶",
        &[
            ("fail(\"reason\")", "ends the request", "リクエストを終える"),
            ("stale(value)", "answers with it, marked as old", "古い値として返す"),
            ("counter::get, set, add", "numbers by name", "名前の付いた数"),
            (
                "map::get, set, remove",
                "maps by name, from whole numbers",
                "名前の付いたマップ。キーは整数",
            ),
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
            { for ALL.iter().map(group) }
        </details>
    }
}
