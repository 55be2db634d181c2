//! Keeps the page for use without a network; see `static/sw.js`.

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::ServiceWorkerRegistration;

use super::window;

/// Keeps the sources, too, that the code panel shows, if anything is kept.
pub async fn keep_sources() {
    let navigator = window().navigator();
    if !Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false) {
        return;
    }
    // Resolves when there is one, which may be never.
    let Ok(ready) = navigator.service_worker().ready() else { return };
    let Ok(kept) = JsFuture::from(ready).await else { return };
    if let Ok(kept) = kept.dyn_into::<ServiceWorkerRegistration>()
        && let Some(worker) = kept.active()
    {
        // Fails only for what cannot be copied.
        let _ = worker.post_message(&"sources".into());
    }
}

/// Begins to keep the page. Calls `newer` if another version has been fetched
/// while an older one is shown. A browser that keeps nothing is no error, nor
/// is a build that has nothing to keep it with.
pub async fn keep(newer: impl Fn() + 'static) {
    let navigator = window().navigator();
    // Absent on pages that were not loaded securely.
    if !Reflect::has(&navigator, &"serviceWorker".into()).unwrap_or(false) {
        return;
    }
    let workers = navigator.service_worker();
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
