//! Keeps the page for use without a network; see `static/sw.js`.

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ServiceWorkerContainer, ServiceWorkerRegistration};

use super::window;

/// Who keeps it; `None` where nobody can: on pages that were not loaded securely.
fn keepers() -> Option<ServiceWorkerContainer> {
    let navigator = window().navigator();
    let there = Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false);
    there.then(|| navigator.service_worker())
}

/// Keeps what is fetched only when it is asked for, too, if anything is kept: the
/// sources that the code panel shows, a language's chapters, a part of the
/// program. By its name; what has none is kept anyway.
pub fn keep(name: &'static str) {
    wasm_bindgen_futures::spawn_local(async move {
        let Some(ready) = keepers().and_then(|workers| workers.ready().ok()) else { return };
        // Resolves when there is one, which may be never.
        let Ok(kept) = JsFuture::from(ready).await else { return };
        let worker = kept.dyn_into::<ServiceWorkerRegistration>().ok();
        if let Some(worker) = worker.and_then(|kept| kept.active()) {
            // Fails only for what cannot be copied.
            let _ = worker.post_message(&name.into());
        }
    });
}

/// Begins to keep the page. Calls `newer` if another version has been fetched
/// while an older one is shown. A browser that keeps nothing is no error, nor
/// is a build that has nothing to keep it with.
pub async fn begin(newer: impl Fn() + 'static) {
    let Some(workers) = keepers() else { return };
    let updating = workers.controller().is_some();
    let Ok(kept) = JsFuture::from(workers.register("sw.js")).await else { return };
    let Ok(kept) = kept.dyn_into::<ServiceWorkerRegistration>() else { return };
    if updating {
        let found = Closure::<dyn FnMut()>::new(newer);
        kept.set_onupdatefound(Some(found.as_ref().unchecked_ref()));
        // For as long as the page is open.
        found.forget();
    }
}
