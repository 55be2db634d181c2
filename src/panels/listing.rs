//! A listing: lines of code, lit where requests wait; in a puzzle each can be
//! clicked.

use std::rc::Rc;

use stampede_sim::engine::watch::NOBODY;
use yew::prelude::*;

use super::highlight::spans;
use crate::lang::Lang;
use crate::player::listing::Lit;
use crate::state::{Change, Dispatch};
use crate::web;

/// What is known of a line.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Mark {
    /// Nothing.
    None,
    /// Somebody suspected it, wrongly.
    Innocent,
    /// It is to blame.
    Guilty,
}

/// A line.
#[derive(Clone, PartialEq)]
pub struct Row {
    /// Its text.
    pub text: AttrValue,
    /// Its number in the file, from 1; in the listing it is that of its place.
    pub source: u32,
    /// What is known of it.
    pub mark: Mark,
}

/// See [`Listing`].
#[derive(Properties, PartialEq)]
pub struct ListingProps {
    /// What it is called.
    pub title: String,
    /// Its lines.
    pub rows: Rc<Vec<Row>>,
    /// Where requests wait in its file.
    pub lit: Vec<Lit>,
    /// The lane that they are in.
    pub lane: usize,
    /// The request that is selected there.
    pub selected: Option<u32>,
    /// Where it is to be told which line was clicked; nobody asks: none can be.
    #[prop_or_default]
    pub pick: Option<Callback<usize>>,
    /// The page's language.
    pub lang: Lang,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// The element of a line that can be clicked.
fn id(row: usize) -> String {
    format!("line-{row}")
}

/// The lines, and below them who waits at the one whose number was clicked.
#[component]
pub fn Listing(props: &ListingProps) -> Html {
    let ListingProps { title, rows, lit, lane, selected, pick, lang, dispatch } = props;
    let (lane, lang, selected) = (*lane, *lang, *selected);
    let open = use_state(|| None::<u32>);
    // Of all lines one is on the way of the Tab key; arrows lead to the others.
    let at = use_state(|| 0);
    let colours = use_memo(Rc::clone(rows), |rows| {
        rows.iter().map(|row| coloured(&row.text)).collect::<Vec<_>>()
    });
    let is_mine = |lit: &&Lit| selected.is_some_and(|who| lit.who.contains(&who));
    let place = |source: u32| rows.iter().position(|row| row.source == source);
    let listing = use_node_ref();
    {
        // The selected request's line comes into view, or one that is to blame, or the
        // first that is lit; once for each file.
        let mine = lit.iter().rfind(is_mine).map(|lit| lit.line);
        let guilty = rows.iter().find(|row| row.mark == Mark::Guilty).map(|row| row.source);
        let first = mine.or(guilty).or(lit.iter().map(|lit| lit.line).min()).and_then(place);
        let (listing, count) = (listing.clone(), rows.len() as i32);
        let ready = (title.clone(), count, first.is_some(), selected);
        use_effect_with(ready, move |_| {
            if let (Some(listing), Some(row)) = (listing.cast::<web_sys::HtmlElement>(), first) {
                listing.set_scroll_top(listing.scroll_height() / count * (row as i32 - 5).max(0));
            }
        });
    }
    let can_be_picked = |row: &Row| !row.text.is_empty();
    let current = rows
        .get(*at)
        .filter(|row| can_be_picked(row))
        .map_or_else(|| rows.iter().position(can_be_picked).unwrap_or(0), |_| *at);
    let onkeydown = pick.is_some().then(|| {
        let (at, rows) = (at.clone(), Rc::clone(rows));
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" => (current + 1..rows.len()).find(|row| !rows[*row].text.is_empty()),
                "ArrowUp" => (0..current).rev().find(|row| !rows[*row].text.is_empty()),
                _ => return,
            };
            event.prevent_default();
            if let Some(next) = next {
                at.set(next);
                web::focus(&id(next));
            }
        })
    });
    let line = |(i, row): (usize, &Row)| {
        let here = lit.iter().find(|lit| lit.line == row.source);
        let light = here.map(|lit| if is_mine(&lit) { "mine" } else { "lit" });
        let mark = match row.mark {
            Mark::None => None,
            Mark::Innocent => Some("innocent"),
            Mark::Guilty => Some("guilty"),
        };
        let number = i + 1;
        let waits = here.map_or_else(|| html! { <span/> }, |lit| {
            let open = open.clone();
            let (source, count) = (row.source, lit.who.len());
            let label = lang.pick(
                format!("{count} wait at line {number}"),
                format!("{number} 行目で {count} 件が待つ"),
            );
            let expanded = (*open == Some(source)).to_string();
            let onclick = Callback::from(move |_: MouseEvent| {
                open.set(Some(source).filter(|source| *open != Some(*source)));
            });
            html! { <button type="button" class="waits" aria-label={label} aria-expanded={expanded} {onclick}>{ count }</button> }
        });
        let code = html! { <code>{ colours[i].clone() }</code> };
        let inner = match pick {
            Some(pick) if can_be_picked(row) => {
                let onclick = {
                    let at = at.clone();
                    pick.reform(move |_: MouseEvent| {
                        at.set(i);
                        i
                    })
                };
                let known = match row.mark {
                    Mark::None => "",
                    Mark::Innocent => lang.pick(", innocent", "、無実"),
                    Mark::Guilty => lang.pick(", found", "、発見済み"),
                };
                // Its name is `line 3, innocent: } else {`.
                let hidden = |text: String| html! { <span class="visually-hidden">{ text }</span> };
                let before = hidden(lang.pick("line ", "").to_owned());
                let after = hidden(lang.pick(format!("{known}: "), format!(" 行目{known}：")));
                let tabindex = if i == current { "0" } else { "-1" };
                html! { <button type="button" class="pick" id={id(i)} {tabindex} {onclick}>{ before }<i>{ number }</i>{ after }{ code }</button> }
            }
            _ => html! { <><i aria-hidden="true">{ number }</i>{ code }</> },
        };
        let blame = (row.mark == Mark::Guilty && pick.is_none())
            .then(|| lang.pick("To blame: ", "原因の行："));
        html! {
            <span class={classes!("line", light, mark)} key={i}>
                { waits }<span class="visually-hidden">{ blame }</span>{ inner }
            </span>
        }
    };
    let text: Html = rows.iter().enumerate().map(line).collect();
    let listing = match onkeydown {
        // Its lines take the focus.
        Some(onkeydown) => {
            html! { <pre key="puzzle" ref={listing} class="listing puzzle" role="group" aria-label={title.clone()} {onkeydown}>{ text }</pre> }
        }
        None => {
            html! { <pre key="file" ref={listing} class="listing" tabindex="0" aria-label={title.clone()}>{ text }</pre> }
        }
    };
    // Whoever waits there twice is named once; a load that has done nothing yet
    // has no name.
    let names = |lit: &Lit| {
        let mut who: Vec<u32> = lit.who.iter().copied().filter(|who| *who != NOBODY).collect();
        who.sort_unstable();
        who.dedup();
        who.into_iter().take(60)
    };
    let select = |who: u32| {
        let dispatch = dispatch.clone();
        let select = Some((lane, who.to_string()));
        let onclick =
            Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Select(select.clone())));
        html! { <li key={who}><button type="button" class="quiet" {onclick}>{ format!("#{who}") }</button></li> }
    };
    let waiting = open.and_then(|source| lit.iter().find(|lit| lit.line == source));
    html! {
        <>
            { listing }
            { waiting.map_or_else(|| html! { <span key="nobody"/> }, |lit| html! { <ul key="crowd" class="crowd">{ for names(lit).map(select) }</ul> }) }
        </>
    }
}

fn coloured(text: &str) -> Html {
    html! { <>{ for spans(text).into_iter().map(|(class, text)| html! { <span class={class}>{ text.to_owned() }</span> }) }{ "\n" }</> }
}
