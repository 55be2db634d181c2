//! An alert rule to change: its expression, its threshold, for how long it has to hold.

use stampede_sim::alerting::rules::ALL;
use stampede_watch::parse::parse;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::drafts::Draft;
use super::mistake::{Wrong, shown, unreadable};
use crate::lang::Lang;

/// See [`Editor`].
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// Which of the five.
    pub nr: usize,
    /// The rule as it is.
    pub draft: Draft,
    /// The page's language.
    pub lang: Lang,
    /// Where a change of it goes.
    pub change: Callback<Draft>,
}

/// The rule, to change.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let EditorProps { nr, draft, lang, change } = props;
    let (pair, lang) = (&ALL[*nr], *lang);
    let (written, mended) = (Draft::of(&pair.seed), Draft::of(&pair.mended));
    let expr = {
        let draft = draft.clone();
        change.reform(move |event: InputEvent| {
            let expr = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            Draft { expr, ..draft.clone() }
        })
    };
    let hold = {
        let draft = draft.clone();
        change.reform(move |event: InputEvent| {
            let hold = event.target_unchecked_into::<HtmlInputElement>().value();
            Draft { hold, ..draft.clone() }
        })
    };
    let threshold = {
        let (draft, change) = (draft.clone(), change.clone());
        Callback::from(move |event: Event| {
            let typed = event.target_unchecked_into::<HtmlInputElement>().value();
            draft.with_threshold(&typed).into_iter().for_each(|draft| change.emit(draft));
        })
    };
    let set = |name: &'static str, to: &Draft, words: &'static str| {
        let (to, pressed) = (to.clone(), (to == draft).to_string());
        let onclick = change.reform(move |_: MouseEvent| to.clone());
        html! { <button type="button" {name} aria-pressed={pressed} {onclick}>{ words }</button> }
    };
    let wrong: Option<Wrong> = parse(&draft.expr).err().map(|error| unreadable(&error, lang));
    let unspan = draft.span().is_none();
    html! {
        <div class="editor">
            <label for="expr">{ lang.pick("Expression", "式") }</label>
            <textarea id="expr" name="expr" rows="3" spellcheck="false" autocapitalize="off" autocomplete="off" value={draft.expr.clone()} oninput={expr}
                aria-invalid={wrong.is_some().then_some("true")} aria-describedby="expr-wrong"/>
            { shown(wrong.as_ref(), &draft.expr, "expr-wrong", lang) }
            <div class="row fields">
                if let Some((number, _)) = draft.threshold() {
                    <label>{ lang.pick("Threshold", "しきい値") }{ " " }
                        <input name="threshold" inputmode="decimal" value={number.to_string()} onchange={threshold}/></label>
                }
                <label>{ lang.pick("For", "継続時間（for）") }{ " " }
                    <input name="for" value={draft.hold.clone()} oninput={hold}
                        aria-invalid={unspan.then_some("true")} aria-describedby="for-wrong"/></label>
                <small id="for-wrong" class="wrong" role="status">{ if unspan { lang.pick("A span of time such as 30s", "30s のような時間") } else { "" } }</small>
            </div>
            <div class="row" role="group" aria-label={lang.pick("Version", "バージョン")}>
                { set("as-written", &written, lang.pick("As it was", "元のまま")) }
                { set("mended", &mended, lang.pick("Mended", "直した例")) }
            </div>
            if *draft == mended {
                <p class="said">{ lang.pick(pair.wrong.en, pair.wrong.ja) }</p>
                <p class="said">{ lang.pick(pair.right.en, pair.right.ja) }</p>
            }
        </div>
    }
}
