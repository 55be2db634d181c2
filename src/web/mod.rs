//! Every effect on the browser: what reads or changes something outside the
//! page's own state goes through here.

pub mod aside;
pub mod canvas;
pub mod editor;
pub mod fault;
pub mod fetched;
pub mod json;
pub mod later;
pub mod offline;
pub mod settings;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
pub mod workers;

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, HtmlInputElement, HtmlSelectElement, Window};

/// The window. The page runs nowhere else.
pub fn window() -> Window {
    web_sys::window().expect("the page runs in a window")
}

#[wasm_bindgen]
extern "C" {
    /// Milliseconds since the page began.
    #[wasm_bindgen(js_namespace = performance)]
    pub fn now() -> f64;
}

/// Waits until what is in the page has been painted. A page that nobody sees
/// is not painted, and not waited for.
pub async fn painted() {
    if window().document().is_some_and(|document| !document.hidden()) {
        let mut ask = |resolve: js_sys::Function, _| {
            // Fails only without a window.
            let _ = window().request_animation_frame(&resolve);
        };
        // It is kept, always.
        let _ = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::new(&mut ask)).await;
        gloo_timers::future::TimeoutFuture::new(0).await;
    }
}

#[wasm_bindgen]
extern "C" {
    /// Absent in Safari.
    #[wasm_bindgen(catch, js_name = requestIdleCallback)]
    fn when_idle(then: &js_sys::Function) -> Result<JsValue, JsValue>;
}

/// Waits until the page has nothing to do, but no longer than a third of a
/// second: while a figure plays, a slow machine never has.
pub async fn idle() {
    let mut ask = |resolve: js_sys::Function, _| {
        // Where there is no such thing, time alone has to do.
        let _ = when_idle(&resolve);
        gloo_timers::callback::Timeout::new(300, move || {
            // Does nothing if it has been kept already.
            let _ = resolve.call0(&JsValue::NULL);
        })
        .forget();
    };
    // It is kept, always.
    let _ = wasm_bindgen_futures::JsFuture::from(js_sys::Promise::new(&mut ask)).await;
}

/// Whether the viewer asked for less motion.
pub fn reduced_motion() -> bool {
    matches("(prefers-reduced-motion: reduce)")
}

/// Whether the viewer's system is dark.
pub fn prefers_dark() -> bool {
    matches("(prefers-color-scheme: dark)")
}

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|list| list.matches())
}

/// The languages the viewer prefers, as tags.
pub fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// The address's fragment, with its `#`.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// What the address asks for, with its `?`.
pub fn search() -> String {
    window().location().search().unwrap_or_default()
}

/// Whether the page is a figure in another page.
pub fn is_embedded() -> bool {
    search() == "?embed"
}

/// Whether the page is projected: `?present`.
pub fn is_presented() -> bool {
    search() == "?present"
}

/// Replaces the fragment without a new entry in the history.
pub fn replace_fragment(fragment: &str) {
    let address = if fragment.is_empty() {
        // Without it, but with everything before it.
        window().location().pathname().unwrap_or_default()
            + &window().location().search().unwrap_or_default()
    } else {
        format!("#{fragment}")
    };
    if let Ok(history) = window().history() {
        // A refusal (too many changes a second) leaves the old address.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// The page's address without its fragment.
pub fn address() -> String {
    let href = window().location().href().unwrap_or_default();
    href.split('#').next().unwrap_or_default().to_owned()
}

/// Copies text; false if the browser refused.
pub async fn copy(text: &str) -> bool {
    let clipboard = js_sys::Reflect::get(&window().navigator(), &"clipboard".into());
    match clipboard {
        // Absent on pages that were not loaded securely.
        Ok(value) if !value.is_undefined() => {
            let promise = window().navigator().clipboard().write_text(text);
            wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
        }
        _ => false,
    }
}

/// A text file beside the page; `None` if it is not to be had.
pub async fn text_file(path: &str) -> Option<String> {
    let answer = wasm_bindgen_futures::JsFuture::from(window().fetch_with_str(path)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    wasm_bindgen_futures::JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}

/// Saves what a URL holds under a name.
pub fn download(name: &str, url: &str) {
    let document = window().document();
    let anchor = document.and_then(|document| document.create_element("a").ok());
    if let Some(anchor) = anchor.and_then(|a| a.dyn_into::<HtmlElement>().ok()) {
        // Both fail for invalid names only.
        let _ = anchor.set_attribute("href", url);
        let _ = anchor.set_attribute("download", name);
        anchor.click();
    }
}

/// Saves text under a name.
pub fn download_text(name: &str, text: &str) {
    let text = String::from(js_sys::encode_uri_component(text));
    download(name, &format!("data:text/plain;charset=utf-8,{text}"));
}

/// Saves bytes under a name.
pub fn download_bytes(name: &str, bytes: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence(&parts) else { return };
    if let Ok(url) = web_sys::Url::create_object_url_with_blob(&blob) {
        download(name, &url);
        // Some browsers begin to read it later.
        let forget = move || drop(web_sys::Url::revoke_object_url(&url));
        gloo_timers::callback::Timeout::new(60_000, forget).forget();
    }
}

/// The list that somebody chose from.
pub fn select(event: &web_sys::Event) -> Option<HtmlSelectElement> {
    event.target()?.dyn_into().ok()
}

/// Which entry of a list somebody chose, from 0.
pub fn chosen(event: &web_sys::Event) -> Option<usize> {
    usize::try_from(select(event)?.selected_index()).ok()
}

/// A file larger than this is none of ours, in bytes.
const LARGEST: f64 = 1e6;

/// Reads the file that somebody chose, as text, and tells `found`; of one that
/// is too large, nothing.
pub fn read_file(event: web_sys::Event, found: impl FnOnce(String) + 'static) {
    let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
    let Some(input) = input else { return };
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    // So that the same one can be chosen again.
    input.set_value("");
    wasm_bindgen_futures::spawn_local(async move {
        let text = match file.size() <= LARGEST {
            true => wasm_bindgen_futures::JsFuture::from(file.text()).await.ok(),
            false => None,
        };
        found(
            text.and_then(|text| text.dyn_ref::<js_sys::JsString>().map(String::from))
                .unwrap_or_default(),
        );
    });
}

/// A random number from 0 up to 1, for what is to be different each time. No
/// simulation takes one of these.
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// The value of one of the page's colours, or of another property of its root,
/// by its name in the style sheets.
pub fn style(name: &str) -> String {
    let style = root().and_then(|root| window().get_computed_style(&root).ok().flatten());
    style.and_then(|style| style.get_property_value(name).ok()).unwrap_or_default()
}

/// Moves the focus to the element with an identifier; whether it is there.
pub fn focus(id: &str) -> bool {
    let Some(document) = window().document() else { return false };
    let element = document.get_element_by_id(id);
    if let Some(element) = element.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        // Fails only for elements that cannot take the focus.
        let _ = element.focus();
    }
    document.active_element().is_some_and(|element| element.id() == id)
}

/// Opens what can be folded, so that what is in it can be seen.
pub fn unfold(id: &str) {
    let element = window().document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element {
        let _ = element.set_attribute("open", "");
    }
}

/// Marks the first element that a selector finds as dismissed, and takes the
/// focus from it.
pub fn dismiss(selector: &str) {
    let found = window().document().and_then(|document| document.query_selector(selector).ok());
    if let Some(element) = found.flatten().and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        // Both fail for invalid names, and what takes no focus, only.
        let _ = element.set_attribute("data-dismissed", "");
        let _ = element.blur();
    }
}

/// The document's root element.
pub fn root() -> Option<HtmlElement> {
    window().document()?.document_element()?.dyn_into().ok()
}

/// Sets an attribute of the root element, or removes it.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = root() else { return };
    // Both fail for invalid names only.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// Sets the document's title.
pub fn set_title(title: &str) {
    if let Some(document) = window().document() {
        document.set_title(title);
    }
}

/// How large the page's text is, as a share of what it is when nobody has asked
/// for anything else.
pub fn text_scale() -> f64 {
    SCALE.get()
}

thread_local! {
    /// It changes with the window at most; to ask the page for it takes long.
    static SCALE: std::cell::Cell<f64> = const { std::cell::Cell::new(1.0) };
}

fn measure_text() {
    let size = js_sys::parse_float(&style("font-size"));
    SCALE.set(if size > 0.0 { size / 16.0 } else { 1.0 });
}

/// Device pixels per CSS pixel, at most 2: beyond, dots look no better.
pub fn pixel_ratio() -> f64 {
    window().device_pixel_ratio().clamp(1.0, 2.0)
}

/// Calls back whenever an element's size changes, and at first. Stops when
/// dropped.
pub struct SizeWatch {
    observer: web_sys::ResizeObserver,
    _closure: Closure<dyn FnMut()>,
}

impl SizeWatch {
    /// Watches `element`; calls `report` with its width and height in CSS pixels.
    pub fn new(element: &Element, report: impl Fn(f64, f64) + 'static) -> Option<SizeWatch> {
        let watched = element.clone();
        let closure = Closure::<dyn FnMut()>::new(move || {
            measure_text();
            let area = watched.get_bounding_client_rect();
            report(area.width(), area.height());
        });
        let observer = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(SizeWatch { observer, _closure: closure })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls back whenever an element comes into view or goes out of it. Stops
/// when dropped.
pub struct VisibilityWatch {
    observer: web_sys::IntersectionObserver,
    _closure: Closure<dyn FnMut(js_sys::Array)>,
}

impl VisibilityWatch {
    /// Watches `element`; tells `report` whether any of it can be seen.
    pub fn new(element: &Element, report: impl Fn(bool) + 'static) -> Option<VisibilityWatch> {
        let closure = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let latest = entries.pop().unchecked_into::<web_sys::IntersectionObserverEntry>();
            report(latest.is_intersecting());
        });
        let function = closure.as_ref().unchecked_ref();
        let observer = web_sys::IntersectionObserver::new(function).ok()?;
        observer.observe(element);
        Some(VisibilityWatch { observer, _closure: closure })
    }
}

impl Drop for VisibilityWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// What was stored under a name.
pub fn stored(name: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(name).ok().flatten()
}

/// Stores text under a name. A browser that keeps nothing is no error.
pub fn store(name: &str, text: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = storage.set_item(name, text);
    }
}

/// What is stored under a name, read; the default if there is nothing. `Err`
/// with the name and the reason if it cannot be read; it is then put aside, so
/// that storing again does not destroy it.
pub fn kept<T: Default>(
    name: &str,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<T, String> {
    let Some(text) = stored(name) else { return Ok(T::default()) };
    read(&text).map_err(|reason| {
        // First out, then in: there may be no room for both.
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.remove_item(name);
        }
        store_damaged(name, &text);
        format!("{name}: {reason}")
    })
}

/// Keeps what nobody can read here: it is not ours to throw away.
pub fn store_damaged(name: &str, text: &str) {
    store(&format!("{name}.damaged"), text);
}

fn typed_key(name: &str) -> String {
    format!("stampede-playground.typed.{name}")
}

/// What was typed in this window, under a name.
pub fn typed(name: &str) -> Option<String> {
    window().session_storage().ok().flatten()?.get_item(&typed_key(name)).ok().flatten()
}

/// Keeps what was typed for as long as this window is open, or forgets it. A
/// browser that keeps nothing is no error.
pub fn keep_typed(name: &str, text: Option<&str>) {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = match text {
            Some(text) => storage.set_item(&typed_key(name), text),
            None => storage.remove_item(&typed_key(name)),
        };
    }
}

/// Scrolls to the element with an identifier.
pub fn scroll_to(id: &str) {
    let element = window().document().and_then(|document| document.get_element_by_id(id));
    if let Some(element) = element {
        let article = element.closest("article").ok().flatten();
        let article = article.filter(|a| a.scroll_height() > a.client_height());
        if let Some(article) = article {
            let (top, own) = (
                element.get_bounding_client_rect().top(),
                article.get_bounding_client_rect().top(),
            );
            article.set_scroll_top(article.scroll_top() + (top - own) as i32);
        } else if id == "chapter" {
            // Unless that is where one is.
            if scrolled(id) > 0.0 {
                bring_up("side", "stage");
            }
        } else {
            element.scroll_into_view();
        }
    }
}

/// How far an element is scrolled, or the page, in CSS pixels: one of them is not.
pub fn scrolled(id: &str) -> f64 {
    let element = window().document().and_then(|document| document.get_element_by_id(id));
    let own = element.map_or(0, |element| element.scroll_top());
    f64::from(own) + window().page_y_offset().unwrap_or(0.0)
}

/// Scrolls both so far, as far as they go.
pub fn scroll(id: &str, to: f64) {
    let element = window().document().and_then(|document| document.get_element_by_id(id));
    element.into_iter().for_each(|element| element.set_scroll_top(to as i32));
    window().scroll_to_with_x_and_y(0.0, to);
}

/// Scrolls the page so that an element begins right below another, which then is
/// on top of the window.
pub fn bring_up(id: &str, below: &str) {
    let Some(document) = window().document() else { return };
    let area = |id: &str| document.get_element_by_id(id).map(|e| e.get_bounding_client_rect());
    if let Some((element, below)) = area(id).zip(area(below)) {
        let over = (element.top() - below.bottom()).min(0.0) + below.top().max(0.0);
        window().scroll_by_with_x_and_y(0.0, over);
    }
}

/// Where the page is, for the window with the notes: its language, the chapter
/// that is read, from 0, the last heading above the middle of what can be seen,
/// and the playhead.
pub fn place_read() -> String {
    let Some(document) = window().document() else { return String::new() };
    let find = |selector: &str| document.query_selector(selector).ok().flatten();
    let lang = root().and_then(|root| root.get_attribute("lang")).unwrap_or_default();
    let chapter = find("[name=chapter]").and_then(|e| e.dyn_into::<HtmlSelectElement>().ok());
    let chapter = chapter.map_or(0, |select| select.selected_index());
    let middle = window().inner_height().ok().and_then(|h| h.as_f64()).unwrap_or(0.0) / 2.0;
    let above = |n: &u32| {
        find(&format!(".chapter #s{n}"))
            .is_some_and(|e| e.get_bounding_client_rect().top() < middle)
    };
    let heading = (1..).take_while(above).last().unwrap_or(1);
    let at = find("[data-test=time]").and_then(|e| e.text_content()).unwrap_or_default();
    format!("{lang} {chapter} {heading} {at}")
}

/// Listens to an event of the window. Stops when dropped.
pub struct Listener {
    capturing: bool,
    name: &'static str,
    closure: Closure<dyn FnMut(web_sys::Event)>,
}

impl Listener {
    /// Calls `handle` for every event called `name`.
    pub fn new(name: &'static str, handle: impl FnMut(web_sys::Event) + 'static) -> Listener {
        Listener::with(name, false, handle)
    }

    /// The same for events anywhere in the page, also those that do not rise.
    pub fn capturing(name: &'static str, handle: impl FnMut(web_sys::Event) + 'static) -> Listener {
        Listener::with(name, true, handle)
    }

    fn with(
        name: &'static str,
        capturing: bool,
        handle: impl FnMut(web_sys::Event) + 'static,
    ) -> Listener {
        let closure = Closure::<dyn FnMut(web_sys::Event)>::new(handle);
        let function = closure.as_ref().unchecked_ref();
        // Fails for invalid names only.
        let _ = window().add_event_listener_with_callback_and_bool(name, function, capturing);
        Listener { capturing, name, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let function = self.closure.as_ref().unchecked_ref();
        let _ = window().remove_event_listener_with_callback_and_bool(
            self.name,
            function,
            self.capturing,
        );
    }
}
