//! The compiled source, as it is.

use yew::prelude::*;

use crate::text::Lang;

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

/// See [`Code`].
#[derive(Properties, PartialEq)]
pub struct CodeProps {
    /// The page's language.
    pub lang: Lang,
}

/// The listings, one at a time.
#[component]
pub fn Code(props: &CodeProps) -> Html {
    let lang = props.lang;
    let chosen = use_state(|| 0usize);
    let listing = &LISTINGS[*chosen];
    let text = use_memo(*chosen, |i| lines(&LISTINGS[*i]));
    html! {
        <div class="code">
            <div class="row" role="group" aria-label={lang.pick("File", "ファイル")}>
                { for LISTINGS.iter().enumerate().map(|(i, listing)| {
                    let chosen = chosen.clone();
                    let pressed = (*chosen == i).to_string();
                    html! { <button key={i} type="button" aria-pressed={pressed} onclick={Callback::from(move |_| chosen.set(i))}>{ listing.file }</button> }
                }) }
            </div>
            <p class="note">{ lang.pick("This is the source that runs in the lanes, compiled into this page.", "レーンで動いているソースそのもの。このページにコンパイルされている。") }</p>
            <pre class="listing" tabindex="0" aria-label={listing.file}>{ (*text).clone() }</pre>
        </div>
    }
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
            assert!(coloured > 5, "keywords are found");
        }
    }
}
