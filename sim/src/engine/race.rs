//! Two waits, the first to end wins, the other is cancelled.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Which of two futures ended first, with its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum First<A, B> {
    /// The first one; also when both were ready.
    Left(A),
    /// The second one.
    Right(B),
}

/// Waits for whichever ends first and drops the other.
pub async fn race<A, B>(
    left: impl Future<Output = A>,
    right: impl Future<Output = B>,
) -> First<A, B> {
    let (mut left, mut right) = (pin!(left), pin!(right));
    poll_fn(|context| {
        if let Poll::Ready(value) = left.as_mut().poll(context) {
            return Poll::Ready(First::Left(value));
        }
        right.as_mut().poll(context).map(First::Right)
    })
    .await
}
