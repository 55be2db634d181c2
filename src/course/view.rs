//! A chapter on the page.

use yew::prelude::*;

use super::CHAPTERS;
use super::numbers::number;
use super::tree::Node;
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
    // Numbers come from runs: once for a language, not for every frame.
    let text = use_memo(props.lang, |lang| CHAPTERS.first().map(|c| all(&c.text(*lang))));
    html! { <div class="chapter">{ (*text).clone().unwrap_or_default() }</div> }
}

fn all(nodes: &[Node]) -> Html {
    nodes.iter().map(one).collect()
}

fn one(node: &Node) -> Html {
    let (letter, attribute, inner) = match node {
        Node::Text(text) => return html! { { *text } },
        Node::Element(letter, attribute, inner) => (*letter, *attribute, inner.as_slice()),
    };
    match letter {
        'h' => {
            let (level, id) = attribute.split_at(attribute.len().min(1));
            match level {
                "1" => html! { <h1 {id}>{ all(inner) }</h1> },
                "2" => html! { <h2 {id}>{ all(inner) }</h2> },
                _ => html! { <h3 {id}>{ all(inner) }</h3> },
            }
        }
        'p' => html! { <p>{ all(inner) }</p> },
        'u' => html! { <ul>{ all(inner) }</ul> },
        'o' => html! { <ol>{ all(inner) }</ol> },
        'i' => match inner {
            // An item of a single line needs no paragraph.
            [Node::Element('p', _, line)] => html! { <li>{ all(line) }</li> },
            other => html! { <li>{ all(other) }</li> },
        },
        'q' => html! { <blockquote>{ all(inner) }</blockquote> },
        'c' => html! { <pre><code>{ all(inner) }</code></pre> },
        't' => table(inner),
        'b' => html! { <strong>{ all(inner) }</strong> },
        'e' => html! { <em>{ all(inner) }</em> },
        'k' => html! { <code>{ all(inner) }</code> },
        'a' => html! { <a href={attribute}>{ all(inner) }</a> },
        'n' => {
            let metric = if let [Node::Text(metric)] = inner { metric } else { "" };
            // A test resolves every number of every chapter.
            let text = number(attribute, metric).unwrap_or_else(|| "?".to_owned());
            html! { <span class="number" title={format!("{attribute}.{metric}")}>{ text }</span> }
        }
        _ => all(inner),
    }
}

fn table(rows: &[Node]) -> Html {
    let cells = |row: &Node, head: bool| -> Html {
        let Node::Element(_, _, cells) = row else { return Html::default() };
        let cell = |(i, cell): (usize, &Node)| match (head, i) {
            (true, 0) => html! { <td>{ one(cell) }</td> },
            (true, _) => html! { <th scope="col">{ one(cell) }</th> },
            (false, 0) => html! { <th scope="row">{ one(cell) }</th> },
            (false, _) => html! { <td>{ one(cell) }</td> },
        };
        html! { <tr>{ for cells.iter().enumerate().map(cell) }</tr> }
    };
    let Some((head, body)) = rows.split_first() else { return html! { <table/> } };
    html! {
        <table>
            <thead>{ cells(head, true) }</thead>
            <tbody>{ for body.iter().map(|row| cells(row, false)) }</tbody>
        </table>
    }
}
