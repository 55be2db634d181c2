//! Why a request is where it is: its life, read from the log, and in words.
//!
//! [`story`] finds what happened to one request and what that had to do with
//! others; [`words`] says it in both languages. Nothing here knows more than
//! the log.

pub mod reasons;
pub mod words;

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::{Event, Kind, Log};

use stampede_picture::film::Film;

/// Something that happened to a request, and what it had to do with others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// What happened.
    pub event: Event,
    /// What else is worth saying.
    pub relation: Relation,
}

/// What an event had to do with something else. Instants are absolute.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Relation {
    /// Nothing worth saying.
    None,
    /// A miss: why nothing was there, and who filled the key next, and when.
    Missed(Absence, Option<(u32, Nanos)>),
    /// A hit: who had stored the value (nobody: it was there from the start),
    /// and when.
    Stored(Option<u32>, Nanos),
    /// Somebody else does it, since then.
    By(u32, Nanos),
    /// So many are ahead of it.
    Behind(u32),
    /// The wait that ends with it began then.
    Since(Nanos),
}

/// Why a key is not in the cache.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Absence {
    /// Nobody had stored it yet.
    Never,
    /// The cache was cleared then.
    Cleared(Nanos),
    /// An update deleted it then.
    Deleted(Nanos),
    /// It went then, for another, as the cache was full.
    Displaced(Nanos),
    /// What was stored then had expired.
    Expired(Nanos),
}

/// The life of request `who`, in order.
pub fn story(log: &Log, film: &Film, who: u32) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut key = 0;
    // When the key was filled last, and by whom, and when it went before it had
    // expired; who leads it in which request, and who locks it.
    let mut filled: Option<(Nanos, u32)> = None;
    let mut gone: Option<(Nanos, Absence)> = None;
    let mut led: Vec<(u32, Nanos)> = Vec::new();
    let mut locked = None;
    let mut waits_since = Nanos::ZERO;
    let first = film.way(log, who).next();
    let Some(first) = first else { return steps };
    if let Some(birth) = birth_key(log, film, first) {
        key = birth;
    }
    // A miss whose key has not been filled again yet.
    let mut open: Option<usize> = None;
    for event in log.iter() {
        let Event { at, kind, who: whose, arg } = event;
        match kind {
            Kind::Fill if arg == key => {
                if let Some(Step { relation: Relation::Missed(_, next), .. }) =
                    open.take().and_then(|i: usize| steps.get_mut(i))
                {
                    *next = Some((whose, at));
                }
                filled = Some((at, whose));
            }
            Kind::Clear => gone = Some((at, Absence::Cleared(at))),
            Kind::Delete if arg == key => gone = Some((at, Absence::Deleted(at))),
            Kind::Displace if arg == key => gone = Some((at, Absence::Displaced(at))),
            Kind::Lead if arg == key => led.push((whose, at)),
            Kind::Lock if arg == key => locked = Some((whose, at)),
            _ => {}
        }
        if whose != who || kind == Kind::Count {
            continue;
        }
        let relation = match kind {
            // Others may have done what the log does not say.
            kind if film.every() > 1 && is_told_by_others(kind) => Relation::None,
            Kind::Miss | Kind::Early => {
                open = (kind == Kind::Miss).then_some(steps.len());
                let absence = match (filled, gone) {
                    (None, _) => Absence::Never,
                    (Some((stored, _)), Some((went, why))) if went >= stored => why,
                    (Some((stored, _)), _) => Absence::Expired(stored),
                };
                Relation::Missed(absence, None)
            }
            Kind::Hit => filled.map_or(Relation::None, |(at, by)| {
                let there_from_the_start = by == stampede_sim::telemetry::event::WORLD;
                Relation::Stored((!there_from_the_start).then_some(by), at)
            }),
            Kind::Join => {
                let since = led.iter().rfind(|(leader, _)| *leader == arg).map(|(_, at)| *at);
                since.map_or(Relation::None, |since| Relation::By(arg, since))
            }
            Kind::Busy => locked.map_or(Relation::None, |(by, since)| Relation::By(by, since)),
            Kind::Queue => Relation::Behind(ahead(log, film, who, at)),
            Kind::Query
            | Kind::Answer
            | Kind::Wake
            | Kind::Quit
            | Kind::Leave
            | Kind::Lock
            | Kind::Computed
            | Kind::EdgeWake
            | Kind::Replied => Relation::Since(waits_since),
            Kind::Ok | Kind::Error | Kind::Fail => Relation::Since(first.at),
            _ => Relation::None,
        };
        // Neither is what it has been waiting for.
        if !matches!(kind, Kind::Timeout | Kind::Quorum | Kind::EdgeLook) {
            waits_since = at;
        }
        steps.push(Step { event, relation });
    }
    steps
}

/// Whether it takes other requests' events to say more about one.
fn is_told_by_others(kind: Kind) -> bool {
    matches!(kind, Kind::Miss | Kind::Early | Kind::Hit | Kind::Join | Kind::Busy | Kind::Queue)
}

/// The key that a request asks for, found through those it comes from.
fn birth_key(log: &Log, film: &Film, birth: Event) -> Option<u32> {
    let mut event = birth;
    while event.kind != Kind::Send {
        event = film.way(log, event.arg).next()?;
    }
    Some(event.arg)
}

/// How many queue in the same process as a request does that has just begun to.
fn ahead(log: &Log, film: &Film, who: u32, at: Nanos) -> u32 {
    let process = film.scene_of(log, who, at, Nanos::ZERO).map(|(scene, _)| scene.process);
    let mut ahead = 0;
    film.on_stage(log, at, Nanos::ZERO, |scene, _| {
        // Who came at the same instant counts by its number in the log: its seat.
        let queues = scene.event.kind == Kind::Queue && Some(scene.process) == process;
        ahead += u32::from(queues && scene.who != who && scene.event.at < at);
    });
    ahead
}

#[cfg(test)]
pub(crate) mod tests {
    use stampede_sim::run::Run;
    use stampede_sim::scenario::presets;
    use stampede_sim::telemetry::Recording;

    use super::*;

    pub(crate) fn filmed(events: &[(u64, Kind, u32, u32)]) -> (Log, Film) {
        let events: Vec<_> =
            events.iter().map(|(us, kind, who, arg)| (us * 1_000, *kind, *who, *arg)).collect();
        let log: Log = events.iter().collect();
        let mut film = Film::new(1);
        film.extend(&log);
        (log, film)
    }

    const WORLD: u32 = stampede_sim::telemetry::event::WORLD;

    /// A small run by hand: #0 leads, #1 follows it, #2 comes after and finds
    /// the value; then the cache is cleared, and #3 misses.
    pub(crate) fn small() -> (Log, Film) {
        filmed(&[
            (0, Kind::Send, 0, 7),
            (100, Kind::Send, 1, 7),
            (8_000, Kind::Arrive, 0, 0),
            (8_100, Kind::Arrive, 1, 0),
            (12_000, Kind::Miss, 0, 7),
            (12_000, Kind::Lead, 0, 7),
            (12_003, Kind::Miss, 1, 7),
            (12_003, Kind::Join, 1, 0),
            (12_000 + 16_000, Kind::Query, 0, 3),
            (78_000, Kind::Answer, 0, 0),
            (82_000, Kind::Fill, 0, 7),
            (86_000, Kind::Land, 0, 1),
            (86_000, Kind::Wake, 1, 0),
            (90_000, Kind::Send, 2, 7),
            (94_000, Kind::Ok, 0, 1),
            (94_100, Kind::Ok, 1, 1),
            (98_000, Kind::Arrive, 2, 0),
            (102_000, Kind::Hit, 2, 7),
            (114_000, Kind::Ok, 2, 1),
            (120_000, Kind::Clear, WORLD, 1),
            (121_000, Kind::Send, 3, 7),
            (129_000, Kind::Arrive, 3, 0),
            (133_000, Kind::Miss, 3, 7),
        ])
    }

    #[test]
    fn a_life_and_what_it_has_to_do_with_others() {
        let (log, film) = small();
        let us = |us: u64| Nanos(us * 1_000);
        let links = |who: u32| -> Vec<(Kind, Relation)> {
            story(&log, &film, who)
                .into_iter()
                .map(|step| (step.event.kind, step.relation))
                .collect()
        };
        assert_eq!(
            links(1),
            [
                (Kind::Send, Relation::None),
                (Kind::Arrive, Relation::None),
                (Kind::Miss, Relation::Missed(Absence::Never, Some((0, us(82_000))))),
                (Kind::Join, Relation::By(0, us(12_000))),
                (Kind::Wake, Relation::Since(us(12_003))),
                (Kind::Ok, Relation::Since(us(100))),
            ]
        );
        assert_eq!(links(2)[2], (Kind::Hit, Relation::Stored(Some(0), us(82_000))));
        let missed = Relation::Missed(Absence::Cleared(us(120_000)), None);
        assert_eq!(links(3)[2], (Kind::Miss, missed));
    }

    /// A key that is not there because it was deleted, or went for another, has not
    /// expired.
    #[test]
    fn why_a_key_is_not_there() {
        for (kind, arg, expected) in [
            (Kind::Delete, 7, Absence::Deleted(Nanos(40_000))),
            (Kind::Displace, 7, Absence::Displaced(Nanos(40_000))),
            (Kind::Displace, 8, Absence::Expired(Nanos(20_000))),
        ] {
            let (log, film) = filmed(&[
                (0, Kind::Send, 0, 7),
                (20, Kind::Fill, 0, 7),
                (40, kind, 0, arg),
                (50, Kind::Send, 1, 7),
                (60, Kind::Miss, 1, 7),
            ]);
            let missed = story(&log, &film, 1)[1].relation;
            assert_eq!(missed, Relation::Missed(expected, None), "{kind:?} {arg}");
        }
    }

    /// Whoever finds a lock taken is told who has it: in a whole run, for all.
    #[test]
    fn who_finds_a_lock_taken_knows_by_whom() {
        for preset in ["four-processes-lock", "lock-outlived-flawed"] {
            let scenario = presets::find(preset).unwrap();
            let mut run = Run::new(&scenario, &[], 1, Recording::Trace).unwrap();
            run.run_to_end();
            run.read(|tape| {
                let mut film = Film::new(scenario.most_processes());
                film.extend(&tape.log);
                // One key: whoever took its lock last has it.
                let (mut holder, mut expected) = (None, Vec::new());
                for event in tape.log.iter() {
                    match event.kind {
                        Kind::Lock => holder = Some((event.who, event.at)),
                        Kind::Busy => expected.push((event, holder.unwrap())),
                        _ => {}
                    }
                }
                assert!(expected.len() > 2, "{preset}");
                for (event, (by, since)) in expected {
                    let steps = story(&tape.log, &film, event.who);
                    let step = steps.iter().find(|step| step.event == event).unwrap();
                    assert_eq!(step.relation, Relation::By(by, since), "{preset}: {event:?}");
                }
            });
        }
    }

    #[test]
    fn who_queues_knows_how_many_are_ahead() {
        let (log, film) = filmed(&[
            (0, Kind::Send, 0, 0),
            (0, Kind::Send, 1, 0),
            (0, Kind::Send, 2, 0),
            (10, Kind::Arrive, 0, 0),
            (10, Kind::Arrive, 1, 0),
            (10, Kind::Arrive, 2, 0),
            (20, Kind::Queue, 0, 0),
            (21, Kind::Queue, 1, 0),
            (22, Kind::Queue, 2, 0),
        ]);
        let last = |who| story(&log, &film, who).pop().map(|step| step.relation);
        assert_eq!(last(0), Some(Relation::Behind(0)));
        assert_eq!(last(2), Some(Relation::Behind(2)));
    }
}
