//! Events become counts, by target.
//!
//! A process counts what happens in it, and forgets it when it dies: what it had not
//! said by then, nobody knows. What happens at clients, at the edge and to the database
//! is told by them. An answer is counted when its client has it, because nothing in the
//! log says when it left the process.

use super::book::Book;
use super::handler::Handler;
use super::labels::Direction;
use super::lives::{BEHIND, Life, NOWHERE};
use super::system::System;
use crate::engine::Nanos;
use crate::telemetry::event::{Node, WORLD};
use crate::telemetry::latency::BUCKETS;
use crate::telemetry::{Event, Kind};

/// Who answers scrapes. The processes come first, by number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Job {
    /// A process.
    App,
    /// Those who send requests.
    Clients,
    /// The caches before the processes.
    Edge,
    /// The database.
    Database,
    /// Who starts and retires processes.
    Autoscaler,
}

/// Something that can be asked for its metrics.
pub(super) struct Target {
    pub(super) job: Job,
    pub(super) book: Book,
    /// Whether it is there to answer.
    pub(super) up: bool,
    /// Whether anybody asks it: an autoscaler's process only while it is in service.
    pub(super) known: bool,
    /// An autoscaler's process: whether it is wanted.
    wanted: bool,
    life: u8,
    pub(super) handler: Handler,
}

/// All counts of a run so far.
pub struct Meter {
    pub(super) system: System,
    pub(super) targets: Vec<Target>,
    pub(super) lives: Vec<Life>,
    now: Nanos,
}

impl Meter {
    /// Nothing has happened yet.
    pub fn new(system: System) -> Meter {
        let target = |job, book, wanted| Target {
            job,
            book,
            // An autoscaler's places are empty at first.
            up: wanted,
            known: wanted,
            wanted,
            life: 0,
            handler: Handler::default(),
        };
        let app = |id| target(Job::App, Book::of_app(&system, Nanos::ZERO), id < system.processes);
        let mut targets: Vec<Target> = (0..system.most).map(app).collect();
        let jobs = [
            (Job::Clients, true),
            (Job::Edge, system.edge),
            (Job::Database, true),
            (Job::Autoscaler, system.scales),
        ];
        let others = jobs.into_iter().filter(|(_, there)| *there);
        targets.extend(others.map(|(job, _)| target(job, Book::new(Nanos::ZERO), true)));
        Meter { system, targets, lives: Vec::new(), now: Nanos::ZERO }
    }

    /// The instant up to which all is known.
    pub fn now(&self) -> Nanos {
        self.now
    }

    /// Nothing more happens before `at`.
    pub fn go_on(&mut self, at: Nanos) {
        self.now = self.now.max(at);
    }

    /// Takes in what happens next.
    pub fn take(&mut self, event: Event) {
        let Event { at, kind, who, arg } = event;
        self.now = at;
        if who == WORLD {
            return self.world(event);
        }
        let index = who as usize;
        if kind.is_birth() && index == self.lives.len() {
            self.begin(event);
        }
        let Some(mut life) = self.lives.get(index).copied() else { return };
        if kind == Kind::Arrive {
            self.arrive(&mut life, at, arg);
        }
        if let Some(whose) = self.whose(&life, kind) {
            self.targets[whose].book.counters.count(at, kind, arg);
        }
        // What a dead process would have said, nobody hears.
        if self.lives_on(&life) {
            self.moves(&mut life, event);
            self.happens(&mut life, event);
        }
        if kind.is_answer()
            && let Some(clients) = self.place(Job::Clients)
        {
            self.targets[clients].book.durations.observe(&BUCKETS, at - life.sent);
        }
        self.lives[index] = life;
    }

    fn begin(&mut self, Event { at, kind, arg, .. }: Event) {
        let parent = if kind.is_offspring() { self.lives.get(arg as usize) } else { None };
        let pattern = parent.map_or_else(|| self.system.pattern(arg), |parent| parent.pattern);
        let sent = parent.filter(|_| kind == Kind::Retry).map_or(at, |first| first.sent);
        // What the edge fetches is a request like any other.
        let behind = kind.is_behind() && kind != Kind::Fetch;
        let mut life = Life::new(sent, at, pattern, behind);
        if let Some(reader) = parent.filter(|_| behind) {
            (life.process, life.life) = (reader.process, reader.life);
        }
        self.lives.push(life);
    }

    fn arrive(&mut self, life: &mut Life, at: Nanos, process: u32) {
        let target = &mut self.targets[process as usize];
        // It may have been sent to one that is not there.
        if !target.up {
            return;
        }
        (life.process, life.life) = (process as u8, target.life);
        life.arrived = at;
        life.since = at + self.system.late(process, at, target.book.since);
        if !life.is(BEHIND)
            && let Some(app) = &mut target.book.app
        {
            let rises = app.expected.come(&self.system.predict, at, life.pattern as usize);
            for (count, rises) in app.rushes.iter_mut().zip(rises) {
                *count += u64::from(rises);
            }
        }
    }

    /// Whose count an event is in.
    fn whose(&self, life: &Life, kind: Kind) -> Option<usize> {
        match kind.traits().node {
            Node::Clients => self.place(Job::Clients),
            Node::Edge => self.place(Job::Edge),
            _ if self.lives_on(life) => Some(life.process.into()),
            _ if life.process == NOWHERE => self.place(Job::Edge),
            _ => None,
        }
    }

    /// Whether it is in a process that lives.
    fn lives_on(&self, life: &Life) -> bool {
        let target = self.targets.get(usize::from(life.process));
        target.is_some_and(|target| target.up && target.life == life.life)
    }

    /// Where a target stands that there is one of.
    pub(super) fn place(&self, job: Job) -> Option<usize> {
        let most = self.system.most as usize;
        self.targets[most..].iter().position(|target| target.job == job).map(|i| most + i)
    }

    /// Something happens to a process, or to all.
    fn world(&mut self, Event { at, kind, arg, .. }: Event) {
        if let Some(database) = self.place(Job::Database) {
            self.targets[database].book.counters.count(at, kind, arg);
        }
        if kind == Kind::Scale
            && let Some(place) = self.place(Job::Autoscaler)
        {
            let current = self.targets[..place].iter().filter(|it| it.job == Job::App && it.wanted);
            let more = arg as usize > current.count();
            let direction = if more { Direction::Up } else { Direction::Down };
            self.targets[place].book.scaled[direction as usize] += 1;
        }
        if !matches!(kind, Kind::Crash | Kind::Start | Kind::Launch | Kind::Ready | Kind::Retire) {
            return;
        }
        let target = &mut self.targets[arg as usize];
        if matches!(kind, Kind::Crash | Kind::Launch) {
            target.up = false;
            target.life = target.life.wrapping_add(1);
            target.handler = Handler::default();
        }
        if matches!(kind, Kind::Start | Kind::Ready) {
            target.up = true;
            target.book = Book::of_app(&self.system, at);
        }
        match kind {
            Kind::Launch => target.wanted = true,
            Kind::Ready => target.known = true,
            Kind::Retire => (target.wanted, target.known) = (false, false),
            _ => {}
        }
    }
}
