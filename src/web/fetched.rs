//! Fetched files beside the page, each fetched once.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use yew::prelude::*;

use super::text_file;

/// What has come of fetching a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Fetched {
    /// It is on its way.
    Loading,
    /// Here it is; it stays for as long as the page does.
    Here(&'static str),
    /// It is not to be had, or not the right one.
    Missing,
}

thread_local! {
    static HERE: RefCell<Vec<(String, &'static str)>> = const { RefCell::new(Vec::new()) };
}

fn known(path: &str) -> Option<&'static str> {
    HERE.with_borrow(|here| here.iter().find(|(known, _)| known == path).map(|(_, text)| *text))
}

async fn fetch(path: &str) -> Fetched {
    if let Some(text) = known(path) {
        return Fetched::Here(text);
    }
    match text_file(path).await {
        None => Fetched::Missing,
        Some(text) => {
            // Another may have asked for it at the same time.
            let text = known(path).unwrap_or_else(|| text.leak());
            HERE.with_borrow_mut(|here| here.push((path.to_owned(), text)));
            Fetched::Here(text)
        }
    }
}

/// The texts at some paths, once all that can be had are here; nothing before.
#[hook]
pub fn use_texts(paths: Vec<String>) -> Option<Vec<Fetched>> {
    let fetched = use_state(|| None::<(Vec<String>, Vec<Fetched>)>);
    {
        let fetched = fetched.clone();
        use_effect_with(paths.clone(), move |paths| {
            // What was begun for other paths may come in later than these.
            let wanted = Rc::new(Cell::new(true));
            let (paths, still) = (paths.clone(), Rc::clone(&wanted));
            wasm_bindgen_futures::spawn_local(async move {
                let mut texts = Vec::new();
                for path in &paths {
                    texts.push(fetch(path).await);
                }
                if still.get() {
                    fetched.set(Some((paths, texts)));
                }
            });
            move || wanted.set(false)
        });
    }
    fetched.as_ref().filter(|(of, _)| *of == paths).map(|(_, texts)| texts.clone())
}

/// The text at a path.
#[hook]
pub fn use_text(path: String) -> Fetched {
    use_texts(vec![path]).map_or(Fetched::Loading, |texts| texts[0])
}
