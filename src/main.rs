//! Mounts the page.

use stampede_playground::{app, web};

fn main() {
    wasm_bindgen_futures::spawn_local(async {
        // A link may need what a first visit does not.
        if !web::fragment().is_empty() {
            web::lab::ready().await;
        }
        yew::Renderer::<app::App>::new().render();
    });
}
