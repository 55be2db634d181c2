//! A checklist: what somebody who runs a system has seen to. Each item has a pair of
//! runs, of which A shows what happens without it, and B with it.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::claim::{dispatched, show_all, shows};
use super::tree::{self, Fields};
use crate::lang::Lang;
use crate::state::{Change, Dispatch, Figure, Measure, Shared};

/// See [`Checklist`].
#[derive(Properties, PartialEq)]
pub struct ChecklistProps {
    /// The directive's fields.
    pub fields: Fields,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// Its items, each with the fields from its `id` on.
pub fn items(fields: &Fields) -> Vec<Fields> {
    fields.chunk_by(|_, (next, _)| *next != "id").map(<[_]>::to_vec).collect()
}

/// A box to tick for each item, and what shows its runs.
#[component]
pub fn Checklist(props: &ChecklistProps) -> Html {
    let ChecklistProps { fields, state, dispatch } = props;
    let lang = state.lang;
    let items = items(fields);
    // Under which name it is kept whether it is ticked.
    let kept = |item: &Fields| ["checklist/", tree::field(item, "id")].concat();
    let is_ticked = |item: &Fields| state.progress.stars(&kept(item)) > 0;
    let ticked = items.iter().filter(|item| is_ticked(item)).count();
    let row = |item: &Fields| {
        let of = |name: &str| tree::field(item, name);
        let (id, name, say) = (of("id"), kept(item), of("say"));
        let onchange = {
            let (dispatch, name) = (dispatch.clone(), name.clone());
            Callback::from(move |event: Event| {
                let input: HtmlInputElement = event.target_unchecked_into();
                dispatch.dispatch(Change::Tick(name.clone(), input.checked()));
            })
        };
        let measure = Measure::named(of("measure"));
        let figure = Figure { run: of("run").to_owned(), measure, guess: None };
        let show = lang.pick("A without it, B with it", "A はなし、B はあり");
        html! {
            <li key={id}>
                <label><input type="checkbox" {name} checked={is_ticked(item)} {onchange}/><span>{ say }</span></label>
                <span class="row">
                    <button type="button" aria-label={[show, lang.pick(": ", "："), say].concat()} onclick={shows(&dispatched(dispatch), figure)}>{ show }</button>
                    { show_all(of("claims"), dispatch, lang) }
                </span>
            </li>
        }
    };
    let all = ticked == items.len();
    html! {
        <section class={classes!("widget", "checklist", all.then_some("done"))} aria-label={lang.pick("Checklist", "チェックリスト")}>
            <p class="kind">{ lang.pick("Checklist", "チェックリスト") }</p>
            <ul>{ for items.iter().map(row) }</ul>
            <p role="status">{ count(ticked, items.len(), lang) }</p>
        </section>
    }
}

/// How many are ticked, in words.
fn count(ticked: usize, all: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{ticked} of {all} ticked"),
        Lang::Ja => format!("{all} 項目のうち {ticked} 項目を確認済み"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An item ends where the next one begins.
    #[test]
    fn items_begin_with_their_names() {
        let ttl = vec![("id", "ttl"), ("run", "a=x"), ("say", "A TTL.")];
        let memory = vec![("id", "memory"), ("say", "Room.")];
        assert_eq!(items(&[ttl.clone(), memory.clone()].concat()), [ttl, memory]);
        assert_eq!(items(&Vec::new()), Vec::<Fields>::new());
    }

    #[test]
    fn what_is_ticked_is_said_in_words() {
        assert_eq!(count(3, 9, Lang::En), "3 of 9 ticked");
        assert_eq!(count(3, 9, Lang::Ja), "9 項目のうち 3 項目を確認済み");
    }
}
