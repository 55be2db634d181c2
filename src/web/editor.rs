//! The editor for scripts, an element of its own (`static/editor`): fetched when
//! somebody opens the lab.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use super::later::NotFetched;
use super::window;

/// The identifier of what fetches it.
const SCRIPT: &str = "script-editor";

#[wasm_bindgen]
extern "C" {
    /// The element; it is one only once [`ready`] has come.
    #[wasm_bindgen(extends = Element)]
    #[derive(Clone)]
    pub type ScriptEditor;

    /// What is written.
    #[wasm_bindgen(method, structural, getter)]
    pub fn value(this: &ScriptEditor) -> String;

    /// Another text. What was done to the one before cannot be taken back.
    #[wasm_bindgen(method, structural, setter)]
    pub fn set_value(this: &ScriptEditor, text: &str);

    /// Puts the cursor to a line and a character of it, both from 1, and the focus.
    #[wasm_bindgen(method, structural)]
    pub fn go(this: &ScriptEditor, line: u32, column: u32);

    #[wasm_bindgen(method, structural, js_name = mark)]
    fn mark_all(this: &ScriptEditor, mistakes: &Array);
}

/// A mistake: its line and character, those of its end, all from 1, and the words.
pub type Marked = ((u32, u32), (u32, u32), String);

impl ScriptEditor {
    /// Marks mistakes in the place of those that were marked before.
    pub fn mark(&self, mistakes: impl IntoIterator<Item = Marked>) {
        let one = |((line, column), (end, behind), words): Marked| {
            let places = [line, column, end, behind].map(JsValue::from);
            places.into_iter().chain([words.into()]).collect::<Array>()
        };
        self.mark_all(&mistakes.into_iter().map(one).collect());
    }
}

/// It is here. If it could not be fetched, whoever asks next tries again.
pub async fn ready() -> Result<(), NotFetched> {
    let document = window().document().ok_or(NotFetched)?;
    let there = document.get_element_by_id(SCRIPT);
    if there.as_ref().is_some_and(|script| script.has_attribute("data-here")) {
        return Ok(());
    }
    let script = match there {
        Some(coming) => coming,
        None => {
            let script = document.create_element("script").map_err(|_| NotFetched)?;
            for (name, value) in [("id", SCRIPT), ("type", "module"), ("src", "editor/editor.js")] {
                // Fails for invalid names only.
                let _ = script.set_attribute(name, value);
            }
            document.head().ok_or(NotFetched)?.append_child(&script).map_err(|_| NotFetched)?;
            script
        }
    };
    let mut ask = |resolve: js_sys::Function, reject: js_sys::Function| {
        // Both fail for invalid names only.
        let _ = script.add_event_listener_with_callback("load", &resolve);
        let _ = script.add_event_listener_with_callback("error", &reject);
    };
    if JsFuture::from(Promise::new(&mut ask)).await.is_err() {
        script.remove();
        return Err(NotFetched);
    }
    // Fails for invalid names only.
    let _ = script.set_attribute("data-here", "");
    Ok(())
}

/// Calls back when something happens to an element; stops when dropped.
pub struct Heard {
    element: Element,
    name: &'static str,
    closure: Closure<dyn FnMut()>,
}

impl Heard {
    /// Listens to what has this name.
    pub fn new(element: &Element, name: &'static str, handle: impl Fn() + 'static) -> Heard {
        let closure = Closure::<dyn FnMut()>::new(handle);
        let function = closure.as_ref().unchecked_ref();
        // Fails for invalid names only.
        let _ = element.add_event_listener_with_callback(name, function);
        Heard { element: element.clone(), name, closure }
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        let _ = self.element.remove_event_listener_with_callback(self.name, function);
    }
}
