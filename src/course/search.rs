//! Finds words in all chapters.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::library::use_library;
use super::tree::{self, Node};
use super::{CHAPTERS, position};
use crate::lang::Lang;
use crate::state::{Change, Dispatch};

/// How many places are shown.
const MOST: usize = 12;
/// How much of a passage is shown around what was found, in characters.
const AROUND: usize = 40;

/// A passage of a chapter that is found as one.
#[derive(Clone, Debug, PartialEq)]
struct Passage {
    /// The chapter and the heading, both from 1.
    place: (u32, u32),
    heading: String,
    text: String,
}

/// See [`Search`].
#[derive(Properties, PartialEq)]
pub struct SearchProps {
    /// The page's language.
    pub lang: Lang,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// A field to search in, and what it found.
#[component]
pub fn Search(props: &SearchProps) -> Html {
    let SearchProps { lang, dispatch } = props;
    let lang = *lang;
    let wanted = use_state(String::new);
    let wants = use_state_eq(|| false);
    let library = use_library(lang, *wants);
    let passages = use_memo(library, |library| {
        let mut all = Vec::new();
        let chapters = CHAPTERS.iter().zip(library.iter());
        chapters.for_each(|(chapter, nodes)| collect(chapter.ordinal(), nodes, &mut all));
        all
    });
    let fetch = Callback::from(move |()| wants.set(true));
    let oninput = {
        let (wanted, fetch) = (wanted.clone(), fetch.clone());
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            wanted.set(input.value());
            fetch.emit(());
        })
    };
    let found = find(&passages, &wanted);
    let row = |(i, hit): (usize, &Hit)| {
        let (chapter, heading) = hit.passage.place;
        let (dispatch, wanted) = (dispatch.clone(), wanted.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Change::Chapter(chapter, heading));
            wanted.set(String::new());
        });
        let [before, word, after] = hit.around();
        html! {
            <li key={i}><button type="button" class="quiet" {onclick}>
                <b>{ CHAPTERS[position(chapter)].title(lang) }{ " › " }{ &hit.passage.heading }</b>
                <span>{ before }<mark>{ word }</mark>{ after }</span>
            </button></li>
        }
    };
    let asked = !wanted.trim().is_empty() && !passages.is_empty();
    let count = match (asked, lang) {
        (false, _) => String::new(),
        (true, Lang::En) if found.is_empty() => {
            format!("Nothing in the course about “{}”.", *wanted)
        }
        (true, Lang::Ja) if found.is_empty() => format!("「{}」は見つかりません。", *wanted),
        (true, Lang::En) => format!("{} places", found.len()),
        (true, Lang::Ja) => format!("{} か所", found.len()),
    };
    html! {
        <search class="search">
            <input type="search" name="search" value={(*wanted).clone()} {oninput} onfocus={fetch.reform(|_: FocusEvent| ())}
                placeholder={lang.pick("Search the course", "講座を検索")} aria-label={lang.pick("Search the course", "講座を検索")}/>
            <span class="note" role="status">{ count }</span>
            <ol>{ for found.iter().take(MOST).enumerate().map(row) }</ol>
        </search>
    }
}

/// A chapter's passages: headings, paragraphs, items, tables, and what is asked.
fn collect(chapter: u32, nodes: &[Node], all: &mut Vec<Passage>) {
    let mut place = (chapter, 0);
    let mut heading = String::new();
    for node in nodes {
        let Node::Element(letter, attribute, inner) = node else { continue };
        let mut text = String::new();
        if *letter == 'h' {
            let id = attribute.split_once('s').and_then(|(_, number)| number.parse().ok());
            place.1 = id.unwrap_or_default();
            heading = plain(inner);
        } else if *letter == 'w' {
            let read = |name: &str| READ.contains(&name);
            let fields = tree::fields(inner).into_iter().filter(|(name, _)| read(name));
            text = fields.map(|(_, value)| value).collect::<Vec<_>>().join(" ");
        } else {
            text = plain(inner);
        }
        all.push(Passage { place, heading: heading.clone(), text });
    }
}

/// What is read of a block that is not prose, before anything is given away.
const READ: [&str; 5] = ["question", "caption", "goal", "second", "say"];

fn plain(nodes: &[Node]) -> String {
    let text = |node: &Node| match node {
        Node::Text(text) => (*text).to_owned(),
        // Cells and items side by side.
        Node::Element('d' | 'i' | 'p', _, inner) => plain(inner) + " ",
        Node::Element(_, _, inner) => plain(inner),
    };
    nodes.iter().map(text).collect()
}

/// A passage with all words of a search, and where the first one is.
struct Hit<'a> {
    passage: &'a Passage,
    at: usize,
    length: usize,
}

/// The passages with all words of a search, in headings first.
fn find<'a>(passages: &'a [Passage], wanted: &str) -> Vec<Hit<'a>> {
    let wanted = wanted.to_ascii_lowercase();
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let Some(first) = words.first() else { return Vec::new() };
    let hit = |passage: &'a Passage| {
        // ASCII only, so that places stay where they are.
        let text = passage.text.to_ascii_lowercase();
        let heading = passage.heading.to_ascii_lowercase();
        let alone = passage.text.is_empty();
        let there = |word: &&str| text.contains(*word) || (alone && heading.contains(*word));
        let (at, length) = text.find(first).map_or((0, 0), |at| (at, first.len()));
        words.iter().all(there).then_some(Hit { passage, at, length })
    };
    let found = passages.iter().filter_map(hit);
    let (mut headings, texts): (Vec<Hit>, Vec<Hit>) =
        found.partition(|hit| hit.passage.text.is_empty());
    headings.extend(texts);
    headings
}

impl Hit<'_> {
    /// What was found, and what stands before and after it.
    fn around(&self) -> [String; 3] {
        let text = &self.passage.text;
        let (before, rest) = text.split_at(self.at);
        let (word, after) = rest.split_at(self.length);
        let cut = before.char_indices().rev().nth(AROUND).map_or(0, |(at, _)| at);
        let end = after.char_indices().nth(2 * AROUND).map_or(after.len(), |(at, _)| at);
        let mark = |cut: bool| if cut { "…" } else { "" };
        let before = format!("{}{}", mark(cut > 0), &before[cut..]);
        let after = format!("{}{}", &after[..end], mark(end < after.len()));
        [before, word.to_owned(), after]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_where_they_are_read() {
        let text = "\u{1}h1s1\u{3}The Lock\u{2}\u{1}pA \u{1}gmeaning\u{3}lease\u{2} is given.\u{2}\
            \u{1}h2s2\u{3}分散ロック\u{2}\u{1}pロックを取る。\u{2}\
            \u{1}wtask\u{3}\u{1}fgoal\u{3}One query.\u{2}\u{1}fhint\u{3}A secret lease.\u{2}\u{2}";
        let mut all = Vec::new();
        collect(3, &tree::read(text), &mut all);
        let found = |wanted: &str| -> Vec<_> {
            let found = find(&all, wanted);
            found.iter().map(|hit| (hit.passage.place, hit.around().concat())).collect()
        };
        assert_eq!(found("LEASE"), [((3, 1), "A lease is given.".to_owned())]);
        assert_eq!(found("lock"), [((3, 1), String::new())]);
        assert_eq!(
            found("ロック"),
            [((3, 2), String::new()), ((3, 2), "ロックを取る。".to_owned())]
        );
        assert_eq!(found("given a").len(), 1);
        assert_eq!(found("one query"), [((3, 2), "One query.".to_owned())]);
        assert!(found("secret").is_empty() && found("meaning").is_empty() && found(" ").is_empty());
    }
}
