//! Sheets over the page.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// A reference for a dialog that opens with its component, over everything
/// else.
#[hook]
pub fn use_modal() -> NodeRef {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                // Fails only for a dialog that is not in the document.
                let _ = dialog.show_modal();
            }
            // The focus goes back to where it was.
            move || dialog.cast::<HtmlDialogElement>().into_iter().for_each(|it| it.close())
        });
    }
    dialog
}
