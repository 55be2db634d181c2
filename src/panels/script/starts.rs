//! Where to begin: a defence of the course as a script, what a lane runs, a draft.

use stampede_sim::lab::TEMPLATES;
use stampede_sim::lab::templates::Template;
use yew::prelude::*;

use super::drafts::Drafts;
use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::web;

/// See [`Starts`].
#[derive(Properties, PartialEq)]
pub struct StartsProps {
    /// What each lane runs; empty where it has no script.
    pub lanes: Vec<String>,
    /// What is kept on this device.
    pub drafts: Drafts,
    /// The page's language.
    pub lang: Lang,
    /// Where a source goes that is to be put into the editor.
    pub load: Callback<String>,
}

/// The source to begin with if there is no other.
pub fn first() -> &'static str {
    TEMPLATES[0].source
}

fn name(template: &Template, lang: Lang) -> String {
    let name = match template.defence {
        Some(switch) => switch.defence().names[lang as usize],
        None => lang.pick("No defence", "対策なし"),
    };
    match template.is_flawed {
        true => format!("{name} ({})", template.name),
        false => name.to_owned(),
    }
}

/// A list to choose from; by a button, what is chosen takes the place of what is written.
#[component]
pub fn Starts(props: &StartsProps) -> Html {
    let StartsProps { lanes, drafts, lang, load } = props;
    let lang = *lang;
    let running: Vec<(usize, &String)> =
        lanes.iter().enumerate().filter(|(_, source)| !source.is_empty()).collect();
    let mut sources = vec![String::new()];
    sources.extend(TEMPLATES.iter().map(|template| template.source.to_owned()));
    sources.extend(running.iter().map(|(_, source)| (*source).clone()));
    sources.extend(drafts.iter().map(|(_, source)| source.clone()));
    let chosen = use_state(|| 0);
    let onchange = {
        let chosen = chosen.clone();
        Callback::from(move |event: Event| {
            web::chosen(&event).into_iter().for_each(|number| chosen.set(number));
        })
    };
    let source = sources.get(*chosen).filter(|source| !source.is_empty()).cloned();
    let has = source.is_some();
    let onclick = {
        let load = load.clone();
        Callback::from(move |_: MouseEvent| source.iter().for_each(|s| load.emit(s.clone())))
    };
    let templates = |flawed: bool| {
        let some = TEMPLATES.iter().filter(move |template| template.is_flawed == flawed);
        some.map(move |template| html! { <option>{ name(template, lang) }</option> })
    };
    html! {
        <>
        <label>{ lang.pick("Begin with ", "ひな形 ") }
            <select name="start" {onchange}>
                <option selected=true>{ "…" }</option>
                <optgroup label={lang.pick("A defence, as a script", "対策をスクリプトで書いたもの")}>
                    { for templates(false) }
                </optgroup>
                <optgroup label={lang.pick("With a mistake, to be mended", "誤りのあるもの（直す）")}>
                    { for templates(true) }
                </optgroup>
                if !running.is_empty() {
                    <optgroup label={lang.pick("On the stage", "ステージ")}>
                        { for running.iter().map(|(lane, _)| html! { <option>{ lang.pick("Lane ", "レーン ") }{ NAMES[*lane] }</option> }) }
                    </optgroup>
                }
                if !drafts.is_empty() {
                    <optgroup label={lang.pick("Drafts", "下書き")}>
                        { for drafts.iter().map(|(name, _)| html! { <option>{ name }</option> }) }
                    </optgroup>
                }
            </select>
        </label>
        <button type="button" name="take" disabled={!has} {onclick}>{ lang.pick("Put it in", "入れる") }</button>
        </>
    }
}
