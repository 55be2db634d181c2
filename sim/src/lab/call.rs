//! A script while it answers a request, or does something behind one: what it is
//! working for, what it has used of what it may use, and how it ends.

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use rune::alloc::limit::{self, Memory};
use rune::runtime::budget::{self, Budget};
use rune::runtime::{Function, VmError, VmResult};

use super::host::Host;
use crate::engine::Nanos;
use crate::engine::watch::Place;
use crate::protect::Loaded;
use crate::protect::script::SCRIPT;
use crate::telemetry::stopped::{By, Stopped};
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::request::Ticket;

/// How many steps a request may take; a sensible one takes some dozens.
const STEPS: usize = 10_000;
/// How many bytes it may use at a time; a sensible one uses about two thousand. As
/// much as each await needs, it is also what bounds how deep they can be nested.
const BYTES: usize = 48 * 1024;

/// How many tasks may be started because of a request, by it and by those tasks: what
/// starts itself again and again does not go on for ever.
const KIN: u32 = 16;

/// A script at work for a request.
pub struct Call {
    /// Where.
    pub host: Rc<Host>,
    ticket: RefCell<Ticket>,
    /// When it began.
    pub begun: Nanos,
    ends: Cell<Option<End>>,
    /// The tasks that have been started because of the request.
    kin: Rc<Cell<u32>>,
    /// Steps that a single call has cost beside its own.
    taken: Cell<usize>,
    /// Bytes in use.
    bytes: Cell<usize>,
    /// What it says of who has waited too long for a connection.
    late: RefCell<Option<Late>>,
    /// Its last instruction.
    at: Cell<Option<usize>>,
    /// The line at which it waits.
    line: Cell<u32>,
}

/// Why a script ends before it has returned anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// As it wanted, or because what it asked for failed.
    Reason(Reason),
    /// It may not do what it did.
    By(By),
}

/// A function of a script's, and what is wrong with it, if it was asked.
struct Late {
    is_late: Function,
    wrong: Option<VmError>,
}

/// What a script's future comes to.
pub type Done = VmResult<rune::Value>;

thread_local! {
    /// The call whose script is being run.
    static HERE: RefCell<Option<Rc<Call>>> = const { RefCell::new(None) };
}

impl Call {
    /// At work for a request.
    pub fn new(host: &Rc<Host>, request: &Request<'_>) -> Rc<Call> {
        Call::of(host, request, Rc::default())
    }

    fn of(host: &Rc<Host>, request: &Request<'_>, kin: Rc<Cell<u32>>) -> Rc<Call> {
        Rc::new(Call {
            host: Rc::clone(host),
            begun: host.world.core.now(),
            ticket: RefCell::new(request.ticket()),
            ends: Cell::new(None),
            kin,
            taken: Cell::new(0),
            bytes: Cell::new(0),
            late: RefCell::default(),
            at: Cell::new(None),
            line: Cell::new(0),
        })
    }

    /// Whether it may start one more task.
    pub fn may_start(&self) -> bool {
        self.kin.get() < KIN && self.host.has_room()
    }

    /// At work behind this one, for the same request or for one that it has made.
    pub fn behind(&self, request: &Request<'_>) -> Rc<Call> {
        self.kin.set(self.kin.get() + 1);
        Call::of(&self.host, request, Rc::clone(&self.kin))
    }

    /// The one whose script is being run.
    pub fn here() -> Rc<Call> {
        HERE.with_borrow(|here| here.clone()).expect("scripts are run in a call")
    }

    /// Does something as the request that it is at work for.
    pub fn with<T>(&self, work: impl FnOnce(&Request<'_>) -> T) -> T {
        let request = self.request();
        let done = work(&request);
        self.keep(&request);
        done
    }

    /// The request that it is at work for.
    pub fn request(&self) -> Request<'_> {
        self.ticket.borrow().clone().request(&self.host.world)
    }

    /// What the request has learned since, it goes on with.
    pub fn keep(&self, request: &Request<'_>) {
        *self.ticket.borrow_mut() = request.ticket();
    }

    /// Its script has come to an instruction.
    pub fn was_at(&self, instruction: usize) {
        self.at.set(Some(instruction));
    }

    /// What it waits for next it waits for at that line.
    pub fn stands_at(&self, line: u32) {
        self.line.set(line);
    }

    /// The script ends here.
    pub fn end<T>(&self, end: End) -> VmResult<T> {
        self.ends.set(Some(end));
        VmResult::panic("ended")
    }

    /// Takes so many steps at once; whether it may.
    pub fn takes(&self, steps: usize) -> bool {
        self.taken.set(self.taken.get().saturating_add(steps));
        self.taken.get() <= STEPS
    }

    /// From now on this is asked of whoever gets a connection, or nothing.
    pub fn ask_if_late(&self, is_late: Option<Function>) {
        let late = is_late.map(|is_late| Late { is_late, wrong: None });
        self.late.replace(late);
    }

    /// What is wrong with what was asked, if something is.
    pub fn late_wrong(&self) -> VmResult<()> {
        match self.late.take().and_then(|late| late.wrong) {
            Some(wrong) => VmResult::Err(wrong),
            None => VmResult::Ok(()),
        }
    }

    /// A key that a script has named: it may only touch the request's own.
    pub fn own(&self, key: i64) -> VmResult<()> {
        if key == i64::from(self.ticket.borrow().key()) {
            VmResult::Ok(())
        } else {
            self.end(End::By(By::OtherKey))
        }
    }

    /// Runs a script to its end, with its limits, and says what came of it.
    pub async fn run(
        self: &Rc<Call>,
        steps: impl Future<Output = Done>,
    ) -> Result<rune::Value, Reason> {
        let limited = limit::with(BYTES, budget::with(STEPS, Weighed { steps }));
        let running = Running { call: Rc::clone(self), work: Box::pin(limited) };
        running.await.into_result().map_err(|error| self.ended(&error))
    }

    /// So many bytes are in use now.
    fn weighs(&self, bytes: usize) {
        self.host.weigh(self.bytes.replace(bytes), bytes);
    }

    /// Why it has ended; what is a mistake is in the log with its place.
    fn ended(&self, error: &VmError) -> Reason {
        let by = match self.ends.take() {
            Some(End::Reason(reason)) => return reason,
            Some(End::By(by)) => by,
            None => by(&error.to_string()),
        };
        // What was used up has no place of its own.
        let at = error.first_location().map(|at| at.ip).or(self.at.get());
        let place = at.and_then(|at| self.host.script.place_of(at));
        self.stop(by, place)
    }

    /// It is stopped, there.
    pub fn stop(&self, by: By, place: Option<(u32, u32)>) -> Reason {
        let (line, column) = place.unwrap_or_default();
        self.request().note(Kind::Stopped, Stopped { by, line, column }.pack());
        self.host.count_stop();
        Reason::Script
    }

    /// What a result that a script has made means for a request.
    pub fn loaded(&self, value: rune::Value) -> Loaded {
        super::values::loaded(value).unwrap_or_else(|| Err(self.stop(By::NoValue, None)))
    }
}

/// Whether the script that is being run says that it has waited too long for the
/// connection that it gets now.
pub fn is_late(waited: Nanos) -> bool {
    let call = Call::here();
    let asked = &mut *call.late.borrow_mut();
    asked.as_mut().is_some_and(|late| match late.is_late.call::<bool>((waited.ms(),)) {
        VmResult::Ok(is_late) => is_late,
        VmResult::Err(wrong) => {
            late.wrong = Some(wrong);
            true
        }
    })
}

/// What the language says when something was used up, or cannot be done.
fn by(message: &str) -> By {
    if message.contains("limited") {
        By::Steps
    } else if message.contains("allocate") || message.contains("memory") {
        By::Memory
    } else {
        By::Mistake
    }
}

thread_local! {
    /// How many bytes the script that was polled last may still use.
    static LEFT: Cell<usize> = const { Cell::new(BYTES) };
}

pin_project! {
    /// Looks how many bytes are left, where that can be asked.
    struct Weighed<F> {
        #[pin]
        steps: F,
    }
}

impl<F: Future> Future for Weighed<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let polled = self.project().steps.poll(context);
        LEFT.set(limit::get());
        polled
    }
}

/// A script that is being run: whatever it calls knows for whom.
struct Running<F> {
    call: Rc<Call>,
    work: Pin<Box<Memory<Budget<Weighed<F>>>>>,
}

impl<F: Future<Output = Done>> Future for Running<F> {
    type Output = Done;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Done> {
        let before = HERE.replace(Some(Rc::clone(&self.call)));
        let polled = self.work.as_mut().poll(context);
        HERE.set(before);
        self.call.weighs(BYTES.saturating_sub(LEFT.get()));
        if self.call.host.is_full() && polled.is_pending() {
            return Poll::Ready(self.call.end(End::By(By::Memory)));
        }
        if polled.is_pending() {
            let place = Place { file: SCRIPT, line: self.call.line.get() };
            self.call.host.world.core.stands_at(place);
        }
        polled
    }
}

impl<F> Drop for Running<F> {
    fn drop(&mut self) {
        self.call.weighs(0);
    }
}
