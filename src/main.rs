//! Mounts the page.

use stampede_playground::{app, web};

fn main() {
    wasm_bindgen_futures::spawn_local(async {
        // A link, or the projector, may need what a first visit does not.
        if !web::fragment().is_empty() || web::is_presented() {
            web::lab::ready().await;
        }
        // What stands in the page says what is coming; see `index.html`.
        web::painted().await;
        yew::Renderer::<app::App>::new().render();
    });
}
