//! Where somebody is on the page: ways past what comes in between, what comes
//! first on a narrow page, and where in the text they were.

use std::rc::Rc;

use yew::prelude::*;

use crate::state::Panel;
use crate::web;

/// A way past what comes in between.
pub fn skip(id: &'static str, name: &'static str) -> Html {
    let onclick = Callback::from(move |event: MouseEvent| {
        // The fragment belongs to share links.
        event.prevent_default();
        web::focus(id);
    });
    html! { <a class="skip" href={format!("#{id}")} {onclick}>{ name }</a> }
}

/// Back from a panel, the text is where it was.
#[hook]
pub fn use_reading(panel: Panel, chapter: Option<(u32, u32)>, narrow: bool) {
    let reads = panel == Panel::Text;
    let place = use_mut_ref(|| (0.0, true));
    place.borrow_mut().1 = reads;
    let read = use_mut_ref(|| chapter);
    {
        let place = Rc::clone(&place);
        use_effect_with((), move |()| {
            let listener = web::Listener::capturing("scroll", move |_| {
                let mut place = place.borrow_mut();
                if place.1 {
                    place.0 = web::scrolled("text");
                }
            });
            move || drop(listener)
        });
    }
    use_effect_with(panel, move |_| match reads {
        // Another chapter begins elsewhere.
        true if read.replace(chapter) == chapter => web::scroll("text", place.borrow().0),
        true => {}
        false if narrow => web::bring_up("side", "stage"),
        false => {}
    });
}

/// Whether the page is narrow: then the stage comes first, and stays on top.
/// The order in which the keyboard goes is that in which one sees.
#[hook]
pub fn use_narrow() -> bool {
    const NARROW: &str = "not all and (min-width: 960px) and (min-height: 500px)";
    let narrow = use_state_eq(|| web::matches(NARROW));
    let again = narrow.clone();
    use_effect_with((), move |()| {
        let listener = web::Listener::new("resize", move |_| again.set(web::matches(NARROW)));
        move || drop(listener)
    });
    *narrow
}
