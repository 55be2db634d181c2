//! What takes a while to be made, of what may change meanwhile.

use std::future::Future;

use yew::prelude::*;

use super::undertaking::use_undertaking;

/// What is made of `key`, as soon as it is there, and whether it is of this key: what
/// was made of the one before stays until then.
#[hook]
pub fn use_made<K, T, M>(key: K, make: impl FnOnce(K) -> M + 'static) -> (Option<T>, bool)
where
    K: PartialEq + Clone + 'static,
    T: Clone + 'static,
    M: Future<Output = T> + 'static,
{
    let made = use_state(|| None::<(K, T)>);
    let undertaking = use_undertaking();
    {
        let made = made.clone();
        use_effect_with(key.clone(), move |key| {
            let key = key.clone();
            undertaking.begin(async move {
                let value = make(key.clone()).await;
                made.set(Some((key, value)));
            });
        });
    }
    let fresh = made.as_ref().is_some_and(|(of, _)| *of == key);
    (made.as_ref().map(|(_, value)| value.clone()), fresh)
}
