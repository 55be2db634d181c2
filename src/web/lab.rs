//! The second half of the program: the panels, fetched when somebody opens one.
//!
//! An optimised build is cut in two after it is linked (`xtask/src/split/`).
//! [`ready`] fetches the other half ahead of time, and the panels wait for it.
//! Whatever is called before it is there fetches it on the spot, by
//! [`lab_load`]: slow, but right. A build that was not cut has nothing to
//! fetch.

use std::cell::{Cell, RefCell};

use js_sys::{ArrayBuffer, Object, Promise, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::window;

/// The export that a build has which was cut.
const MARK: &str = "lab_is_apart";
/// The identifier of its style sheet.
const STYLES: &str = "lab-styles";

thread_local! {
    static MODULE: RefCell<JsValue> = const { RefCell::new(JsValue::UNDEFINED) };
    static HERE: Cell<bool> = const { Cell::new(false) };
    /// What somebody has asked for and is not here yet.
    static COMING: Cell<Option<Promise>> = const { Cell::new(None) };
}

/// Whether the panels can be shown at once.
pub fn is_here() -> bool {
    HERE.get() || !Reflect::has(&wasm_bindgen::exports(), &MARK.into()).unwrap_or(false)
}

/// Fetches the other half, unless it is here or on its way; false if it is not
/// to be had.
pub async fn ready() -> bool {
    dress();
    if is_here() {
        return true;
    }
    let coming = COMING.take().unwrap_or_else(|| {
        wasm_bindgen_futures::future_to_promise(async {
            let there = fetch().await.is_some();
            HERE.set(HERE.get() || there);
            // Whoever asks next tries again.
            COMING.set(None);
            Ok(there.into())
        })
    });
    COMING.set(Some(coming.clone()));
    wasm_bindgen_futures::JsFuture::from(coming).await.is_ok_and(|there| there.is_truthy())
}

/// Compiles it while it comes, where the server says that it is Wasm.
async fn fetch() -> Option<()> {
    let coming = window().fetch_with_str(&url()?);
    let streamed = WebAssembly::instantiate_streaming(&coming, &imports());
    if let Ok(both) = JsFuture::from(streamed).await {
        return keep(&both);
    }
    let answer = JsFuture::from(window().fetch_with_str(&url()?)).await.ok()?;
    let answer = answer.dyn_into::<web_sys::Response>().ok().filter(web_sys::Response::ok)?;
    let bytes = JsFuture::from(answer.array_buffer().ok()?).await.ok()?;
    let bytes = Uint8Array::new(&bytes).to_vec();
    let instantiated = WebAssembly::instantiate_buffer(&bytes, &imports());
    keep(&JsFuture::from(instantiated).await.ok()?)
}

/// Keeps the compiled module for workers; an instance comes with it.
fn keep(both: &JsValue) -> Option<()> {
    MODULE.set(Reflect::get(both, &"module".into()).ok()?);
    Some(())
}

/// The style sheet of what the other half draws; it is asked for first, and is
/// here long before the rest.
fn dress() {
    let Some(document) = window().document() else { return };
    if document.get_element_by_id(STYLES).is_none()
        && let (Some(head), Ok(link)) = (document.head(), document.create_element("link"))
    {
        for (name, value) in [("id", STYLES), ("rel", "stylesheet"), ("href", "lab/lab.css")] {
            // Fails for invalid names only.
            let _ = link.set_attribute(name, value);
        }
        // Fails only where nothing may be added.
        let _ = head.append_child(&link);
    }
}

/// Makes sure that the other half is here, whatever that takes. Called by what
/// stands in the place of what has moved.
#[wasm_bindgen]
pub fn lab_load() {
    if !HERE.get() {
        let loaded = load_now();
        HERE.set(loaded.is_ok());
        if let Err(error) = loaded {
            wasm_bindgen::throw_val(error);
        }
    }
}

fn load_now() -> Result<(), JsValue> {
    let url = url().ok_or("there is no other half")?;
    let request = web_sys::XmlHttpRequest::new()?;
    request.open_with_async("GET", &url, false)?;
    // The only way to bytes without waiting: characters of one byte each.
    request.override_mime_type("text/plain; charset=x-user-defined")?;
    request.send()?;
    let text = request.response_text()?.unwrap_or_default();
    let bytes: Vec<u8> = text.chars().map(|c| (c as u32 & 0xff) as u8).collect();
    let buffer: ArrayBuffer = Uint8Array::from(bytes.as_slice()).buffer();
    let module = WebAssembly::Module::new(&buffer)?;
    WebAssembly::Instance::new(&module, &imports())?;
    MODULE.set(module.into());
    Ok(())
}

/// Joins the other half, which the page has fetched, to the program in a worker.
#[wasm_bindgen]
pub fn lab_join(module: WebAssembly::Module) {
    HERE.set(WebAssembly::Instance::new(&module, &imports()).is_ok());
}

/// The other half, for workers; undefined if this build has none.
pub fn module() -> JsValue {
    MODULE.with_borrow(JsValue::clone)
}

fn imports() -> Object {
    let imports = Object::new();
    // Setting a field of an ordinary object does not fail.
    let _ = Reflect::set(&imports, &"page".into(), &wasm_bindgen::exports());
    imports
}

/// Where it lies: beside the first half, and named after it, so that the two
/// belong together.
fn url() -> Option<String> {
    let document = window().document()?;
    let link = document.query_selector("link[href$='_bg.wasm']").ok()??;
    let href = link.get_attribute("href")?;
    let (folder, name) = href.rsplit_once('/').unwrap_or((".", &href));
    Some(format!("{folder}/lab/{}", name.replace("_bg.wasm", "_lab.wasm")))
}
