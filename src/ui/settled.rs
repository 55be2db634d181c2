//! What has stayed the same for a while: nobody wants to hear every key that is pressed.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

/// The latest text that has stood for so many milliseconds; nothing before the first.
#[hook]
pub fn use_settled(text: String, ms: u32) -> UseStateHandle<String> {
    let settled = use_state(String::new);
    {
        let settled = settled.clone();
        use_effect_with(text, move |text| {
            let text = text.clone();
            let timer = Timeout::new(ms, move || settled.set(text));
            move || drop(timer)
        });
    }
    settled
}
