//! The keyboard, and the sheet that explains it.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use super::later;
use crate::lang::Lang;
use crate::player::Player;
use crate::player::neighbour::neighbour;
use crate::stage::studio::Studio;
use crate::state::{Change, Dispatch, Notice, Shared};
use crate::ui::dialog::use_modal;
use crate::web;

/// Keys, and what they do in both languages.
const KEYS: [(&str, &str, &str); 13] = [
    ("Space", "play or pause", "再生・一時停止"),
    ("→  .", "one event forward", "1 イベント進む"),
    ("←  ,", "one event back", "1 イベント戻る"),
    ("[  ]  PgUp  PgDn", "to the previous, next moment", "前・次の出来事へ"),
    ("T", "the text", "本文"),
    ("B", "blank the screen", "画面を消す"),
    ("N", "the speaker’s notes, in a window of their own", "発表者ノートを別のウィンドウに表示"),
    ("Home", "to the start", "先頭へ"),
    ("End", "to the end", "末尾へ"),
    ("+  −", "faster, slower", "速く・遅く"),
    ("s  Shift S", "select the next, previous dot", "次・前の点を選ぶ"),
    ("Ctrl Z", "take back the last change", "最後の変更を取り消す"),
    ("?", "this sheet", "この一覧"),
];

/// What a key does with the playhead.
fn deed(key: &str) -> Option<fn(&mut Player)> {
    Some(match key {
        " " => |player| player.play(!player.is_playing()),
        "ArrowRight" | "." => Player::step,
        "ArrowLeft" | "," => Player::step_back,
        "]" | "PageDown" => Player::next_moment,
        "[" | "PageUp" => Player::previous_moment,
        "Home" => |player| player.seek(Default::default()),
        "End" => |player| player.seek(player.end()),
        _ => return None,
    })
}

/// Does what a key means, unless the focused element needs the key itself.
pub fn handle(event: &Event, studio: &Rc<Studio>, state: &UseReducerHandle<Shared>, help: bool) {
    let dispatch = state.dispatcher();
    let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
    if event.alt_key() || help || taken(event) {
        return;
    }
    if event.ctrl_key() || event.meta_key() {
        if event.key() == "z" {
            dispatch.dispatch(Change::Undo);
            event.prevent_default();
        }
        return;
    }
    let key = event.key();
    if !state.letters && is_character(&key) {
        return;
    }
    if let Some(deed) = deed(&key) {
        match state.guess {
            None => studio.with(deed),
            // A clicker has no other key to go on with.
            Some(_) if web::is_presented() && key == "PageDown" => {
                dispatch.dispatch(Change::Reveal);
            }
            // Nobody sees what they are asked to predict.
            Some(_) => {}
        }
        return event.prevent_default();
    }
    match key.as_str() {
        "t" | "T" => dispatch.dispatch(Change::Text),
        "b" | "B" if web::is_presented() => dispatch.dispatch(Change::Blank),
        "+" | "=" => studio.with(|p| p.set_speed(p.speed() + 1)),
        "-" => studio.with(|p| p.set_speed(p.speed().saturating_sub(1))),
        "s" | "S" => {
            let selected = state.link.selected.as_ref();
            let selected = studio.read(|player| neighbour(player, selected, event.shift_key()));
            dispatch.dispatch(Change::Select(selected));
        }
        "Escape" if state.blank => dispatch.dispatch(Change::Blank),
        "Escape" => {
            web::dismiss(".term:hover, .term:focus");
            dispatch.dispatch(Change::Select(None));
        }
        "n" | "N" => {
            wasm_bindgen_futures::spawn_local(async move {
                if later::ready().await.is_ok_and(|later| !(later.course.open_notes)()) {
                    dispatch.dispatch(Change::Notice(Some(Notice::NoWindow)));
                }
            });
        }
        "?" => dispatch.dispatch(Change::Help(true)),
        _ => return,
    }
    event.prevent_default();
}

/// Whether a key is a letter or a sign: those a hand slips onto, or a voice that
/// dictates says (WCAG 2.1.4).
fn is_character(key: &str) -> bool {
    key != " " && key.chars().nth(1).is_none()
}

/// Whether the focused element does something of its own with this key.
fn taken(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target().and_then(|t| t.dyn_into::<Element>().ok()) else {
        return false;
    };
    match target.tag_name().as_str() {
        "INPUT" | "SELECT" | "TEXTAREA" => true,
        "BUTTON" | "A" | "SUMMARY" => {
            let tab = target.get_attribute("role").as_deref() == Some("tab");
            event.key() == " "
                || (tab && event.key().starts_with("Arrow"))
                || (tab && matches!(event.key().as_str(), "Home" | "End"))
        }
        // What scrolls keeps the keys that scroll it; the text has the others.
        "PRE" => {
            matches!(
                event.key().as_str(),
                " " | "Home" | "End" | "ArrowLeft" | "ArrowRight" | "PageUp" | "PageDown"
            )
        }
        _ => false,
    }
}

/// See [`Help`].
#[derive(Properties, PartialEq)]
pub struct HelpProps {
    /// The page's language.
    pub lang: Lang,
    /// Whether keys of one letter do something.
    pub letters: bool,
    /// Where to say that it was closed, or that they are to.
    pub dispatch: Dispatch,
}

/// The sheet of keys.
#[component]
pub fn Help(props: &HelpProps) -> Html {
    let dialog = use_modal();
    let lang = props.lang;
    let letters = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |event: yew::Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            dispatch.dispatch(Change::Letters(input.checked()));
        })
    };
    // The screen can be blanked where it is projected.
    let there = |(key, ..): &&(&str, &str, &str)| *key != "B" || web::is_presented();
    let dispatch = props.dispatch.clone();
    let close = Callback::from(move |()| dispatch.dispatch(Change::Help(false)));
    html! {
        <dialog ref={dialog} class="help" aria-labelledby="help-title" onclose={close.reform(|_: Event| ())}>
            <h2 id="help-title">{ lang.pick("Keyboard", "キーボード") }</h2>
            <table>
                { for KEYS.iter().filter(there).map(|(key, en, ja)| html! {
                    <tr key={*key}><th scope="row"><kbd>{ key }</kbd></th><td>{ lang.pick(*en, *ja) }</td></tr>
                }) }
            </table>
            <label class="check"><input type="checkbox" name="letters" checked={props.letters} onchange={letters}/>{ lang.pick("Keys of one letter work", "1 文字のキーを使う") }</label>
            <p class="note">{ lang.pick("Letters and signs, that is. Space, arrows and the like always work.", "文字と記号のキーだけが対象です。Space や矢印はいつでも使えます。") }</p>
            <button type="button" class="primary" onclick={close.reform(|_| ())}>{ lang.pick("Close", "閉じる") }</button>
        </dialog>
    }
}
