//! Work that stands still for a while, and goes on where it was.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::core::{Core, Sleep};
use super::time::Nanos;

pin_project! {
    /// See [`still`].
    // By hand: an `async fn` keeps what it is given twice.
    pub struct Still<'a, U, F> {
        until: U,
        // Few stand still, and many could.
        sleep: Option<Box<Sleep<'a>>>,
        #[pin]
        work: F,
    }
}

/// Does `work`, but not before the instant that `until` says, whenever it is
/// asked; it says by whose clock, too, which is one thing less to keep. What `work` has been waiting for may have come by then.
pub fn still<'a, U: Fn() -> (&'a Core, Nanos), F: Future>(until: U, work: F) -> Still<'a, U, F> {
    Still { until, sleep: None, work }
}

impl<'a, U: Fn() -> (&'a Core, Nanos), F: Future> Future for Still<'a, U, F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let still = self.project();
        loop {
            let (core, until) = (still.until)();
            if until <= core.now() {
                *still.sleep = None;
                return still.work.poll(context);
            }
            let sleep = still.sleep.get_or_insert_with(|| Box::new(core.sleep_until(until)));
            ready!(Pin::new(&mut **sleep).poll(context));
            // It may have been told to stand still for longer.
            *still.sleep = None;
        }
    }
}
