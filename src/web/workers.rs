//! Workers: this program once more, without a page, each on a core of its own.
//! `static/worker.js` starts it there.

use std::pin::pin;

use futures::StreamExt;
use futures::channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures::future::{Either, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::window;

/// Where it lies.
const SCRIPT: &str = "lab/worker.js";
/// What it says when it can begin.
const READY: &str = "ready";
/// How long the first may take to begin, in milliseconds. Longer, and the page
/// does without.
const PATIENCE_MS: u32 = 5_000;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    /// The address of the program's script.
    static PROGRAM: JsValue;
}

/// Which worker, and what it says; nothing if it has failed.
type Said = (usize, Option<String>);

/// How many threads the machine can run at once; 1 if nobody says.
pub fn cores() -> usize {
    let cores = window().navigator().hardware_concurrency();
    if cores >= 1.0 { cores as usize } else { 1 }
}

/// Some workers. They end when this is dropped, whatever they are doing.
pub struct Workers {
    all: Vec<One>,
    said: UnboundedReceiver<Said>,
}

impl Workers {
    /// Starts some; `None` if none is to be had.
    pub async fn start(count: usize) -> Option<Workers> {
        let (say, said) = unbounded();
        let all = (0..count).map(|number| One::start(number, say.clone()).ok());
        let mut workers = Workers { all: all.collect::<Option<_>>()?, said };
        // Whichever comes first is enough; the others are about to.
        let ready = {
            let said = pin!(workers.said.next());
            let first = select(said, TimeoutFuture::new(PATIENCE_MS)).await;
            matches!(first, Either::Left((Some((_, Some(_))), _)))
        };
        ready.then_some(workers)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// Gives one something to do.
    pub fn send(&self, worker: usize, job: &str) {
        // Text can always be sent.
        let _ = self.all[worker].worker.post_message(&job.into());
    }

    /// The next answer: of which worker, and what; nothing if that has failed.
    pub async fn next(&mut self) -> Said {
        loop {
            match self.said.next().await {
                Some((_, Some(said))) if said == READY => {}
                Some(said) => return said,
                // Nobody is left who could say something.
                None => return (0, None),
            }
        }
    }
}

/// One of them.
struct One {
    worker: Worker,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _failed: Closure<dyn FnMut(Event)>,
}

impl One {
    fn start(number: usize, say: UnboundedSender<Said>) -> Result<One, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options)?;
        let tell = say.clone();
        // Nobody listens any more once the page has had enough: no error.
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let _ = tell.unbounded_send((number, event.data().as_string()));
        });
        let failed = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // What it was is known when the page does the same.
            event.prevent_default();
            let _ = say.unbounded_send((number, None));
        });
        worker.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        worker.set_onerror(Some(failed.as_ref().unchecked_ref()));
        let parts = [PROGRAM.with(JsValue::clone), wasm_bindgen::module()];
        worker.post_message(&parts.iter().collect::<Array>())?;
        Ok(One { worker, _heard: heard, _failed: failed })
    }
}

impl Drop for One {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
