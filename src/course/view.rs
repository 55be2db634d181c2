//! A chapter on the page.

use std::rc::Rc;

use yew::prelude::*;

use super::checklist::ChecklistProps;
use super::claim::{show_me, shows};
use super::contents::Contents;
use super::exam::ExamProps;
use super::handle::HandleProps;
use super::later::Later;
use super::predict::PredictProps;
use super::search::SearchProps;
use super::task::TaskProps;
use super::tree::{self, Fields, Node};
use super::{CHAPTERS, path, position};
use crate::lang::Lang;
use crate::stage::studio::Studio;
use crate::state::progress::Progress;
use crate::state::{Dispatch, Figure, Guess, Measure, Shared};
use crate::web;
use crate::web::fetched::{Fetched, use_text};

/// See [`Prose`].
#[derive(Properties)]
pub struct ProseProps {
    /// The run on the stage.
    pub studio: Rc<Studio>,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// Which run is on the stage.
    pub run: u32,
    /// Whether all runs have been computed to their end.
    pub complete: bool,
    /// Whether the playhead has reached it.
    pub ended: bool,
    /// Shows a run on the stage, as soon as what it is made of is here.
    pub figure: Callback<Figure>,
    /// What answers, once it is here.
    pub later: Option<&'static Later>,
}

impl PartialEq for ProseProps {
    fn eq(&self, other: &Self) -> bool {
        let of = |p: &Self| {
            let chapter = p.state.link.chapter;
            (p.state.lang, chapter, p.state.revision, p.run, p.complete, p.ended, p.later.is_some())
        };
        Rc::ptr_eq(&self.studio, &other.studio)
            && of(self) == of(other)
            && self.state.progress == other.state.progress
    }
}

/// The text of the chapter, with what can be done in it.
#[component]
pub fn Prose(props: &ProseProps) -> Html {
    let ProseProps { state, dispatch, .. } = props;
    let lang = state.lang;
    let (chapter, heading) = state.link.chapter.unwrap_or((1, 0));
    let number = position(chapter);
    let text = use_text(path(&CHAPTERS[number], lang, false));
    let nodes = use_memo(text, |text| match text {
        Fetched::Here(text) => tree::read(text),
        _ => Vec::new(),
    });
    let here = matches!(text, Fetched::Here(_));
    use_effect_with((number, heading, here), move |(_, heading, _)| {
        let id = format!("s{heading}");
        if *heading > 0 {
            web::scroll_to(&id);
            web::focus(&id);
        } else {
            web::scroll_to("chapter");
        }
    });
    let own = CHAPTERS[number].number();
    let first = first_run(&nodes, own, &state.progress);
    let keeps = use_first(props, number, first.clone());
    let gate = gate(&nodes, own, &state.progress, heading);
    let body = match text {
        Fetched::Here(_) => {
            let shown = &nodes[..gate.map_or(nodes.len(), |gate| gate + 1)];
            shown.iter().map(|node| block(node, props, own)).collect::<Html>()
        }
        Fetched::Loading => html! { <p>{ "…" }</p> },
        Fetched::Missing => html! { <p>{ lang.pick(
            "This chapter could not be fetched. Reload the page when you are online.",
            "この章を取得できませんでした。オンラインで読み込み直してください。",
        ) }</p> },
    };
    html! {
        <div id="chapter" class="chapter">
            <Contents {lang} {number} progress={state.progress.clone()} dispatch={dispatch.clone()}/>
            { match props.later {
                Some(later) => (later.search)(SearchProps { lang, dispatch: dispatch.clone() }),
                None => html! { <div class="search"/> },
            } }
            { match first.filter(|_| keeps) {
                Some(first) => html! { <p class="note" role="status">{ lang.pick(
                    "The stage still shows a run of yours. ", "ステージには、まだ自分の実行が表示されています。",
                ) }<button type="button" class="show" onclick={shows(&props.figure, first)}>{ lang.pick(
                    "Show this chapter’s", "この章の実行を表示",
                ) }</button></p> },
                None => html! { <span class="none"/> },
            } }
            { body }
            <Contents {lang} {number} progress={Progress::default()} dispatch={dispatch.clone()} foot=true/>
        </div>
    }
}

/// A figure or question of a chapter, by its fields.
fn figure(fields: &Fields) -> Figure {
    let of = |name: &str| tree::field(fields, name);
    Figure { run: of("run").to_owned(), measure: Measure::named(of("measure")), guess: None }
}

/// What is to be guessed: nothing if it has been, or is no question.
fn guess(node: &Node, chapter: &str, progress: &Progress) -> Option<Guess> {
    let Node::Element('w', "predict", inner) = node else { return None };
    let fields = tree::fields(inner);
    let id = format!("{chapter}/{}", tree::field(&fields, "id"));
    let question = tree::field(&fields, "question");
    progress.answer(&id).is_none().then_some(Guess { id, question })
}

/// What the stage shows when a chapter is opened: the run of its first figure,
/// or of its first question, which is played when that has been answered.
fn first_run(nodes: &[Node], chapter: &str, progress: &Progress) -> Option<Figure> {
    nodes.iter().find_map(|node| {
        let Node::Element('w', "figure" | "predict", inner) = node else { return None };
        Some(Figure { guess: guess(node, chapter, progress), ..figure(&tree::fields(inner)) })
    })
}

/// The number of the node with the first question that has not been answered:
/// what comes after it tells the answer. Who asks for a heading after it, by a
/// link or by the search, is not kept from that.
fn gate(nodes: &[Node], chapter: &str, progress: &Progress, heading: u32) -> Option<usize> {
    let at = nodes.iter().position(|node| guess(node, chapter, progress).is_some())?;
    let headings = nodes[..at].iter().filter(|node| matches!(node, Node::Element('h', ..)));
    (heading as usize <= headings.count()).then_some(at)
}

/// A chapter that is opened puts its first run on the stage, unless somebody is
/// busy with a run of their own. True while that is so, if they came from another
/// chapter: whoever opened a link knows what they see.
#[hook]
fn use_first(props: &ProseProps, number: usize, first: Option<Figure>) -> bool {
    let keeps = use_state_eq(|| false);
    let before = use_mut_ref(|| None);
    let key = (first.is_some(), number, props.later.is_some());
    {
        let (keeps, figure, state) = (keeps.clone(), props.figure.clone(), props.state.clone());
        use_effect_with(key, move |_| {
            // Not before the text is there.
            let Some(first) = first else { return };
            let own = !state.shows(&first.run) && !state.is_figure();
            match before.replace(Some(number)) {
                Some(before) if before == number => {}
                before => keeps.set(own && before.is_some()),
            }
            if !own && !state.shows(&first.run) {
                figure.emit(first);
            }
        });
    }
    *keeps && !props.state.is_figure()
}

/// A block: prose, or something to do.
fn block(node: &Node, props: &ProseProps, chapter: &'static str) -> Html {
    let Node::Element('w', kind, inner) = node else {
        return one(node, Some((&props.figure, props.state.lang)));
    };
    let fields = tree::fields(inner);
    let of = |name: &str| tree::field(&fields, name);
    let lang = props.state.lang;
    let (state, dispatch) = (props.state.clone(), props.dispatch.clone());
    let figure = figure(&fields);
    match (*kind, props.later) {
        ("figure", later) => html! {
            <figure class="figure" data-run={of("run")}>
                <button type="button" onclick={shows(&props.figure, figure.clone())}>{ lang.pick("Show on the stage", "ステージに表示") }</button>
                { match later {
                    Some(later) => (later.handles)(HandleProps { fields, figure, studio: Rc::clone(&props.studio), state, dispatch }),
                    None => html! { <figcaption>{ of("caption") }</figcaption> },
                } }
            </figure>
        },
        // Until what answers is here, there is only the question.
        ("predict", Some(later)) => {
            let about = props.state.shows(of("run"));
            let ended = !about || props.ended;
            (later.predict)(PredictProps {
                fields: fields.clone(),
                chapter,
                figure,
                ended,
                state,
                dispatch,
            })
        }
        ("predict", None) => {
            html! { <section class="widget wait"><p>{ of("question") }</p></section> }
        }
        ("task", Some(later)) => (later.task)(TaskProps {
            fields: fields.clone(),
            chapter,
            studio: Rc::clone(&props.studio),
            state,
            dispatch,
            now: props.run,
            complete: props.complete,
        }),
        ("exam", Some(later)) => {
            (later.exam)(ExamProps { fields: fields.clone(), chapter, state, dispatch })
        }
        ("checklist", Some(later)) => (later.checklist)(ChecklistProps { fields, state, dispatch }),
        // The first item of a checklist, or what a task asks for.
        _ => {
            html! { <section class="widget wait"><p>{ of("say") }{ of("goal") }</p></section> }
        }
    }
}

/// What shows a run, if anything, and in which language it says so.
pub type Send<'a> = Option<(&'a Callback<Figure>, Lang)>;

fn all(nodes: &[Node], send: Send) -> Html {
    nodes.iter().map(|node| one(node, send)).collect()
}

/// A node of prose; what shows a run does so where `send` leads.
pub fn one(node: &Node, send: Send) -> Html {
    let (letter, attribute, inner) = match node {
        Node::Text(text) => return html! { { *text } },
        Node::Element(letter, attribute, inner) => (*letter, *attribute, inner.as_slice()),
    };
    match letter {
        'h' => {
            let (level, id) = attribute.split_at(attribute.len().min(1));
            let id = id.to_owned();
            match level {
                "1" => html! { <h1 {id} tabindex="-1">{ all(inner, send) }</h1> },
                "2" => html! { <h2 {id} tabindex="-1">{ all(inner, send) }</h2> },
                _ => html! { <h3 {id} tabindex="-1">{ all(inner, send) }</h3> },
            }
        }
        'p' => html! { <p>{ all(inner, send) }</p> },
        'u' => html! { <ul>{ all(inner, send) }</ul> },
        'o' => html! { <ol>{ all(inner, send) }</ol> },
        'i' => match inner {
            // An item of a single line needs no paragraph.
            [Node::Element('p', _, line)] => html! { <li>{ all(line, send) }</li> },
            other => html! { <li>{ all(other, send) }</li> },
        },
        'q' => html! { <blockquote>{ all(inner, send) }</blockquote> },
        'c' => html! { <pre><code>{ all(inner, send) }</code></pre> },
        't' => table(inner, send),
        'b' => html! { <strong>{ all(inner, send) }</strong> },
        'e' => html! { <em>{ all(inner, send) }</em> },
        'k' => html! { <code>{ all(inner, send) }</code> },
        'a' if attribute.starts_with("run:") => {
            let figure = Figure { run: attribute[4..].to_owned(), ..Figure::default() };
            let onclick = send.map_or_else(Callback::noop, |(to, _)| shows(to, figure));
            html! { <button type="button" class="show" {onclick}>{ all(inner, send) }</button> }
        }
        's' => html! { <span class="claim">{ all(inner, send) }</span> },
        'm' => html! { <span class="mark">{ all(inner, send) }{ show_me(attribute, send) }</span> },
        'a' => html! { <a href={attribute}>{ all(inner, send) }</a> },
        // Its meaning can be seen when it is pointed at, or has the focus.
        'g' => {
            // Meanings differ, and so do the places where they stand.
            let id = format!("g{:x}", attribute.as_ptr() as usize);
            html! { <>
                <dfn class="term" tabindex="0" aria-describedby={id.clone()}>{ all(inner, send) }</dfn>
                <span role="tooltip" {id}>{ attribute }</span>
            </> }
        }
        'n' => html! { <span class="number" title={attribute}>{ all(inner, send) }</span> },
        _ => all(inner, send),
    }
}

fn table(rows: &[Node], send: Send) -> Html {
    let cells = |row: &Node, head: bool| -> Html {
        let Node::Element(_, _, cells) = row else { return Html::default() };
        let cell = |(i, cell): (usize, &Node)| match (head, i) {
            (true, 0) => html! { <td>{ one(cell, send) }</td> },
            (true, _) => html! { <th scope="col">{ one(cell, send) }</th> },
            (false, 0) => html! { <th scope="row">{ one(cell, send) }</th> },
            (false, _) => html! { <td>{ one(cell, send) }</td> },
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
