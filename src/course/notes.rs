//! A teacher's notes in a second window, with a clock.
//!
//! The page that is projected says again and again where it is, on a channel
//! between the windows of this browser; the window with the notes follows, and
//! sends back the keys that are pressed in it.

use std::cell::RefCell;

use gloo_timers::callback::{Interval, Timeout};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, KeyboardEvent, KeyboardEventInit, MessageEvent};
use yew::prelude::*;

use super::tree::{self, Node};
use super::{CHAPTERS, path};
use crate::lang::Lang;
use crate::web;
use crate::web::fetched::{Fetched, use_text};

const CHANNEL: &str = "stampede-playground.notes";
/// How often the projected page says where it is, in milliseconds.
const EVERY_MS: u32 = 250;
/// What begins a message with a key.
const KEY: &str = "key ";

/// What a channel needs to be kept for.
type Heard = Closure<dyn FnMut(MessageEvent)>;

thread_local! {
    static SPEAKING: RefCell<Option<(Interval, Heard)>> = const { RefCell::new(None) };
}

/// Opens the window with the notes, and keeps it informed. False if the browser
/// did not let it be opened.
pub fn open() -> bool {
    let address = format!("{}?notes", web::address().split('?').next().unwrap_or_default());
    let opened = web::window().open_with_url_and_target_and_features(
        &address,
        "stampede-notes",
        "width=720,height=560",
    );
    let there = matches!(opened, Ok(Some(_)));
    SPEAKING.with_borrow_mut(|speaking| {
        if there && speaking.is_none() {
            *speaking = speak();
        }
    });
    there
}

/// Says where this page is, from now on, and does what is typed in the notes.
fn speak() -> Option<(Interval, Heard)> {
    let channel = BroadcastChannel::new(CHANNEL).ok()?;
    let heard = hear(&channel, |text| text.strip_prefix(KEY).into_iter().for_each(press));
    let interval = Interval::new(EVERY_MS, move || {
        // Fails only on a closed channel.
        let _ = channel.post_message(&web::place_read().into());
    });
    Some((interval, heard))
}

fn hear(channel: &BroadcastChannel, mut tell: impl FnMut(String) + 'static) -> Heard {
    let heard = Heard::new(move |event: MessageEvent| {
        event.data().as_string().into_iter().for_each(&mut tell)
    });
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard
}

/// Does as if a key had been pressed in this window.
fn press(key: &str) {
    let wanted = KeyboardEventInit::new();
    wanted.set_key(key);
    if let Ok(event) = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &wanted) {
        // Fails only for an event that is on its way already.
        let _ = web::window().dispatch_event(&event);
    }
}

/// Where the projected page is.
#[derive(Clone, Debug, Default, PartialEq)]
struct Place {
    lang: Lang,
    /// The chapter, from 0.
    chapter: usize,
    /// The heading, from 1; 0 before the first.
    heading: usize,
    /// The playhead, as the page shows it.
    at: String,
}

impl Place {
    /// As [`web::place_read`] writes it: `en 0 3 75.5 ms`.
    fn read(text: &str) -> Option<Place> {
        let mut words = text.splitn(4, ' ');
        Some(Place {
            lang: Lang::from_tag(words.next()?)?,
            chapter: words.next()?.parse().ok().filter(|n| *n < CHAPTERS.len())?,
            heading: words.next()?.parse().ok()?,
            at: words.next()?.to_owned(),
        })
    }
}

/// The notes under a heading.
fn under(notes: &[Node], heading: usize) -> Vec<&'static str> {
    let wanted = format!("s{heading}");
    let part = notes.iter().find_map(|node| match node {
        Node::Element('h', at, inner) if *at == wanted => Some(inner),
        _ => None,
    });
    let line = |node: &Node| match node {
        Node::Element(_, _, inner) => match inner[..] {
            [Node::Text(text)] => Some(text),
            _ => None,
        },
        Node::Text(_) => None,
    };
    part.into_iter().flatten().filter_map(line).collect()
}

/// Shows the notes in this window, instead of the page.
pub fn show() {
    yew::Renderer::<Notes>::new().render();
}

/// The window with the notes.
#[component]
fn Notes() -> Html {
    let place = use_state_eq(|| None::<Place>);
    let seconds = use_state(|| 0_u32);
    let runs = use_state(|| true);
    let channel = use_memo((), |()| BroadcastChannel::new(CHANNEL).ok());
    {
        let (place, channel) = (place.clone(), (*channel).clone());
        use_effect_with((), move |()| {
            let heard = channel.map(|channel| {
                hear(&channel, move |text| {
                    Place::read(&text).into_iter().for_each(|new| place.set(Some(new)));
                })
            });
            move || drop(heard)
        });
    }
    {
        let channel = (*channel).clone();
        use_effect_with((), move |()| {
            let listener = web::Listener::new("keydown", move |event| {
                if let (Some(channel), Some(event)) = (&channel, event.dyn_ref::<KeyboardEvent>()) {
                    // A button keeps its own.
                    let own = matches!(event.key().as_str(), " " | "Enter" | "Tab");
                    if !own {
                        let _ = channel.post_message(&format!("{KEY}{}", event.key()).into());
                        event.prevent_default();
                    }
                }
            });
            move || drop(listener)
        });
    }
    {
        let (seconds, now) = (seconds.clone(), *seconds);
        use_effect_with((*runs, now), move |(runs, _)| {
            let timer = runs.then(|| Timeout::new(1000, move || seconds.set(now + 1)));
            move || drop(timer)
        });
    }
    let (lang, chapter) = place.as_ref().map_or((Lang::En, 0), |p| (p.lang, p.chapter));
    let text = use_text(path(&CHAPTERS[chapter], lang, true));
    let notes = use_memo(text, |text| match text {
        Fetched::Here(text) => tree::read(text),
        _ => Vec::new(),
    });
    web::set_root_attribute("lang", Some(lang.code()));
    web::set_title(lang.pick("Speaker’s notes", "発表者ノート"));
    let clock = format!("{}:{:02}", *seconds / 60, *seconds % 60);
    let toggle = {
        let runs = runs.clone();
        Callback::from(move |_: MouseEvent| runs.set(!*runs))
    };
    let reset = {
        let seconds = seconds.clone();
        Callback::from(move |_: MouseEvent| seconds.set(0))
    };
    let heading = place.as_ref().map_or(1, |p| p.heading);
    // Notes stand where something is to be said; until the next ones, those hold.
    let said = (0..=heading).rev().map(|h| under(&notes, h)).find(|lines| !lines.is_empty());
    let next =
        (heading + 1..heading + 20).map(|h| under(&notes, h)).find(|lines| !lines.is_empty());
    let list = |lines: Option<Vec<&'static str>>| html! { <ul>{ for lines.unwrap_or_default().into_iter().enumerate().map(|(i, line)| html! { <li key={i}>{ line }</li> }) }</ul> };
    html! {
        <main class="speaker">
            <div class="row">
                <output class="clock" role="timer">{ clock }</output>
                <button type="button" name="clock" onclick={toggle}>{ if *runs { lang.pick("Stop the clock", "時計を止める") } else { lang.pick("Start the clock", "時計を動かす") } }</button>
                <button type="button" onclick={reset}>{ lang.pick("From 0:00", "0:00 から") }</button>
                <span class="note">{ place.as_ref().map_or(String::new(), |p| p.at.clone()) }</span>
            </div>
            if place.is_none() {
                <p>{ "Waiting for the projected page: press N there. / 投影中のページで N を押すと、ここに表示されます。" }</p>
            }
            <h1>{ CHAPTERS[chapter].title(lang) }</h1>
            { list(said) }
            <h2>{ lang.pick("Next", "次") }</h2>
            { list(next) }
            <p class="note">{ lang.pick("Keys pressed here work in the projected page: arrows, full stop, PgUp, PgDn, B.", "ここで押したキーは投影中のページで働きます：矢印、ピリオド、PgUp、PgDn、B。") }</p>
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_notes_are_read() {
        let place = Place::read("ja 2 5 75.5 ms").unwrap();
        assert_eq!(
            (place.lang, place.chapter, place.heading, place.at.as_str()),
            (Lang::Ja, 2, 5, "75.5 ms")
        );
        for wrong in ["", "en", "en 99 0 x", "de 0 0 x", "key b"] {
            assert_eq!(Place::read(wrong), None, "{wrong}");
        }
        let notes = tree::read("\u{1}hs2\u{3}\u{1}iAsk.\u{2}\u{1}iWait.\u{2}\u{2}");
        assert_eq!(under(&notes, 2), ["Ask.", "Wait."]);
        assert!(under(&notes, 1).is_empty());
    }
}
