//! One of two futures.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

pin_project! {
    /// One of two futures with the same result.
    // By hand: an `async` block keeps, besides, what they were made from.
    #[project = Projected]
    #[expect(missing_docs)]
    pub enum Either<L, R> {
        /// The first.
        Left {
            #[pin]
            left: L,
        },
        /// The second.
        Right {
            #[pin]
            right: R,
        },
    }
}

impl<T, L: Future<Output = T>, R: Future<Output = T>> Future for Either<L, R> {
    type Output = T;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        match self.project() {
            Projected::Left { left } => left.poll(context),
            Projected::Right { right } => right.poll(context),
        }
    }
}
