//! Pairs of scenarios, and the protector's acceptance tests.

use stampede_sim::check::{self, Verdict};
use stampede_sim::scenario::Text;
use stampede_sim::scenario::presets::{self, Pair};
use yew::prelude::*;

use super::PanelProps;
use crate::lang::Lang;
use crate::state::Change;

/// The themes under which pairs stand: the word in the presets' files, and the
/// name in English and in Japanese.
const THEMES: [(&str, &str, &str); 17] = [
    ("one-load", "One load instead of many", "読み込みを 1 回に"),
    ("many-processes", "Many processes", "複数のプロセス"),
    ("old-values", "Old values, and when they expire", "古い値と期限"),
    ("writes", "Updates, and the copies of what they change", "書き換えとコピー"),
    ("shop", "A shop", "ショップ"),
    ("tiers", "Caches behind caches", "キャッシュの段"),
    ("edge", "At the edge", "エッジ"),
    ("http", "One answer for many, over HTTP", "HTTP で応答を共有する"),
    ("replicas", "Replicas of the database", "データベースのレプリカ"),
    ("failing-database", "A database that fails or drowns", "失敗し、溺れるデータベース"),
    ("per-client", "Each client its share", "クライアントごとの制限"),
    ("balancers", "Which of several servers", "どのサーバーへ送るか"),
    ("servers", "What answers cost a server", "サーバーにかかる手間"),
    ("staying-down", "Down, and staying down", "落ちたまま戻らない"),
    ("watching", "Watching it", "監視"),
    ("all", "All of it", "全部"),
    ("disasters", "Disasters, as they are told", "語られる障害"),
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
    let pairs = use_memo((), |()| presets::pairs());
    let pair = |Pair { said, left, right }: &Pair| {
        let name = format!("{left}/{right}");
        let chosen =
            [left, right].iter().zip(&state.link.lanes).all(|(p, lane)| **p == lane.preset);
        let choose = {
            let (dispatch, left, right) = (dispatch.clone(), left.clone(), right.clone());
            Callback::from(move |_| {
                dispatch.dispatch(Change::Experiment(left.clone(), right.clone()));
            })
        };
        html! {
            <li key={name.clone()}><button type="button" aria-pressed={chosen.to_string()} {name} onclick={choose}>{ lang.pick(said.en.clone(), said.ja.clone()) }</button></li>
        }
    };
    let theme = |(word, en, ja): &(&'static str, &'static str, &'static str)| {
        let its = pairs.iter().filter(|pair| pair.said.theme == *word);
        html! { <section key={*word}><h2>{ lang.pick(*en, *ja) }</h2><ul>{ for its.map(pair) }</ul></section> }
    };
    html! {
        <div class="experiments">
            <dl class="about">
                <dt>{ "A" }</dt><dd>{ about(&state.link.lanes[0].preset, lang) }</dd>
                <dt>{ "B" }</dt><dd>{ about(&state.link.lanes[1].preset, lang) }</dd>
            </dl>
            { for THEMES.iter().map(theme) }
            <section key="check">
                <h2>{ lang.pick("The protector's acceptance tests", "多層防御の受け入れテスト") }</h2>
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

    /// Every pair can be shown, under a theme there is, and its texts are in
    /// both languages; every preset is somewhere.
    #[test]
    fn every_pair_exists() {
        let mut seen = Vec::new();
        let pairs = presets::pairs();
        for Pair { said, left, right } in &pairs {
            assert!(THEMES.iter().any(|(word, ..)| *word == said.theme), "{}", said.theme);
            assert!(!said.en.is_empty() && !said.ja.is_empty(), "{left}, {right}");
            for preset in [left, right] {
                let scenario = presets::find(preset).unwrap();
                assert!(
                    scenario.check_requests(&[], crate::player::MAX_REQUESTS).is_ok(),
                    "{preset}"
                );
                assert!(!scenario.about.en.is_empty() && !scenario.about.ja.is_empty());
                seen.push(preset.as_str());
            }
        }
        // Whoever says something of a pair is in one.
        let said = presets::PRESETS.iter().filter(|(_, text)| text.contains("\"pair\"")).count();
        assert_eq!(said, pairs.len());
        for (word, ..) in THEMES {
            assert!(pairs.iter().any(|pair| pair.said.theme == word), "{word} is empty");
        }
        // All but those for other uses.
        let elsewhere = ["many-keys", "closed-users", "reference", crate::sandbox::PRESET];
        for (name, _) in presets::PRESETS {
            let shown = seen.contains(name) || elsewhere.contains(name);
            assert!(shown || name.starts_with("check-"), "{name} is nowhere on the page");
        }
    }

    /// What the course and the notes for teachers call an experiment, or a theme,
    /// is what it is called here.
    #[test]
    fn what_is_named_elsewhere_is_called_so() {
        let pairs = presets::pairs();
        let names: Vec<&str> = pairs
            .iter()
            .flat_map(|pair| [pair.said.en.as_str(), pair.said.ja.as_str()])
            .chain(THEMES.iter().flat_map(|(_, en, ja)| [*en, *ja]))
            .collect();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = 0;
        for folder in ["course/en", "course/ja", "docs"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                // Pictures are no text.
                let text = std::fs::read_to_string(entry.unwrap().path()).unwrap_or_default();
                for (panel, open, close) in [("*Experiments*", '"', '"'), ("「実験」", '「', '」')]
                {
                    for rest in text.split(panel).skip(1) {
                        let line = rest.lines().next().unwrap_or_default();
                        let named = line.split_once(open).and_then(|(_, n)| n.split_once(close));
                        let Some((named, _)) = named else { continue };
                        assert!(names.contains(&named), "{folder}: {named}");
                        found += 1;
                    }
                }
            }
        }
        assert!(found >= 5, "{found}");
    }
}
