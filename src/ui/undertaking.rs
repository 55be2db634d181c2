//! Something that takes a while, can be stopped, and stops with its component.

use std::cell::RefCell;
use std::future::Future;
use std::rc::Rc;

use futures::future::{AbortHandle, abortable};
use yew::prelude::*;

/// One at a time: what begins stops what was going on.
#[derive(Clone, Default)]
pub struct Undertaking(Rc<RefCell<Option<AbortHandle>>>);

impl Undertaking {
    /// Begins something.
    pub fn begin(&self, work: impl Future<Output = ()> + 'static) {
        self.stop();
        let (work, handle) = abortable(work);
        *self.0.borrow_mut() = Some(handle);
        wasm_bindgen_futures::spawn_local(async move {
            // Whoever has stopped it knows.
            let _ = work.await;
        });
    }

    /// Stops what is going on, at once.
    pub fn stop(&self) {
        if let Some(handle) = self.0.borrow_mut().take() {
            handle.abort();
        }
    }

    /// Whether this component has begun anything that was not stopped.
    pub fn is_on(&self) -> bool {
        self.0.borrow().is_some()
    }
}

/// What a component undertakes.
#[hook]
pub fn use_undertaking() -> Undertaking {
    let undertaking = (*use_memo((), |()| Undertaking::default())).clone();
    {
        let undertaking = undertaking.clone();
        use_effect_with((), move |()| move || undertaking.stop());
    }
    undertaking
}
