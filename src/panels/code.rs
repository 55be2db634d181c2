//! The compiled source, as it is, or the script that a lane runs; and *spot the bug*,
//! where a lane runs a version with a mistake.

use std::rc::Rc;

use stampede_sim::protect::script::SCRIPT;
use stampede_sim::scenario::{DEFENCES, Flaw, Scenario, Stands, Switch};
use yew::prelude::*;

use super::lanes::use_lane;
use super::listing::{Listing, Mark, Row};
use super::source::{SOURCES, find, use_source};
use super::spot::{PUZZLES, Puzzle, Reveal, Spot, is_solved, named, solved};
use super::{PanelProps, go_to};
use crate::lang::Lang;
use crate::player::Lane;
use crate::player::listing::Lit;
use crate::state::{Panel, Shared};
use crate::web;
use crate::web::fetched::Fetched;

/// The listings, one at a time; at first the one that matters most for what
/// the lanes show, or the one that the selected request is in. Lines at which
/// requests wait are lit.
#[component]
pub fn Code(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let chosen = use_state(|| None::<&'static str>);
    let first = || {
        // Where something is selected, or something is wrong, or written, or else lane B.
        let flawed = |player: &mut crate::player::Player| {
            let is_flawed = |lane: &Lane| lane.scenario.protect.flaw != Flaw::None;
            let is_written = |lane: &Lane| !lane.scenario.script.source.is_empty();
            let lanes = &player.lanes;
            lanes.iter().position(is_flawed).or(lanes.iter().rposition(is_written))
        };
        let selected = state.link.selected.as_ref().map(|(lane, _)| *lane);
        selected.or_else(|| studio.read(flawed)).unwrap_or(1)
    };
    let (lane_shown, lanes) = use_lane(first, playhead.lanes.len(), lang);
    {
        let studio = Rc::clone(studio);
        use_effect_with((playhead.run, playhead.complete, lane_shown), move |_| {
            studio.with(|player| player.watch(lane_shown));
        });
    }
    use_effect_with((), |()| web::offline::keep("sources"));
    let (scenario, lit) = studio.read(|player| {
        let lane = &mut player.lanes[lane_shown];
        (lane.scenario.clone(), lane.lit(playhead.at))
    });
    let selected = state.link.selected.as_ref().filter(|(lane, _)| *lane == lane_shown);
    let selected: Option<u32> = selected.and_then(|(_, what)| what.parse().ok());
    // A leader waits for its own load, which waits elsewhere: that is where it is.
    let place = lit.iter().rfind(|lit| selected.is_some_and(|who| lit.who.contains(&who)));
    let followed = place.and_then(|lit| listed(lit.file));
    let relevant = relevant(&scenario, |file| is_puzzle(file, state));
    let written = &scenario.script.source;
    let is_there = |file: &&str| *file != SCRIPT || !written.is_empty();
    let file = chosen.filter(is_there).or(followed).unwrap_or(relevant[0]);
    let is_script = file == SCRIPT;
    // What was written is here; something is asked for all the same.
    let source = use_source(if is_script { "get.rs" } else { file });
    let puzzle = Puzzle::of(file);
    let from = (source, puzzle.is_some(), is_script.then(|| written.clone()));
    let rows = use_memo(from, |from| match from {
        (_, _, Some(written)) => plain(written),
        (Fetched::Here(text), true, None) => solved(text),
        (Fetched::Here(text), false, None) => plain(text),
        _ => Vec::new(),
    });
    let (here, others): (Vec<Lit>, Vec<Lit>) = lit.into_iter().partition(|lit| lit.file == file);
    let listing = match (source, puzzle) {
        _ if is_script => html! {
            <Listing key={file} title={title(file, state)} {rows} lit={here} lane={lane_shown} {selected} {lang} dispatch={dispatch.clone()}/>
        },
        (Fetched::Here(text), Some(puzzle)) if !is_solved(puzzle, state) => html! {
            <Spot key={file} {puzzle} {text} lit={here} lane={lane_shown} runs={puzzle.flaw == scenario.protect.flaw} {selected}
                state={state.clone()} dispatch={dispatch.clone()}/>
        },
        (Fetched::Here(_), _) => html! {
            <Listing key={file} title={file} {rows} lit={here} lane={lane_shown} {selected} {lang} dispatch={dispatch.clone()}/>
        },
        (Fetched::Loading, _) => html! { <p class="note" key="wait">{ "…" }</p> },
        (Fetched::Missing, _) => html! { <p class="note" key="missing">{ missing(lang) }</p> },
    };
    let (named, reveal) = match puzzle.filter(|puzzle| is_solved(puzzle, state)) {
        None => (html! { <span key="unnamed"/> }, html! { <span key="unrevealed"/> }),
        Some(puzzle) => (
            named(puzzle, state),
            html! {
                <Reveal key={puzzle.flaw.word()} {puzzle} lane={(puzzle.flaw == scenario.protect.flaw).then_some(lane_shown)} studio={Rc::clone(studio)}
                    run={playhead.run} complete={playhead.complete} state={state.clone()} dispatch={dispatch.clone()}/>
            },
        ),
    };
    let choose = |which: &'static str| {
        let chosen = chosen.clone();
        let pressed = (which == file).to_string();
        html! { <button key={which} type="button" aria-pressed={pressed} onclick={Callback::from(move |_| chosen.set(Some(which)))}>{ title(which, state) }</button> }
    };
    let lab = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| go_to(Panel::Script, &dispatch))
    };
    let onchange = {
        let (chosen, state) = (chosen.clone(), state.clone());
        Callback::from(move |event: Event| {
            let wanted = web::select(&event).map(|select| select.value());
            let mut files = SOURCES.iter().map(|source| source.file).chain([SCRIPT]);
            chosen.set(files.find(|file| Some(title(file, &state)) == wanted));
        })
    };
    let option = |of: &'static str| {
        let title = title(of, state);
        html! { <option key={of} value={title.clone()} selected={of == file}>{ title }</option> }
    };
    let group = |flawed: bool, label: &'static str| {
        let files = SOURCES.iter().map(|source| source.file);
        let inside: Vec<&str> = match flawed {
            false => files.filter(|file| Puzzle::of(file).is_none()).collect(),
            // Not in the order of what they are called, which would say what they are.
            true => PUZZLES.iter().filter_map(|puzzle| listed(&puzzle.file())).collect(),
        };
        html! { <optgroup {label}>{ for inside.into_iter().map(option) }</optgroup> }
    };
    // Elsewhere than in the file shown.
    let elsewhere = others.iter().filter_map(|lit| Some((lit, listed(lit.file)?)));
    let elsewhere = elsewhere.map(|(lit, which)| {
        // A puzzle's lines have other numbers.
        let at = (!is_puzzle(which, state)).then_some(lit.line);
        let (at, count) = (at.map(|line| lang.pick(format!(" line {line}"), format!(" {line} 行目"))), lit.who.len());
        html! { <span key={format!("{which}{}", lit.line)}>{ choose(which) }{ at }{ lang.pick(format!(": {count}  "), format!("：{count} 件　")) }</span> }
    });
    html! {
        <div class="code">
            <div class="row">
                { lanes }
                <div class="row" role="group" aria-label={lang.pick("File", "ファイル")}>
                    { for relevant.iter().map(|file| choose(file)) }
                    <select aria-label={lang.pick("All files", "すべてのファイル")} {onchange}>
                        if !written.is_empty() {
                            { option(SCRIPT) }
                        }
                        { group(false, lang.pick("Defences", "対策")) }
                        { group(true, lang.pick("Spot the bug", "バグを探そう")) }
                    </select>
                </div>
            </div>
            { named }
            { listing }
            { reveal }
            <button type="button" name="lab" hidden={!is_script} onclick={lab}>{ lang.pick("Write it in the lab", "ラボで書く") }</button>
            <p class="note">{ note(is_script, lang) }{ " " }
                { for elsewhere }
            </p>
        </div>
    }
}

fn note(is_script: bool, lang: Lang) -> &'static str {
    match is_script {
        true => lang.pick(
            "This is the script that runs in this lane. Where requests wait now, the line is lit; the number says how many.",
            "このレーンで動いているスクリプトです。今リクエストが待っている行が光り、数字は件数を示します。",
        ),
        false => lang.pick(
            "This is the source that runs in the lanes, compiled into this page. Where requests wait now, the line is lit; the number says how many.",
            "レーンで動いているソースそのものです（このページにコンパイルされています）。今リクエストが待っている行が光り、数字は件数を示します。",
        ),
    }
}

/// A text whose lines are known for nothing.
fn plain(text: &str) -> Vec<Row> {
    let row = |(text, source): (&str, u32)| Row {
        text: text.to_owned().into(),
        source,
        mark: Mark::None,
    };
    text.lines().zip(1..).map(row).collect()
}

/// What a place's file is called among those that can be listed.
fn listed(file: &str) -> Option<&'static str> {
    if file == SCRIPT { Some(SCRIPT) } else { find(file).map(|source| source.file) }
}

fn missing(lang: Lang) -> &'static str {
    lang.pick(
        "This file could not be fetched, or is not the one that runs here. Reload the page.",
        "ファイルを取得できないか、動いているものとバージョンが違います。ページを読み込み直してください。",
    )
}

/// Whether a file's mistake is still to be found.
fn is_puzzle(file: &str, state: &Shared) -> bool {
    Puzzle::of(file).is_some_and(|puzzle| !is_solved(puzzle, state))
}

/// What a file is called: its name without its folder; but that of a flawed one
/// says what is to be found.
fn title(file: &'static str, state: &Shared) -> String {
    match Puzzle::of(file).filter(|puzzle| !is_solved(puzzle, state)) {
        Some(puzzle) => puzzle.title(state.lang),
        None if file == SCRIPT => state.lang.pick("the script", "スクリプト").to_owned(),
        None => file.rsplit('/').next().unwrap_or(file).to_owned(),
    }
}

/// The files behind what the lanes show: the flawed version first, then the
/// defences that are on, then how they are put together.
fn relevant(scenario: &Scenario, is_puzzle: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let protect = &scenario.protect;
    // A script stands in the place of all but those at the door.
    let is_script = !scenario.script.source.is_empty();
    let flawed = || {
        let is_its = |file: &&str| Puzzle::of(file).is_some_and(|p| p.flaw == protect.flaw);
        SOURCES.iter().map(|source| source.file).filter(is_its).filter(|_| !is_script)
    };
    // It names the mistakes, and where they are put.
    let path = (!flawed().any(is_puzzle)).then_some("path.rs");
    let stands = |switch: Switch| !is_script || switch.stands() == Stands::AtDoor;
    let on = DEFENCES.iter().filter(|d| protect.is_on(d.switch) && stands(d.switch));
    let on = on.map(|d| d.file);
    let several = (protect.lock && scenario.lock.servers > 1 && !is_script).then_some("redlock.rs");
    let edge = (scenario.edge.pops > 0).then_some("edge.rs");
    let shop = ["shop.rs", "session.rs", "lists.rs", "stock.rs"];
    let shop = shop.into_iter().filter(|_| scenario.shop.products > 0);
    let mut files: Vec<&str> = is_script.then_some(SCRIPT).into_iter().collect();
    for file in
        flawed().chain(shop).chain(edge).chain(several).chain(on).chain(["get.rs"]).chain(path)
    {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use stampede_sim::scenario::presets;

    use super::*;

    /// What is offered beside a puzzle does not say what is to be found.
    #[test]
    fn what_stands_beside_a_puzzle_tells_nothing() {
        let mut seen = 0;
        for (name, _) in presets::PRESETS {
            let scenario = presets::find(name).unwrap();
            let files = relevant(&scenario, |file| Puzzle::of(file).is_some());
            let (flawed, beside) = match scenario.protect.flaw {
                Flaw::None => continue,
                _ => files.split_first().unwrap(),
            };
            let stem = flawed.trim_start_matches("flawed/").trim_end_matches(".rs");
            for file in beside {
                let path = format!("{}/sim/src/protect/{file}", env!("CARGO_MANIFEST_DIR"));
                let text = std::fs::read_to_string(path).unwrap();
                assert!(!text.contains("Flaw::") && !text.contains(stem), "{name}: {file}");
            }
            assert!(relevant(&scenario, |_| false).contains(&"path.rs"));
            let written = scenario.with("script.source", "pub async fn get(key) {}").unwrap();
            let files = relevant(&written, |_| false);
            let is_flawed = |file: &&str| file.starts_with("flawed");
            assert!(files[0] == SCRIPT && !files.iter().any(is_flawed), "{name}: {files:?}");
            seen += 1;
        }
        assert!(seen >= 11, "{seen}");
    }
}
