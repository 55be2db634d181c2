//! The compiled source, as it is.

use stampede_sim::scenario::{Flaw, ProtectSpec};
use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::PanelProps;
use super::defences::DEFENCES;

/// A file of `sim/src/protect/`, with a class for each stretch of text.
pub struct Listing {
    /// The file's name.
    pub file: &'static str,
    /// Its text; a mark and a letter stand before every stretch of text of
    /// another class (see `build/listings.rs`).
    marked: &'static str,
}

/// A class's letter, and text of that class.
type Span = (&'static str, &'static str);

const MARK: char = '\u{1}';

impl Listing {
    /// Its lines, without their ends.
    fn lines(&self) -> Vec<Vec<Span>> {
        let mut lines = vec![Vec::new()];
        for (i, stretch) in self.marked.split(MARK).enumerate() {
            // What stands before the first mark is plain.
            let (class, text) = if i == 0 { ("-", stretch) } else { stretch.split_at(1) };
            for (j, text) in text.split('\n').enumerate() {
                if j > 0 {
                    lines.push(Vec::new());
                }
                if let (Some(line), false) = (lines.last_mut(), text.is_empty()) {
                    line.push((class, text));
                }
            }
        }
        // A file ends with the end of its last line.
        lines.pop();
        lines
    }
}

include!(concat!(env!("OUT_DIR"), "/listings.rs"));

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
    let text = use_memo(file, |file| find(file).map_or_else(|| html! { <span/> }, lines));
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
    let option = |listing: &'static Listing| {
        html! { <option key={listing.file} value={listing.file} selected={listing.file == file}>{ name(listing.file) }</option> }
    };
    let group = |flawed: bool, label: &'static str| {
        let inside = LISTINGS.iter().filter(move |l| l.file.starts_with("flawed/") == flawed);
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

fn find(file: &str) -> Option<&'static Listing> {
    LISTINGS.iter().find(|listing| listing.file == file)
}

/// A file's name without its folder.
fn name(file: &'static str) -> &'static str {
    file.rsplit('/').next().unwrap_or(file)
}

/// The files behind what the lanes show: the flawed version first, then the
/// defences that are on, then how they are put together.
fn relevant(protect: &ProtectSpec, flaw: Flaw) -> Vec<&'static str> {
    let wanted = format!("flawed/{}.rs", flaw.word().replace('-', "_"));
    let flawed = LISTINGS.iter().map(|l| l.file).filter(|file| *file == wanted);
    let on = DEFENCES.iter().filter(|d| (d.is_on)(protect)).map(|d| d.file);
    let mut files: Vec<&str> = Vec::new();
    for file in flawed.chain(on).chain(["get.rs"]) {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

fn lines(listing: &'static Listing) -> Html {
    let line = |(number, spans): (usize, &Vec<Span>)| {
        html! {
            <span class="line" key={number}>
                <i aria-hidden="true">{ number + 1 }</i>
                <code>{ for spans.iter().map(|(class, text)| html! { <span class={*class}>{ *text }</span> }) }{ "\n" }</code>
            </span>
        }
    };
    listing.lines().iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code on screen is the code that runs, to the letter.
    #[test]
    fn a_listing_is_its_file() {
        for listing in LISTINGS {
            let path = format!("{}/sim/src/protect/{}", env!("CARGO_MANIFEST_DIR"), listing.file);
            let lines = listing.lines();
            let shown: String = (lines.iter())
                .map(|line| line.iter().map(|(_, text)| *text).collect::<String>() + "\n")
                .collect();
            assert_eq!(shown, std::fs::read_to_string(path).unwrap(), "{}", listing.file);
            let coloured = lines.iter().flatten().filter(|s| s.0 == "k").count();
            assert!(coloured > 2, "keywords are found");
        }
    }
}
