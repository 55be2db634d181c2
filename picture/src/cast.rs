//! Who is on stage at the playhead, kept from one frame to the next.
//!
//! Between two events of a request its dot walks a straight line, so a frame
//! only has to look again at those to whom something happened since the last
//! one. Whatever the way by which the playhead came to an instant, the cast is
//! the same there: in order of their numbers, each on the way that
//! [`Path::of`] gives.

use std::mem::take;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::Log;
use stampede_sim::telemetry::event::WORLD;

use super::dots::Path;
use super::film::{Film, Scene};
use super::layout::Layout;

/// Not on stage.
const AWAY: u32 = u32::MAX;

/// The dots of one lane in a picture of one size.
pub struct Cast {
    actors: Vec<Actor>,
    /// Of each actor.
    known: Vec<Known>,
    /// By request that can be on stage: an index into `actors`.
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
    /// One of so many requests can be on stage.
    every: u32,
    work: usize,
}

impl Default for Cast {
    fn default() -> Cast {
        Cast {
            actors: Vec::new(),
            known: Vec::new(),
            place: Vec::new(),
            leaving: Vec::new(),
            gone: 0,
            at: Nanos::ZERO,
            read: 0,
            filmed: 0,
            layout: None,
            every: 1,
            work: 0,
        }
    }
}

/// A request on stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Actor {
    /// Its number, or `u32::MAX`: it has left.
    pub who: u32,
    /// Its way.
    pub path: Path,
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
        let place = *self.place.get((who / self.every) as usize)?;
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
        let few = news.is_some_and(|news| news < 1000 + self.actors.len() / 4);
        if self.layout.as_ref() != Some(layout) {
            self.layout = Some(layout.clone());
            self.actors.clear();
            self.begin(source, layout, at);
        } else if !few {
            self.begin(source, layout, at);
        } else {
            self.go_on(source, layout, until, at);
        }
        (self.at, self.read, self.filmed) = (at, until, source.film.len());
        self.work != before
    }

    /// Looks again at those to whom something has happened, or of whom it has
    /// become known what will.
    fn go_on(&mut self, source: &Source, layout: &Layout, until: usize, at: Nanos) {
        self.place.resize(source.film.requests(), AWAY);
        for i in self.read..until {
            let event = source.log.get(i);
            if event.who != WORLD {
                self.look(source, layout, event.who, at);
            }
        }
        for i in until.max(self.filmed)..source.film.len() {
            let who = source.log.get(i).who;
            let place = self.place.get(source.film.index(who)).map(|place| *place as usize);
            if place.and_then(|place| self.known.get(place)).is_some_and(|known| known.open) {
                self.look(source, layout, who, at);
            }
        }
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
            let mut known = self.known.iter();
            self.known = (self.actors.iter())
                .filter_map(|actor| known.next().filter(|_| actor.who != AWAY).copied())
                .collect();
            self.actors.retain(|actor| actor.who != AWAY);
            self.gone = 0;
            for (i, actor) in self.actors.iter().enumerate() {
                self.place[(actor.who / self.every) as usize] = i as u32;
            }
        }
    }

    /// Finds everybody; looks only at those of whom what is known does not
    /// hold at `at`.
    fn begin(&mut self, source: &Source, layout: &Layout, at: Nanos) {
        let Source { film, log, .. } = source;
        self.every = film.every();
        let place = std::mem::replace(&mut self.place, vec![AWAY; film.requests()]);
        let (actors, known) = (take(&mut self.actors), take(&mut self.known));
        self.leaving.clear();
        self.gone = 0;
        let grown = self.filmed != film.len();
        let (there, looked) = film.there(at, source.linger);
        for (who, until) in there {
            let index = film.index(who);
            let before = place.get(index).map_or(AWAY, |place| *place) as usize;
            match known.get(before).filter(|_| before < actors.len()) {
                Some(known) if known.holds(at) && !(known.open && grown) => {
                    self.place[index] = self.actors.len() as u32;
                    self.actors.push(actors[before]);
                    self.known.push(*known);
                    if known.over && until != Nanos::MAX {
                        self.leaving.push((until, who));
                    }
                }
                _ => {
                    self.work += 1;
                    self.put(&film.scene(log, who, at), until, layout, source.pace);
                }
            }
        }
        self.work += looked;
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
        let actor = Actor { who: scene.who, path: Path::of(scene, layout, pace) };
        let (open, over) = (scene.after.is_none(), scene.is_over());
        let known = Known { holds: scene.holds, open, over };
        let place = &mut self.place[(scene.who / self.every) as usize];
        if *place == AWAY {
            *place = self.actors.len() as u32;
            self.actors.push(actor);
            self.known.push(known);
        } else {
            self.actors[*place as usize] = actor;
            self.known[*place as usize] = known;
        }
        if over && until != Nanos::MAX {
            self.leaving.push((until, scene.who));
        }
    }

    fn remove(&mut self, who: u32) {
        let Some(place) = self.place.get_mut((who / self.every) as usize) else { return };
        let place = std::mem::replace(place, AWAY);
        if place != AWAY {
            self.actors[place as usize].who = AWAY;
            self.gone += 1;
        }
    }
}

/// What is known of an actor besides its way.
#[derive(Clone, Copy)]
struct Known {
    /// From when on, until before when.
    holds: (Nanos, Nanos),
    /// What happens next is not known, so that the way may change.
    open: bool,
    over: bool,
}

impl Known {
    fn holds(&self, at: Nanos) -> bool {
        self.holds.0 <= at && at < self.holds.1
    }
}
