//! A chapter on the page.

use yew::prelude::*;

use super::numbers::number;
use super::{Block, CHAPTERS, Inline};
use crate::text::Lang;

/// See [`Prose`].
#[derive(Properties, PartialEq)]
pub struct ProseProps {
    /// The page's language.
    pub lang: Lang,
}

/// The text of the chapter.
#[component]
pub fn Prose(props: &ProseProps) -> Html {
    let lang = props.lang;
    // Numbers come from runs: once for a language, not for every frame.
    let text = use_memo(lang, |lang| CHAPTERS.first().map(|c| blocks(c.text(*lang), *lang)));
    html! { <div class="chapter">{ (*text).clone().unwrap_or_default() }</div> }
}

fn blocks(blocks: &'static [Block], lang: Lang) -> Html {
    html! { <>{ for blocks.iter().enumerate().map(|(i, b)| html! { <Keyed key={i}>{ block(b, lang) }</Keyed> }) }</> }
}

/// Gives a key to any node.
#[derive(Properties, PartialEq)]
struct KeyedProps {
    children: Html,
}

#[component]
fn Keyed(props: &KeyedProps) -> Html {
    props.children.clone()
}

fn block(block: &'static Block, lang: Lang) -> Html {
    match block {
        Block::Heading(1, id, inner) => html! { <h1 id={*id}>{ inlines(inner, lang) }</h1> },
        Block::Heading(2, id, inner) => html! { <h2 id={*id}>{ inlines(inner, lang) }</h2> },
        Block::Heading(_, id, inner) => html! { <h3 id={*id}>{ inlines(inner, lang) }</h3> },
        Block::Paragraph(inner) => html! { <p>{ inlines(inner, lang) }</p> },
        Block::Quote(inner) => html! { <blockquote>{ blocks(inner, lang) }</blockquote> },
        Block::Code(text) => html! { <pre><code>{ *text }</code></pre> },
        Block::List(ordered, items) => {
            let item = |item: &&'static [Block]| match item {
                // A list of single lines needs no paragraphs.
                [Block::Paragraph(inner)] => html! { <li>{ inlines(inner, lang) }</li> },
                other => html! { <li>{ blocks(other, lang) }</li> },
            };
            let items = items.iter().map(item).collect::<Html>();
            if *ordered {
                html! { <ol>{ items }</ol> }
            } else {
                html! { <ul>{ items }</ul> }
            }
        }
        Block::Table(rows) => {
            let Some((head, body)) = rows.split_first() else { return html! { <table/> } };
            let row = |row: &&'static [&'static [Inline]]| {
                let cell = |(i, cell): (usize, &&'static [Inline])| match i {
                    0 => html! { <th scope="row">{ inlines(cell, lang) }</th> },
                    _ => html! { <td>{ inlines(cell, lang) }</td> },
                };
                html! { <tr>{ for row.iter().enumerate().map(cell) }</tr> }
            };
            let title = |(i, cell): (usize, &&'static [Inline])| match i {
                0 => html! { <td>{ inlines(cell, lang) }</td> },
                _ => html! { <th scope="col">{ inlines(cell, lang) }</th> },
            };
            html! {
                <table>
                    <thead><tr>{ for head.iter().enumerate().map(title) }</tr></thead>
                    <tbody>{ for body.iter().map(row) }</tbody>
                </table>
            }
        }
    }
}

fn inlines(inner: &'static [Inline], lang: Lang) -> Html {
    let one = |inline: &'static Inline| match inline {
        Inline::Text(text) => html! { { *text } },
        Inline::Break => html! { { lang.pick(" ", "") } },
        Inline::Strong(inner) => html! { <strong>{ inlines(inner, lang) }</strong> },
        Inline::Emph(inner) => html! { <em>{ inlines(inner, lang) }</em> },
        Inline::Code(text) => html! { <code>{ *text }</code> },
        Inline::Link(url, inner) => html! { <a href={*url}>{ inlines(inner, lang) }</a> },
        Inline::Number(preset, metric) => {
            // A test resolves every number of every chapter.
            let text = number(preset, metric).unwrap_or_else(|| "?".to_owned());
            html! { <span class="number" title={format!("{preset}.{metric}")}>{ text }</span> }
        }
    };
    inner.iter().map(one).collect()
}
