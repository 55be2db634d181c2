//! Who is on stage at the playhead, kept from one frame to the next.
//!
//! Between two events of a request its dot walks a straight line, so a frame
//! only has to look again at those to whom something happened since the last
//! one. Whatever the way by which the playhead came to an instant, the cast is
//! the same there: in order of their numbers, each on the way that
//! [`Path::of`] gives.

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::event::WORLD;
use stampede_sim::telemetry::{Kind, Log};

use super::dots::Path;
use super::film::{Film, Scene};
use super::layout::Layout;

/// Not on stage.
const AWAY: u32 = u32::MAX;

/// The dots of one lane in a picture of one size.
#[derive(Default)]
pub struct Cast {
    actors: Vec<Actor>,
    /// By request: an index into `actors`.
    place: Vec<u32>,
    /// Who is done, and until when it is still shown.
    leaving: Vec<(Nanos, u32)>,
    gone: usize,
    at: Nanos,
    /// Events looked at.
    read: usize,
    /// Events that there were: what happens next may have been unknown.
    filmed: usize,
    layout: Option<Layout>,
    work: usize,
}

/// A request on stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Actor {
    /// Its number, or `u32::MAX`: it has left.
    pub who: u32,
    /// Its way.
    pub path: Path,
    /// Whether what happens next is not known, so that the way may change.
    pub open: bool,
}

/// What a cast is made from.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The film.
    pub film: &'a Film,
    /// What it was made from.
    pub log: &'a Log,
    /// How long a dot takes to walk to its place.
    pub pace: Nanos,
    /// How long an answered request is shown at its client.
    pub linger: Nanos,
}

impl Cast {
    /// Everybody on stage, in order of their numbers.
    pub fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.actors.iter().filter(|actor| actor.who != AWAY)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.actors.len() - self.gone
    }

    /// Whether nobody is on stage.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The way of a request that is on stage.
    pub fn path(&self, who: u32) -> Option<&Path> {
        let place = *self.place.get(who as usize)?;
        self.actors.get(place as usize).map(|actor| &actor.path)
    }

    /// How many events and requests have been looked at, ever: what all seeks
    /// have cost.
    pub fn work(&self) -> usize {
        self.work
    }

    /// Moves to instant `at`; false if nobody's way has changed.
    pub fn seek(&mut self, source: &Source, layout: &Layout, at: Nanos) -> bool {
        let before = self.work;
        let until = source.log.count_until(at).min(source.film.len());
        let news = until.checked_sub(self.read).filter(|_| at >= self.at);
        match news {
            Some(news)
                if self.layout.as_ref() == Some(layout) && news < 1000 + self.actors.len() =>
            {
                self.place.resize(source.film.requests(), AWAY);
                for i in self.read..until {
                    let event = source.log.get(i);
                    if event.who != WORLD {
                        self.look(source, layout, event.who, at);
                    } else if event.kind == Kind::Crash {
                        // Who goes on for nobody ends with it.
                        self.begin(source, layout, at);
                        return true;
                    }
                }
            }
            _ => {
                self.begin(source, layout, at);
                return true;
            }
        }
        // Where somebody goes may have become known since.
        for i in until.max(self.filmed)..source.film.len() {
            let who = source.log.get(i).who;
            let place = self.place.get(who as usize).map(|place| *place as usize);
            if place.and_then(|place| self.actors.get(place)).is_some_and(|actor| actor.open) {
                self.look(source, layout, who, at);
            }
        }
        (self.at, self.read, self.filmed) = (at, until, source.film.len());
        let mut i = 0;
        while i < self.leaving.len() {
            if self.leaving[i].0 <= at {
                let (_, who) = self.leaving.swap_remove(i);
                self.remove(who);
                self.work += 1;
            } else {
                i += 1;
            }
        }
        if self.gone > 64 && self.gone > self.actors.len() / 2 {
            self.actors.retain(|actor| actor.who != AWAY);
            self.gone = 0;
            for (i, actor) in self.actors.iter().enumerate() {
                self.place[actor.who as usize] = i as u32;
            }
        }
        self.work != before
    }

    /// Looks at everybody.
    fn begin(&mut self, source: &Source, layout: &Layout, at: Nanos) {
        self.actors.clear();
        self.leaving.clear();
        self.gone = 0;
        self.place.clear();
        self.place.resize(source.film.requests(), AWAY);
        self.work += source.film.on_stage(source.log, at, source.linger, |scene, until| {
            self.put(&scene, until, layout, source.pace);
        });
        (self.at, self.filmed) = (at, source.film.len());
        self.read = source.log.count_until(at).min(self.filmed);
        self.layout = Some(layout.clone());
    }

    /// Looks again at one.
    fn look(&mut self, source: &Source, layout: &Layout, who: u32, at: Nanos) {
        self.work += 1;
        match source.film.scene_of(source.log, who, at, source.linger) {
            Some((scene, until)) => self.put(&scene, until, layout, source.pace),
            None => self.remove(who),
        }
    }

    fn put(&mut self, scene: &Scene, until: Nanos, layout: &Layout, pace: Nanos) {
        let (path, open) = (Path::of(scene, layout, pace), scene.after.is_none());
        let actor = Actor { who: scene.who, path, open };
        let place = &mut self.place[scene.who as usize];
        if *place == AWAY {
            *place = self.actors.len() as u32;
            self.actors.push(actor);
        } else {
            self.actors[*place as usize] = actor;
        }
        if scene.is_over() && until != Nanos::MAX {
            self.leaving.push((until, scene.who));
        }
    }

    fn remove(&mut self, who: u32) {
        let place = std::mem::replace(&mut self.place[who as usize], AWAY);
        if place != AWAY {
            self.actors[place as usize].who = AWAY;
            self.gone += 1;
        }
    }
}
