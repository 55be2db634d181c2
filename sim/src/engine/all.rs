//! Several waits at once.

use std::future::{Future, poll_fn};
use std::task::Poll;

/// Waits for all; what they come to, in their order.
pub async fn all<F: Future>(waits: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut waits: Vec<_> = waits.map(|wait| (Box::pin(wait), None)).collect();
    poll_fn(|context| {
        let mut waiting = false;
        for (wait, output) in waits.iter_mut().filter(|(_, output)| output.is_none()) {
            match wait.as_mut().poll(context) {
                Poll::Ready(value) => *output = Some(value),
                Poll::Pending => waiting = true,
            }
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    waits.into_iter().filter_map(|(_, output)| output).collect()
}
