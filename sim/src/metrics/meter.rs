//! Events become counts, by target.
//!
//! A process counts what happens in it, and forgets it when it dies: what it had not
//! said by then, nobody knows. What happens at clients, at the edge and to the database
//! is told by them. An answer is counted when its client has it, because nothing in the
//! log says when it left the process.

use super::book::{App, Book};
use super::handler::Handler;
use super::labels::{Answered, Direction, Layer, Outcome};
use super::lives::{
    AT_CPU, BEHIND, COUNTED, FOLLOWS, GHOST, GONE, LEADS, Life, NOWHERE, QUERIES, UNSURE, UPDATES,
};
use super::system::System;
use crate::engine::Nanos;
use crate::telemetry::event::{Does, Node, WORLD};
use crate::telemetry::latency::BUCKETS;
use crate::telemetry::{Event, Kind, Reason};

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
    lives: Vec<Life>,
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

    /// What it has been doing is over, if this moves it.
    fn moves(&mut self, life: &mut Life, Event { at, kind, arg, .. }: Event) {
        let does = kind.traits().does;
        let client = matches!(does, Does::Answers | Does::Fails);
        if kind == Kind::Timeout {
            life.set(if arg == 1 { GHOST } else { GONE });
        }
        // Its client has gone, and it goes on.
        if does == Does::Stays || client && life.is(GHOST | LEADS) || kind == Kind::Arrive {
            return;
        }
        let (took, process) = (at.since(life.since), life.process);
        let target = &mut self.targets[usize::from(process)];
        let of = (process.into(), target.book.since);
        if life.take(AT_CPU) {
            target.handler.leave(&self.system, of, at, life.since);
        }
        if matches!(kind, Kind::Compute | Kind::Reply) {
            target.handler.enter(&self.system, of, at);
            life.set(AT_CPU);
        }
        let Some(app) = &mut target.book.app else { return };
        if life.take(FOLLOWS) {
            app.waited(life.pattern, took);
        }
        if life.take(QUERIES) {
            let answer = match (kind, Reason::of(arg)) {
                (Kind::Answer, None | Some(Reason::NotFound)) => Answered::Ok,
                (Kind::Answer, Some(_)) => Answered::Error,
                _ => Answered::Abandoned,
            };
            app.queried(life.server, answer, took);
        }
        let known = !life.take(UNSURE);
        look(app, life, Event { at, kind, who: 0, arg }, known.then_some(took));
        // Of the bulkhead's places it is not said when one comes free.
        if kind == Kind::Full {
            life.set(UNSURE);
        }
        life.since = at;
    }

    /// What it says of a request, and of its process.
    fn happens(&mut self, life: &mut Life, Event { at, kind, arg, .. }: Event) {
        let leader = self.lives.get(arg as usize).copied();
        let Some(app) = &mut self.targets[usize::from(life.process)].book.app else { return };
        match kind {
            Kind::Write => {
                life.becomes(Outcome::Update);
                life.set(UPDATES);
            }
            Kind::Lead => life.set(LEADS),
            Kind::Join => {
                life.set(FOLLOWS);
                app.followers[life.pattern as usize] += 1;
            }
            Kind::Wake => {
                app.shared[life.pattern as usize] += 1;
                if let Some(leader) = leader {
                    let failed = matches!(leader.outcome, Outcome::Error | Outcome::Refused);
                    life.looked(
                        leader.layer,
                        if failed { leader.outcome } else { Outcome::Shared },
                    );
                }
            }
            Kind::Land | Kind::Abort => {
                life.take(LEADS);
                let shared = kind == Kind::Land && arg > 0;
                app.shared[life.pattern as usize] += u64::from(shared);
            }
            Kind::Queue => life.layer = Layer::Database,
            Kind::Query => {
                life.set(QUERIES);
                life.server = (arg / self.system.pool) as u8;
                app.in_use[usize::from(life.server)] += 1;
                life.looked(Layer::Database, Outcome::Miss);
            }
            Kind::Answer if arg != 0 && arg != Reason::NotFound as u32 => {
                life.becomes(Outcome::Error);
            }
            Kind::Abandon | Kind::Leave | Kind::Quit => life.becomes(Outcome::Error),
            Kind::Refuse => life.becomes(Outcome::Refused),
            Kind::Ancient | Kind::Default | Kind::Placeholder => life.becomes(Outcome::Fallback),
            Kind::Trip => app.breaker = 2,
            Kind::HalfOpen => app.breaker = 1,
            Kind::Close => app.breaker = 0,
            Kind::Ok | Kind::Error | Kind::Fail | Kind::Late | Kind::Fetched => {
                answer(app, life, at, kind, arg);
            }
            _ => {}
        }
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

/// A request has asked a cache, if that is what happened.
fn look(app: &mut App, life: &mut Life, event: Event, took: Option<Nanos>) {
    let first = matches!(life.layer, Layer::None | Layer::L1) && !life.is(UPDATES);
    let (layer, found, outcome) = match event.kind {
        Kind::LocalHit => (Layer::L1, Some(true), Outcome::Hit),
        Kind::LocalMiss => (Layer::L1, Some(false), Outcome::Miss),
        Kind::Hit => (Layer::L2, Some(true), Outcome::Hit),
        Kind::Miss | Kind::Early => (Layer::L2, Some(false), Outcome::Miss),
        Kind::Stale if event.arg == 0 => (Layer::L2, Some(true), Outcome::Stale),
        Kind::CacheError if first => (Layer::L2, None, Outcome::Error),
        Kind::BackupHit => (Layer::L3, Some(true), Outcome::Hit),
        Kind::BackupMiss => (Layer::L3, Some(false), Outcome::Miss),
        Kind::BackupError if !matches!(life.layer, Layer::L3 | Layer::Database) => {
            (Layer::L3, None, Outcome::Miss)
        }
        // A second look, and what is given out as loading failed.
        Kind::Recheck if event.arg == 1 => return life.looked(Layer::L2, Outcome::Hit),
        Kind::Stale => return life.looked(Layer::L2, Outcome::Stale),
        _ => return,
    };
    life.looked(layer, outcome);
    // What a cache that is shared says is in the log when it says it: the way back is
    // still to come, and on average takes as long as the one there.
    let half = layer == Layer::L2 || event.kind == Kind::BackupError;
    let ways = if half { 2 } else { 1 };
    app.looked(event.at, layer, found, took.map(|span| Nanos(ways * span.0)));
}

/// A request has been answered, or nobody is there any more to be.
fn answer(app: &mut App, life: &mut Life, at: Nanos, kind: Kind, arg: u32) {
    let ghost = life.is(GHOST) && kind != Kind::Late && kind != Kind::Fetched;
    if ghost || life.is(BEHIND | COUNTED) {
        return;
    }
    life.set(COUNTED);
    let refused = Reason::of(arg).is_some_and(Reason::is_refusal);
    let outcome = match kind {
        Kind::Late => Outcome::Abandoned,
        Kind::Error | Kind::Fail if life.is(GONE) => Outcome::Abandoned,
        Kind::Error | Kind::Fail if refused => Outcome::Refused,
        Kind::Error | Kind::Fail => Outcome::Error,
        // Who reloads early, and fails, has lost nothing.
        Kind::Ok if matches!(life.outcome, Outcome::Error | Outcome::Refused) => Outcome::Hit,
        _ => life.outcome,
    };
    app.answered(at, (life.pattern, life.layer, outcome), at - life.arrived);
}
