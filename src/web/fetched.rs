//! What has been fetched for what is wanted now.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use yew::prelude::*;

/// What `fetch` gives for a key; `None` until it is here. What was begun for
/// another key may come in later than what was begun for this one: it is not
/// taken.
#[hook]
pub fn use_fetched<K, T, F>(key: K, fetch: impl FnOnce(K) -> F + 'static) -> Option<Rc<T>>
where
    K: Clone + PartialEq + 'static,
    T: 'static,
    F: Future<Output = T> + 'static,
{
    let fetched = use_state(|| None::<(K, Rc<T>)>);
    {
        let fetched = fetched.clone();
        use_effect_with(key.clone(), move |key| {
            let wanted = Rc::new(Cell::new(true));
            let (key, still) = (key.clone(), Rc::clone(&wanted));
            wasm_bindgen_futures::spawn_local(async move {
                let found = fetch(key.clone()).await;
                if still.get() {
                    fetched.set(Some((key, Rc::new(found))));
                }
            });
            move || wanted.set(false)
        });
    }
    fetched.as_ref().filter(|(of, _)| *of == key).map(|(_, found)| Rc::clone(found))
}
