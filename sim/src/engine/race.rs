//! Two waits, the first to end wins, the other is cancelled.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

/// Which of two futures ended first, with its result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum First<A, B> {
    /// The first one; also when both were ready.
    Left(A),
    /// The second one.
    Right(B),
}

pin_project! {
    /// See [`race`].
    // By hand: an `async fn` keeps what it is given twice, and many wait here.
    pub struct Race<L, R> {
        #[pin]
        left: L,
        #[pin]
        right: R,
    }
}

/// Waits for whichever ends first and drops the other.
pub fn race<L: Future, R: Future>(left: L, right: R) -> Race<L, R> {
    Race { left, right }
}

impl<L: Future, R: Future> Future for Race<L, R> {
    type Output = First<L::Output, R::Output>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let race = self.project();
        if let Poll::Ready(value) = race.left.poll(context) {
            return Poll::Ready(First::Left(value));
        }
        race.right.poll(context).map(First::Right)
    }
}
