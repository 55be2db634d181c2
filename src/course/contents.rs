//! Where one is in the course: previous, next, all chapters with what was done.

use yew::prelude::*;

use super::CHAPTERS;
use crate::lang::Lang;
use crate::state::progress::Progress;
use crate::state::{Change, Dispatch};
use crate::web;

/// See [`Contents`].
#[derive(Properties, PartialEq)]
pub struct ContentsProps {
    /// The page's language.
    pub lang: Lang,
    /// The chapter that is read: where it stands among all, from 0.
    pub number: usize,
    /// What the reader has done.
    pub progress: Progress,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// Whether it stands below the text: only where to go next.
    #[prop_or_default]
    pub foot: bool,
}

/// The line above and below a chapter.
#[component]
pub fn Contents(props: &ContentsProps) -> Html {
    let ContentsProps { lang, number, progress, dispatch, foot } = props;
    let (lang, number) = (*lang, *number);
    let go = {
        let dispatch = dispatch.clone();
        move |number: usize| dispatch.dispatch(Change::Chapter(CHAPTERS[number].ordinal(), 0))
    };
    let step = |to: Option<usize>, name: &'static str, label: &'static str| match to {
        Some(to) if to < CHAPTERS.len() => {
            let go = go.clone();
            let text = if *foot {
                format!("{label}{}{}", lang.pick(": ", "："), CHAPTERS[to].title(lang))
            } else {
                label.to_owned()
            };
            html! { <button type="button" {name} class="quiet" onclick={Callback::from(move |_: MouseEvent| go(to))}>{ text }</button> }
        }
        _ => html! { <span/> },
    };
    let onchange = {
        let go = go.clone();
        Callback::from(move |event: Event| {
            web::chosen(&event).into_iter().for_each(&go);
        })
    };
    let option = |(i, chapter): (usize, &super::Chapter)| {
        let done = progress.done(chapter.number());
        let stars = match done {
            0 => String::new(),
            done => {
                format!("  {}", lang.pick(format!("★ {done} done"), format!("★ {done} 件達成")))
            }
        };
        html! { <option key={i} selected={i == number}>{ chapter.title(lang) }{ stars }</option> }
    };
    html! {
        <nav class="contents" aria-label={if *foot { lang.pick("Next chapter", "次の章") } else { lang.pick("Chapters", "章") }}>
            { step(number.checked_sub(1), "previous-chapter", lang.pick("Previous", "前の章")) }
            if *foot { <span/> } else {
                <select aria-label={lang.pick("Chapter", "章")} name="chapter" {onchange}>{ for CHAPTERS.iter().enumerate().map(option) }</select>
            }
            { step(Some(number + 1), "next-chapter", lang.pick("Next", "次の章")) }
            if *foot { <a href={format!("?handout#v=1&ch={}&lang={}", CHAPTERS[number].ordinal(), lang.code())} target="_blank" rel="noopener">{ lang.pick("To print", "印刷用") }</a> } else { <span/> }
        </nav>
    }
}
