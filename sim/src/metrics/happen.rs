//! What an event says of a request, and of the process that it is in.

use super::book::App;
use super::labels::{Answered, Layer, Outcome};
use super::lives::{AT_CPU, BEHIND, FOLLOWS, GHOST, GONE, LEADS, Life, QUERIES, UNSURE, UPDATES};
use super::meter::Meter;
use crate::engine::Nanos;
use crate::telemetry::event::Does;
use crate::telemetry::{Event, Kind, Reason};

impl Meter {
    /// What it has been doing is over, if this moves it.
    pub(super) fn moves(&mut self, life: &mut Life, Event { at, kind, arg, .. }: Event) {
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
        // What a shared cache says is in the log when it says it: the way back is still to
        // come, and takes as long as it does on average.
        let back = match kind {
            Kind::Hit | Kind::Miss | Kind::Early | Kind::Stale => self.system.ways[0],
            Kind::CacheError | Kind::Recheck => self.system.ways[0],
            Kind::BackupError => self.system.ways[1],
            _ => Nanos::ZERO,
        };
        look(app, life, Event { at, kind, who: 0, arg }, known.then_some(took + back));
        // Of the bulkhead's places it is not said when one comes free.
        if kind == Kind::Full {
            life.set(UNSURE);
        }
        life.since = at + back;
    }

    /// What it says of a request, and of its process.
    pub(super) fn happens(&mut self, life: &mut Life, Event { at, kind, arg, .. }: Event) {
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
    app.looked(event.at, layer, found, took);
}

/// A request has been answered, or nobody is there any more to be. Each ends once.
fn answer(app: &mut App, life: &Life, at: Nanos, kind: Kind, arg: u32) {
    let ghost = life.is(GHOST) && kind != Kind::Late && kind != Kind::Fetched;
    if ghost || life.is(BEHIND) {
        return;
    }
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
