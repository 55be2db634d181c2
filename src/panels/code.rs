//! The compiled source, as it is.

use std::collections::BTreeSet;
use std::rc::Rc;

use stampede_sim::engine::watch::NOBODY;
use stampede_sim::scenario::DEFENCES;
use stampede_sim::scenario::{Flaw, ProtectSpec};
use yew::prelude::*;

use super::PanelProps;
use super::highlight::spans;
use super::lanes::use_lane;
use crate::lang::Lang;
use crate::player::listing::Lit;
use crate::state::Change;
use crate::web;
use crate::web::fetched::{Fetched, use_text};

/// A file of `sim/src/protect/` that this page was compiled from. It lies
/// beside the page, and is fetched when somebody wants to read it.
pub struct Source {
    /// Its name.
    pub file: &'static str,
    /// Its checksum (see `build/sources.rs`).
    sum: u32,
}

include!(concat!(env!("OUT_DIR"), "/sources.rs"));

/// The height of a line, in CSS pixels.
const LINE: i32 = 20;

/// FNV-1a, 32 bits.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A file, if it is the one that was compiled.
#[hook]
fn use_source(file: &'static str) -> Fetched {
    let text = use_text(format!("protect/{file}"));
    *use_memo((file, text), |(file, text)| match text {
        Fetched::Here(text) if find(file).is_none_or(|s| s.sum != checksum(text)) => {
            Fetched::Missing
        }
        text => *text,
    })
}

/// The listings, one at a time; at first the one that matters most for what
/// the lanes show, or the one that the selected request is in. Lines at which
/// requests wait are lit.
#[component]
pub fn Code(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let chosen = use_state(|| None::<&'static str>);
    let first = || {
        // Where something is selected, or something is wrong, or else lane B.
        let flawed = studio.read(|player| player.lanes[0].scenario.protect.flaw != Flaw::None);
        state.link.selected.as_ref().map_or(usize::from(!flawed), |(lane, _)| *lane)
    };
    let (lane_shown, lanes) = use_lane(first, playhead.lanes.len(), lang);
    let open = use_state(|| None::<u32>);
    {
        let studio = Rc::clone(studio);
        use_effect_with((playhead.run, playhead.complete, lane_shown), move |_| {
            studio.with(|player| player.watch(lane_shown));
        });
    }
    let (protect, lit) = studio.read(|player| {
        let lane = &mut player.lanes[lane_shown];
        (lane.scenario.protect.clone(), lane.lit(playhead.at))
    });
    let selected = state.link.selected.as_ref().filter(|(lane, _)| *lane == lane_shown);
    let selected: Option<u32> = selected.and_then(|(_, what)| what.parse().ok());
    // A leader waits for its own load, which waits elsewhere: that is where it is.
    let place = lit.iter().rfind(|lit| selected.is_some_and(|who| lit.who.contains(&who)));
    let followed = place.and_then(|lit| find(lit.file)).map(|source| source.file);
    let relevant = relevant(&protect, protect.flaw);
    let file = chosen.or(followed).unwrap_or(relevant[0]);
    let source = use_source(file);
    let lines = use_memo(source, |source| match source {
        Fetched::Here(text) => text.lines().map(coloured).collect(),
        _ => Vec::new(),
    });
    let listing = use_node_ref();
    {
        // The selected request's line comes into view, or the first that is lit; once
        // for each file.
        let mine = place.filter(|lit| lit.file == file).map(|lit| lit.line);
        let first = lit.iter().filter(|lit| lit.file == file).map(|lit| lit.line).min();
        let first = mine.or(first);
        let listing = listing.clone();
        let ready = (file, lines.is_empty(), first.is_some(), selected);
        use_effect_with(ready, move |_| {
            if let (Some(listing), Some(line)) = (listing.cast::<web_sys::HtmlElement>(), first) {
                listing.set_scroll_top(LINE * (line as i32 - 6).max(0));
            }
        });
    }
    let here =
        |number: usize| lit.iter().find(|lit| lit.file == file && lit.line as usize == number + 1);
    let line = |(number, text): (usize, &Html)| {
        let (count, class) = match here(number) {
            None => (String::new(), None),
            Some(lit) if selected.is_some_and(|who| lit.who.contains(&who)) => {
                (lit.who.len().to_string(), Some("mine"))
            }
            Some(lit) => (lit.who.len().to_string(), Some("lit")),
        };
        let waits = match class {
            None => html! { <span></span> },
            Some(_) => {
                let open = open.clone();
                let label = match lang {
                    Lang::En => format!("{count} wait at line {}", number + 1),
                    Lang::Ja => format!("{} 行目で {count} 件が待つ", number + 1),
                };
                let expanded = (*open == Some(number as u32)).to_string();
                let onclick = Callback::from(move |_: MouseEvent| {
                    open.set(Some(number as u32).filter(|number| *open != Some(*number)));
                });
                html! { <button type="button" class="waits" aria-label={label} aria-expanded={expanded} {onclick}>{ count }</button> }
            }
        };
        html! {
            <span class={classes!("line", class)} key={number}>
                { waits }<i aria-hidden="true">{ number + 1 }</i><code>{ text.clone() }</code>
            </span>
        }
    };
    let text = match source {
        Fetched::Here(_) => lines.iter().enumerate().map(line).collect(),
        Fetched::Loading => html! { <code>{ "…" }</code> },
        Fetched::Missing => html! { <code>{ missing(lang) }</code> },
    };
    let choose = |name: &'static str, which: &'static str| {
        let chosen = chosen.clone();
        let pressed = (which == file).to_string();
        html! { <button key={which} type="button" aria-pressed={pressed} onclick={Callback::from(move |_| chosen.set(Some(which)))}>{ name }</button> }
    };
    let onchange = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            let found = web::select(&event).and_then(|select| find(&select.value()));
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
    // Whoever waits there twice is named once; a load that has done nothing yet
    // has no name.
    let names = |lit: &Lit| {
        let who: BTreeSet<u32> = lit.who.iter().copied().filter(|who| *who != NOBODY).collect();
        who.into_iter().take(60)
    };
    let select = |who: u32| {
        let dispatch = dispatch.clone();
        let select = Some((lane_shown, who.to_string()));
        let onclick =
            Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Select(select.clone())));
        html! { <li key={who}><button type="button" class="quiet" {onclick}>{ format!("#{who}") }</button></li> }
    };
    let waiting = open.and_then(|number| here(number as usize));
    // Elsewhere than in the file shown.
    let others = lit
        .iter()
        .filter(|lit| lit.file != file)
        .filter_map(|lit| find(lit.file).map(|source| (lit, source.file)));
    html! {
        <div class="code">
            <div class="row">
                { lanes }
                <div class="row" role="group" aria-label={lang.pick("File", "ファイル")}>
                    { for relevant.iter().copied().map(|file| choose(name(file), file)) }
                    <select aria-label={lang.pick("All files", "すべてのファイル")} {onchange}>
                        { group(false, lang.pick("Defences", "対策")) }
                        { group(true, lang.pick("With a mistake: find it", "誤りあり：見つけよう")) }
                    </select>
                </div>
            </div>
            <pre ref={listing} class="listing" tabindex="0" aria-label={file}>{ text }</pre>
            { waiting.map_or_else(|| html! { <span/> }, |lit| html! { <ul class="crowd">{ for names(lit).map(select) }</ul> }) }
            <p class="note">{ lang.pick(
                "This is the source that runs in the lanes, compiled into this page. Where requests wait now, the line is lit; the number says how many.",
                "レーンで動いているソースそのものです（このページにコンパイルされています）。今リクエストが待っている行が光り、数字は件数を示します。",
            ) }{ " " }
                { for others.map(|(lit, which)| html! { <span key={format!("{which}{}", lit.line)}>{ choose(name(which), which) }{ match lang {
                    Lang::En => format!(" line {}: {}  ", lit.line, lit.who.len()),
                    Lang::Ja => format!(" {} 行目：{} 件  ", lit.line, lit.who.len()),
                } }</span> }) }
            </p>
        </div>
    }
}

fn find(file: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|source| source.file == file)
}

fn missing(lang: Lang) -> &'static str {
    lang.pick(
        "This file could not be fetched, or is not the one that runs here. Reload the page.",
        "ファイルを取得できないか、動いているものとバージョンが違います。ページを読み込み直してください。",
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
    let on = DEFENCES.iter().filter(|d| protect.is_on(d.switch)).map(|d| d.file);
    let mut files: Vec<&str> = Vec::new();
    for file in flawed.chain(on).chain(["get.rs", "path.rs"]) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

fn coloured(text: &str) -> Html {
    html! { <>{ for spans(text).into_iter().map(|(class, text)| html! { <span class={class}>{ text.to_owned() }</span> }) }{ "\n" }</> }
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
