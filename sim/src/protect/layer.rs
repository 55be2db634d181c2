//! What a defence is: a layer that guards the rest of a request's way.
//!
//! A layer is given the request and what comes behind it, [`Next`], and lets
//! the request go on or does not. No layer knows another: which there are, and
//! in what order, is the [path](super::path)'s to say.

use std::any::Any;

use super::Loaded;
use crate::engine::Nanos;
use crate::world::{Request, Value};

/// Something that knows things while its process lives.
pub trait Part: Any {
    /// Its process was started again: it knows nothing. What was in progress
    /// has ended with its tasks already.
    fn reset(&self);
}

/// A defence that requests pass.
pub trait Layer: Part {
    /// Answers the request, or lets it go on.
    fn call(&self, request: &Request<'_>, next: impl Next) -> impl Future<Output = Loaded>;
}

/// The rest of the way, behind a layer.
pub trait Next: Copy {
    /// Goes on, to the way's end if need be.
    fn load(self, request: &Request<'_>) -> impl Future<Output = Loaded>;

    /// Looks once more into the cache in front: whether somebody has stored a
    /// value since.
    fn look(self, request: &Request<'_>) -> impl Future<Output = Option<Value>>;

    /// Goes on at an instant, past the cache in front, for the request's key: as a
    /// load that nobody asks for. `is_due` is asked then whether to do that at all.
    fn warm_at(
        self,
        at: Nanos,
        request: &Request<'_>,
        is_due: impl FnOnce() -> bool + 'static,
        then: impl FnOnce(&Request<'_>, Option<Loaded>) -> Fate + 'static,
    );

    /// Goes on as a task of its own, which outlives the request, at a time. `then` gets
    /// what comes of it, or `None` if the process died.
    fn detach(
        self,
        at: Nanos,
        request: &Request<'_>,
        then: impl FnOnce(&Request<'_>, Option<Loaded>) -> Fate + 'static,
    );
}

/// What becomes of a process after a task in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It goes on.
    Lives,
    /// It dies of a panic that nobody could catch.
    Dies,
}
