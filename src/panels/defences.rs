//! Each defence, on or off in each lane, and its knobs.

use stampede_sim::scenario::fields;
use stampede_sim::scenario::{Layer, ProtectSpec};
use yew::prelude::*;

use super::PanelProps;
use super::field::{Field, value_at};
use crate::app::Change;
use crate::text::Lang;

/// A defence as the page shows it.
pub struct Defence {
    /// Its name in `protect`, and of its section of knobs.
    pub key: &'static str,
    /// Its English name.
    pub en: &'static str,
    /// Its Japanese name.
    pub ja: &'static str,
    /// What it does, in English and in Japanese.
    about: [&'static str; 2],
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

/// The lanes' names, as in links.
const LANES: [&str; 2] = ["a", "b"];

/// The table of defences.
#[component]
pub fn Defences(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, .. } = props;
    let lang = state.lang;
    let open = use_state(|| None::<&'static str>);
    let lanes = studio.read(|player| [0, 1].map(|i| player.lanes[i].scenario.clone()));
    let set = |lane: usize, path: String, value: String| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            let path = format!("{}.{path}", LANES[lane]);
            dispatch.dispatch(Change::Set(path, value.clone()));
        })
    };
    let switch = |defence: &Defence, lane: usize| {
        let on = (defence.is_on)(&lanes[lane].protect);
        let onclick = set(lane, format!("protect.{}", defence.key), (!on).to_string());
        let name = format!("{}: {}", ["A", "B"][lane], lang.pick(defence.en, defence.ja));
        html! {
            <td class="cell"><button type="button" class="switch" role="switch" aria-checked={on.to_string()} aria-label={name}
                name={format!("{}.{}", LANES[lane], defence.key)} {onclick}><i></i></button></td>
        }
    };
    let row = |defence: &Defence| {
        let key = defence.key;
        let has_knobs = fields::all().any(|(path, _)| in_section(path, key));
        let is_open = *open == Some(key);
        let toggle = {
            let open = open.clone();
            Callback::from(move |_| open.set((!is_open).then_some(key)))
        };
        html! {
            <tr {key}>
                <th scope="row"><b>{ lang.pick(defence.en, defence.ja) }</b><small>{ defence.about[lang as usize] }</small></th>
                { switch(defence, 0) }{ switch(defence, 1) }
                <td>
                    if has_knobs {
                        <button type="button" class="quiet" aria-expanded={is_open.to_string()} name={format!("knobs.{key}")} onclick={toggle}>{ lang.pick("knobs", "調整") }</button>
                    } else { <span/> }
                </td>
            </tr>
        }
    };
    let knobs = |key: &'static str| {
        let column = |lane: usize| {
            let document = lanes[lane].to_value();
            let field = |(path, _): &'static (&'static str, fields::Kind)| {
                let short = path.split_once('.').map_or(*path, |(_, short)| short);
                let (link, dispatch) = (format!("{}.{path}", LANES[lane]), dispatch.clone());
                let value = value_at(&document, path).unwrap_or_default();
                html! { <Field key={*path} path={*path} {link} name={short} {value} {dispatch}/> }
            };
            html! {
                <fieldset key={lane}>
                    <legend>{ lang.pick("Lane ", "レーン ") }{ ["A", "B"][lane] }</legend>
                    <div class="knobs">{ for fields::all().filter(|(path, _)| in_section(path, key)).map(field) }</div>
                </fieldset>
            }
        };
        html! { <div class="pair" key={key}>{ column(0) }{ column(1) }</div> }
    };
    let order = |lane: usize| {
        let layers = lanes[lane].protect.layers();
        let earlier = |i: usize| {
            let mut moved = layers.clone();
            moved.swap(i, i - 1);
            let words: Vec<String> =
                moved.iter().map(|layer| format!("{:?}", layer.word())).collect();
            set(lane, "protect.order".to_owned(), format!("[{}]", words.join(",")))
        };
        let chip = |(i, layer): (usize, &Layer)| {
            let name = name_of(*layer, lang);
            html! {
                <li key={layer.word()}>
                    if i > 0 { <span class="then" aria-hidden="true">{ "→" }</span> } else { <span/> }
                    <span>{ name }</span>
                    if i > 0 {
                        <button type="button" class="quiet" aria-label={lang.pick(format!("earlier: {name}"), format!("前へ:{name}"))} onclick={earlier(i)}>{ lang.pick("earlier", "前へ") }</button>
                    } else { <span/> }
                </li>
            }
        };
        html! {
            <div key={lane} class="order">
                <b>{ ["A", "B"][lane] }</b>
                <ol>{ for layers.iter().enumerate().map(chip) }</ol>
                if layers.is_empty() { <span class="note">{ lang.pick("none", "なし") }</span> } else { <span/> }
            </div>
        }
    };
    let flaw = |lane: usize| {
        let value = lanes[lane].protect.flaw.word();
        let (link, dispatch) = (format!("{}.protect.flaw", LANES[lane]), dispatch.clone());
        let name = format!("{} {}", ["A", "B"][lane], lang.pick("flaw", "誤り"));
        html! { <Field key={lane} path="protect.flaw" {link} {name} {value} {dispatch}/> }
    };
    html! {
        <div class="defences">
            <table>
                <thead><tr><td></td><th scope="col">{ "A" }</th><th scope="col">{ "B" }</th><td></td></tr></thead>
                <tbody>{ for DEFENCES.iter().map(row) }</tbody>
            </table>
            { open.map_or_else(|| html! { <div key="none"/> }, knobs) }
            <h3>{ lang.pick("In which order a miss meets them", "ミスが通る順番") }</h3>
            { for (0..2).map(order) }
            <h3>{ lang.pick("A well-known mistake in place of a defence", "対策の代わりに、よくある誤り") }</h3>
            <div class="pair">{ for (0..2).map(flaw) }</div>
        </div>
    }
}

fn in_section(path: &str, key: &str) -> bool {
    path.split_once('.').is_some_and(|(section, _)| section == key)
}

fn name_of(layer: Layer, lang: Lang) -> &'static str {
    let defence = DEFENCES.iter().find(|defence| defence.key == layer.word());
    defence.map_or("", |defence| lang.pick(defence.en, defence.ja))
}

#[cfg(test)]
mod tests {
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
