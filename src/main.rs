//! Mounts the page.

use stampede_playground::{app, web};

fn main() {
    // In a worker there is nothing to mount: it waits to be told what to do.
    if !js_sys::Reflect::has(&js_sys::global(), &"document".into()).unwrap_or(true) {
        return;
    }
    web::fault::watch();
    wasm_bindgen_futures::spawn_local(async {
        // A link, or the projector, may need what a first visit does not.
        if !(web::fragment().is_empty() && web::search().is_empty()) {
            let later = app::later::ready().await;
            if let Ok(later) = later {
                app::fetch_for_the_address(later).await;
            }
            match (web::search().as_str(), later) {
                ("?notes", Ok(later)) if (later.course.notes)().await.is_ok() => return,
                ("?handout", Ok(later)) if (later.course.handout)().await.is_ok() => return,
                _ => {}
            }
        }
        // What stands in the page says what is coming; see `index.html`.
        web::painted().await;
        yew::Renderer::<app::App>::new().render();
    });
}
