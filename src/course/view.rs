//! A chapter on the page.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

use super::contents::Contents;
use super::later::Later;
use super::predict::PredictProps;
use super::search::SearchProps;
use super::task::TaskProps;
use super::tree::{self, Node};
use super::{CHAPTERS, path};
use crate::stage::studio::Studio;
use crate::state::progress::Progress;
use crate::state::{Dispatch, Shared};
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
    /// Shows a run on the stage, as soon as what it is made of is here.
    pub figure: Callback<String>,
    /// What answers, once it is here.
    pub later: Option<&'static Later>,
}

impl PartialEq for ProseProps {
    fn eq(&self, other: &Self) -> bool {
        let of = |p: &Self| {
            let chapter = p.state.link.chapter;
            (p.state.lang, chapter, p.state.revision, p.run, p.complete, p.later.is_some())
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
    let number = (chapter as usize - 1).min(CHAPTERS.len() - 1);
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
    use_follow(props, here);
    let body = match text {
        Fetched::Here(_) => {
            nodes.iter().map(|node| block(node, props, CHAPTERS[number].number())).collect()
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
            { body }
            <Contents {lang} {number} progress={Progress::default()} dispatch={dispatch.clone()} foot=true/>
        </div>
    }
}

/// The stage shows the figure that is being read, unless somebody is busy with
/// a run of their own.
#[hook]
fn use_follow(props: &ProseProps, here: bool) {
    let figure = props.figure.clone();
    let state = use_mut_ref(|| props.state.clone());
    *state.borrow_mut() = props.state.clone();
    let key = (here, props.state.lang, props.state.link.chapter, props.later.is_some());
    use_effect_with(key, move |_| {
        let follow = move || {
            let run = read_now().filter(|run| state.borrow().follows(run));
            run.into_iter().for_each(|run| figure.emit(run));
        };
        follow();
        let listener = web::Listener::capturing("scroll", move |_| follow());
        move || drop(listener)
    });
}

/// The run of the last figure above the middle of what can be seen.
fn read_now() -> Option<String> {
    let figures = web::window().document()?.query_selector_all(".chapter [data-run]").ok()?;
    let line = 0.45 * web::window().inner_height().ok()?.as_f64()?;
    let mut found = None;
    for i in 0..figures.length() {
        let Some(Ok(figure)) = figures.item(i).map(|node| node.dyn_into::<Element>()) else {
            continue;
        };
        if found.is_none() || figure.get_bounding_client_rect().top() < line {
            found = figure.get_attribute("data-run");
        }
    }
    found
}

/// A block: prose, or something to do.
fn block(node: &Node, props: &ProseProps, chapter: &'static str) -> Html {
    let Node::Element('w', kind, inner) = node else { return one(node, Some(&props.figure)) };
    let fields = tree::fields(inner);
    let of = |name: &str| tree::field(&fields, name);
    let lang = props.state.lang;
    let (state, dispatch) = (props.state.clone(), props.dispatch.clone());
    let show = {
        let run = of("run");
        props.figure.reform(move |_: MouseEvent| run.to_owned())
    };
    match (*kind, props.later) {
        ("figure", _) => html! {
            <figure class="figure" data-run={of("run")}>
                <button type="button" onclick={show}>{ lang.pick("Show on the stage", "ステージに表示") }</button>
                <figcaption>{ of("caption") }</figcaption>
            </figure>
        },
        // Until what answers is here, there is only the question.
        ("predict", Some(later)) => {
            (later.predict)(PredictProps { fields: fields.clone(), chapter, state, dispatch })
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
        _ => html! { <section class="widget wait"><p>{ of("goal") }</p></section> },
    }
}

/// What shows a run, if anything.
pub type Send<'a> = Option<&'a Callback<String>>;

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
            let (run, to) = (attribute[4..].to_owned(), send.cloned());
            let onclick = Callback::from(move |_: MouseEvent| {
                to.iter().for_each(|to| to.emit(run.clone()));
            });
            html! { <button type="button" class="show" {onclick}>{ all(inner, send) }</button> }
        }
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
