//! The compiled source, as it is.

use yew::prelude::*;

use crate::text::Lang;

/// A file of `sim/src/protect/`, with a class for each stretch of text.
pub struct Listing {
    /// The file's name.
    pub file: &'static str,
    /// Lines of (class, text).
    pub lines: &'static [&'static [(&'static str, &'static str)]],
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
    let line = |(number, spans): (usize, &&'static [(&'static str, &'static str)])| {
        html! {
            <span class="line" key={number}>
                <i aria-hidden="true">{ number + 1 }</i>
                <code>{ for spans.iter().map(|(class, text)| html! { <span class={*class}>{ *text }</span> }) }{ "\n" }</code>
            </span>
        }
    };
    listing.lines.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code on screen is the code that runs, to the letter.
    #[test]
    fn a_listing_is_its_file() {
        for listing in LISTINGS {
            let path = format!("{}/sim/src/protect/{}", env!("CARGO_MANIFEST_DIR"), listing.file);
            let shown: String = (listing.lines.iter())
                .map(|line| line.iter().map(|(_, text)| *text).collect::<String>() + "\n")
                .collect();
            assert_eq!(shown, std::fs::read_to_string(path).unwrap(), "{}", listing.file);
            let coloured =
                listing.lines.iter().flat_map(|l| l.iter()).filter(|s| s.0 == "k").count();
            assert!(coloured > 5, "keywords are found");
        }
    }
}
