//! The compiled source, as it is.

use std::rc::Rc;

use stampede_sim::scenario::{Flaw, ProtectSpec};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::PanelProps;
use super::defences::DEFENCES;
use super::highlight::spans;
use crate::text::Lang;
use crate::web;

/// A file of `sim/src/protect/` that this page was compiled from. It lies
/// beside the page, and is fetched when somebody wants to read it.
pub struct Source {
    /// Its name.
    pub file: &'static str,
    /// Its checksum (see `build/sources.rs`).
    sum: u32,
}

include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// FNV-1a, 32 bits.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// What has come of fetching a file.
#[derive(Clone, PartialEq)]
enum Text {
    Loading,
    /// It is the file that runs.
    Here(Rc<str>),
    /// It is not to be had, or is another version than the one that runs.
    Missing,
}

/// Fetches a file, and makes sure that it is the one that was compiled.
#[hook]
fn use_source(file: &'static str) -> Text {
    let text = use_state(|| (file, Text::Loading));
    {
        let text = text.clone();
        use_effect_with(file, move |file| {
            let file = *file;
            text.set((file, Text::Loading));
            wasm_bindgen_futures::spawn_local(async move {
                let found = web::text_file(&format!("protect/{file}")).await;
                let found = found.filter(|t| find(file).is_some_and(|s| s.sum == checksum(t)));
                text.set((file, found.map_or(Text::Missing, |t| Text::Here(t.into()))));
            });
        });
    }
    // What was fetched for another file says nothing about this one.
    if text.0 == file { text.1.clone() } else { Text::Loading }
}

/// The listings, one at a time; at first the one that matters most for what
/// the lanes show.
#[component]
pub fn Code(props: &PanelProps) -> Html {
    let PanelProps { studio, state, .. } = props;
    let lang = state.lang;
    let chosen = use_state(|| None::<&'static str>);
    let (lanes, flaw) = studio.read(|player| {
        let of = |i: usize| player.lanes[i].scenario.protect.clone();
        (of(1), of(0).flaw)
    });
    let relevant = relevant(&lanes, flaw);
    let file = chosen.unwrap_or(relevant[0]);
    let source = use_source(file);
    let text = use_memo((source, lang), |(source, lang)| match source {
        Text::Here(text) => text.lines().enumerate().map(line).collect(),
        Text::Loading => html! { <code>{ "…" }</code> },
        Text::Missing => html! { <code>{ missing(*lang) }</code> },
    });
    let choose = |file: &'static str| {
        let chosen = chosen.clone();
        let pressed = (file == *chosen.as_ref().unwrap_or(&relevant[0])).to_string();
        html! { <button key={file} type="button" aria-pressed={pressed} onclick={Callback::from(move |_| chosen.set(Some(file)))}>{ name(file) }</button> }
    };
    let onchange = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
            let found = select.and_then(|select| find(&select.value()));
            chosen.set(found.map(|listing| listing.file));
        })
    };
    let option = |source: &'static Source| {
        html! { <option key={source.file} value={source.file} selected={source.file == file}>{ name(source.file) }</option> }
    };
    let group = |flawed: bool, label: &'static str| {
        let inside = SOURCES.iter().filter(move |l| l.file.starts_with("flawed/") == flawed);
        html! { <optgroup {label}>{ for inside.map(option) }</optgroup> }
    };
    html! {
        <div class="code">
            <div class="row" role="group" aria-label={lang.pick("File", "ファイル")}>
                { for relevant.iter().copied().map(choose) }
                <select aria-label={lang.pick("All files", "すべてのファイル")} {onchange}>
                    { group(false, lang.pick("Defences", "対策")) }
                    { group(true, lang.pick("With a mistake: find it", "誤りあり:見つけよう")) }
                </select>
            </div>
            <p class="note">{ lang.pick("This is the source that runs in the lanes, compiled into this page.", "レーンで動いているソースそのもの。このページにコンパイルされている。") }</p>
            <pre class="listing" tabindex="0" aria-label={file}>{ (*text).clone() }</pre>
        </div>
    }
}

fn find(file: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.file == file)
}

fn missing(lang: Lang) -> &'static str {
    lang.pick(
        "This file could not be fetched, or is not the one that runs here. Reload the page.",
        "ファイルを取得できないか、動いているものと版が違います。ページを読み込み直してください。",
    )
}

/// A file's name without its folder.
fn name(file: &'static str) -> &'static str {
    file.rsplit('/').next().unwrap_or(file)
}

/// The files behind what the lanes show: the flawed version first, then the
/// defences that are on, then how they are put together.
fn relevant(protect: &ProtectSpec, flaw: Flaw) -> Vec<&'static str> {
    let wanted = format!("flawed/{}.rs", flaw.word().replace('-', "_"));
    let flawed = SOURCES.iter().map(|l| l.file).filter(|file| *file == wanted);
    let on = DEFENCES.iter().filter(|d| (d.is_on)(protect)).map(|d| d.file);
    let mut files: Vec<&str> = Vec::new();
    for file in flawed.chain(on).chain(["get.rs"]) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

fn line((number, text): (usize, &str)) -> Html {
    html! {
        <span class="line" key={number}>
            <i aria-hidden="true">{ number + 1 }</i>
            <code>{ for spans(text).into_iter().map(|(class, text)| html! { <span class={class}>{ text.to_owned() }</span> }) }{ "\n" }</code>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code on screen is the code that runs: what is listed is what is in
    /// the folder, and every line is shown to the letter.
    #[test]
    fn what_is_listed_is_what_is_compiled() {
        assert!(SOURCES.len() > 25);
        for source in SOURCES {
            let path = format!("{}/sim/src/protect/{}", env!("CARGO_MANIFEST_DIR"), source.file);
            let text = std::fs::read_to_string(path).unwrap();
            assert_eq!(checksum(&text), source.sum, "{}", source.file);
            assert_ne!(checksum(&(text.clone() + " ")), source.sum);
            let mut keywords = 0;
            for line in text.lines() {
                let shown = spans(line);
                keywords += shown.iter().filter(|(class, _)| *class == "k").count();
                assert_eq!(shown.iter().map(|(_, text)| *text).collect::<String>(), line);
            }
            assert!(keywords > 3, "{}", source.file);
        }
    }
}
