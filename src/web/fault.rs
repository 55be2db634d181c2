//! A panic is never a frozen page: what it says goes to `static/fault.js`, which
//! needs nothing of a program that has stopped, and shows a notice.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// Shows the notice, with these details.
    #[wasm_bindgen(catch, js_name = stampedeFault)]
    fn show(details: &str) -> Result<(), JsValue>;
}

/// From here on, every panic is shown.
pub fn watch() {
    yew::set_custom_panic_hook(Box::new(|panic| {
        // Fails where the notice has not been loaded; the trap that follows is
        // on the console in any case.
        let _ = show(&panic.to_string());
    }));
}
