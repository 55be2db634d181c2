//! A client: sends, waits as long as it has patience, and may try again.

use std::cell::Cell;
use std::rc::Rc;

use super::Loaded;
use super::retry::Retry;
use crate::engine::race::{First, race};
use crate::engine::{Nanos, Promise};
use crate::scenario::ClientSpec;
use crate::telemetry::{Kind, Reason};
use crate::world::process::some_ms;
use crate::world::request::{Key, Ticket};
use crate::world::senders::Client;
use crate::world::{Request, Value, World};

/// How all clients behave.
pub struct Clients {
    timeout: Option<Nanos>,
    cancels: bool,
    retry: Retry,
}

/// Whether a client still waits for an answer, and the answer.
pub struct Answer {
    gone: Cell<bool>,
    promise: Promise<Loaded>,
}

impl Clients {
    /// `None` if all they do is send and wait.
    pub fn new(spec: &ClientSpec, seed: u64) -> Option<Clients> {
        let timeout = some_ms(spec.timeout_ms);
        let retry = Retry::new(spec, seed);
        (timeout.is_some() || spec.retries > 0).then_some(Clients {
            timeout,
            cancels: spec.cancels,
            retry,
        })
    }

    /// Asks as a client for a key, or updates it, until there is an answer or no
    /// patience left. `serve` sends an attempt on its way; `detach` does so as a
    /// task of its own, which goes on if nobody waits any more.
    pub async fn ask<'a>(
        &self,
        world: &'a World,
        client: Client,
        (key, updates): (Key, bool),
        serve: impl AsyncFn(&Request<'a>) -> Loaded,
        detach: impl Fn(Ticket, Rc<Answer>),
    ) {
        self.retry.first_try();
        let mut attempt = Request::send_as(world, client, key);
        if updates {
            attempt.write(world.database.next_value());
        }
        let (mut failures, mut pause) = (0, Nanos::ZERO);
        loop {
            let loaded = match self.timeout {
                None => serve(&attempt).await,
                Some(span) if self.cancels => {
                    match race(serve(&attempt), world.core.sleep(span)).await {
                        First::Left(loaded) => loaded,
                        First::Right(()) => give_up(&attempt, false),
                    }
                }
                Some(span) => {
                    let promise = Promise::new(&world.core);
                    let answer = Rc::new(Answer { gone: Cell::new(false), promise });
                    detach(attempt.ticket(), Rc::clone(&answer));
                    match race(answer.promise.wait(), world.core.sleep(span)).await {
                        First::Left(loaded) => loaded,
                        First::Right(()) => {
                            answer.gone.set(true);
                            give_up(&attempt, true)
                        }
                    }
                }
            };
            world.confirm(&attempt, loaded);
            let again = loaded.err().and_then(|reason| {
                failures += 1;
                Some((reason, self.retry.again(reason, failures, pause)?))
            });
            let Some((reason, span)) = again else { return conclude(&attempt, loaded) };
            attempt.note(Kind::Fail, reason as u32);
            pause = span;
            // Told when to come back, it may do so instead.
            let senders = world.senders.as_ref().filter(|_| reason == Reason::OverQuota);
            let told = senders.and_then(|all| all.has_to_wait(client, world.core.now()));
            world.core.sleep(told.unwrap_or(span)).await;
            attempt = attempt.retry();
        }
    }
}

fn give_up(attempt: &Request<'_>, goes_on: bool) -> Loaded {
    attempt.note(Kind::Timeout, goes_on.into());
    Err(Reason::Timeout)
}

impl Answer {
    /// The answer of an attempt that was sent as a task of its own.
    pub fn give(&self, attempt: &Request<'_>, loaded: Loaded) {
        if self.gone.get() {
            attempt.note(Kind::Late, 0);
        } else {
            self.promise.keep(loaded);
        }
    }
}

/// The client has its answer. "Not found" is one.
#[inline]
pub fn conclude(request: &Request<'_>, loaded: Loaded) {
    let (kind, arg) = match loaded {
        Ok(value) => (Kind::Ok, value.0),
        Err(Reason::NotFound) => (Kind::Ok, Value::NOTHING.0),
        Err(reason) => (Kind::Error, reason as u32),
    };
    request.finish(kind, arg);
}
