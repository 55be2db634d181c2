//! The moments of a run worth looking at: the first of what then happens a
//! thousand times, and all of what is rare.

use super::event::{Fault, WORLD};
use super::{Event, Kind, Log, Reason};
use crate::engine::Nanos;

/// Something worth looking at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    /// When.
    pub at: Nanos,
    /// What.
    pub what: What,
}

/// What happened. Numbers are requests or processes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// The first request that missed.
    FirstMiss(u32),
    /// The first that put a value into the cache.
    FirstFill(u32),
    /// The first that followed, and whom.
    FirstFollower(u32, u32),
    /// The first that found no connection free, and in which process.
    FirstQueued(u32, u32),
    /// The first that a defence refused.
    FirstRefused(u32),
    /// The first that got a stale value.
    FirstStale(u32),
    /// The first that reloaded a value before its expiry.
    FirstEarly(u32),
    /// The first client that gave up.
    FirstTimeout(u32),
    /// The first that ended with an error.
    FirstError(u32),
    /// The first that got the lock.
    FirstLock(u32),
    /// Somebody gave back a lock that was not theirs any more.
    LockLost(u32),
    /// The cache refused a value that came too late.
    Rejected(u32),
    /// The first update that the database has.
    FirstUpdate(u32),
    /// The first whose answer was older than an update it could have known of.
    FirstOutdated(u32),
    /// The first that stored a value under a name that nobody asks for any more.
    FirstOrphan(u32),
    /// A replica took the database's place, and so many updates were lost.
    UpdatesLost(u32),
    /// The first that got a very old value in place of an error.
    FirstAncient(u32),
    /// The first that got something in place of an error that is not its key's
    /// value.
    FirstStandIn(u32),
    /// The first that was answered from a copy in its process.
    FirstLocalHit(u32),
    /// The first that found its value in the backup cache.
    FirstBackupHit(u32),
    /// The first that was answered from a point of presence, with what was fresh.
    FirstEdgeHit(u32),
    /// The first that waited for a fetch of the edge, and for which.
    FirstEdgeWait(u32, u32),
    /// The caches of the edge dropped a key.
    Purged,
    /// What had been fetched from before a purge was stored after it.
    PurgeOvertaken(u32),
    /// It was not stored.
    PurgeHeld(u32),
    /// An update of which a process did not hear.
    Untold(u32, u32),
    /// The rest of an update died with its process: what was not yet written, or
    /// not yet deleted again.
    UpdateLost(u32),
    /// A leader went away without a result.
    LeaderGone(u32),
    /// A process's breaker opened.
    BreakerOpened(u32),
    /// It closed.
    BreakerClosed(u32),
    /// A process died.
    Crashed(u32),
    /// It came back.
    Restarted(u32),
    /// The autoscaler asked for so many processes.
    Scaled(u32),
    /// A process has been started for it.
    Joined(u32),
    /// A process was taken out of service.
    Retired(u32),
    /// The balancer sends nothing more to a process.
    Ejected(u32),
    /// It sends to it again.
    Readmitted(u32),
    /// Somebody cleared the cache.
    Cleared,
    /// Every process lost its copies; so many.
    LocalCleared(u32),
    /// Somebody sent so many requests.
    Burst(u32),
    /// Something broke.
    Broken(Fault),
    /// It was mended.
    Mended(Fault),
    /// A defence was switched off or on; its number in the scenario's list.
    Switched(u32, bool),
    /// The first request that did not find the most popular key, which had been
    /// there.
    TopExpired(u32),
    /// So many requests have missed.
    Missed(u32),
    /// A process has little memory left.
    MemoryFull(u32),
    /// No core of the database has been idle for some seconds.
    CpuFull,
    /// No query has been answered for some seconds, and all time out.
    NoAnswers,
    /// A process died because it needed more memory than it has.
    OutOfMemory(u32),
    /// A process expects more than it can serve well.
    Braced(u32),
    /// A process takes a key for viral.
    Viral(u32, u32),
    /// From here on the two lanes are not alike any more.
    Diverged,
}

/// The most moments of one kind that are kept: a breaker may flap for hours.
const MOST: usize = 50;

/// Finds the moments of a run while it goes on.
pub struct Finder {
    counts: [usize; Kind::ALL.len()],
    found: Vec<Moment>,
    /// When a process died last.
    died: Option<Nanos>,
}

impl Default for Finder {
    fn default() -> Finder {
        Finder { counts: [0; Kind::ALL.len()], found: Vec::new(), died: None }
    }
}

impl Finder {
    /// Those found so far, in order.
    pub fn found(&self) -> &[Moment] {
        &self.found
    }

    /// Something is worth looking at that no single event tells.
    pub fn add(&mut self, at: Nanos, what: What) {
        self.found.push(Moment { at, what });
    }

    /// What has just been found is more than its event tells: why a process died.
    pub fn explain(&mut self, what: What) {
        if let Some(Moment { what: known @ What::Crashed(_), .. }) = self.found.last_mut() {
            *known = what;
        }
    }

    /// Looks at what happens next.
    pub fn take(&mut self, Event { at, kind, who, arg }: Event) {
        let (what, most) = match kind {
            Kind::Miss => (What::FirstMiss(who), 1),
            // Not what was there from the start.
            Kind::Fill if who != WORLD => (What::FirstFill(who), 1),
            Kind::Join => (What::FirstFollower(who, arg), 1),
            Kind::Queue => (What::FirstQueued(who, arg), 1),
            Kind::Refuse => (What::FirstRefused(who), 1),
            Kind::Stale => (What::FirstStale(who), 1),
            Kind::Early => (What::FirstEarly(who), 1),
            Kind::Timeout => (What::FirstTimeout(who), 1),
            Kind::Error => (What::FirstError(who), 1),
            Kind::Lock => (What::FirstLock(who), 1),
            Kind::Unlock if arg == 0 => (What::LockLost(who), MOST),
            Kind::Reject => (What::Rejected(who), MOST),
            Kind::Commit => (What::FirstUpdate(who), 1),
            Kind::Outdated => (What::FirstOutdated(who), 1),
            Kind::Orphan => (What::FirstOrphan(who), 1),
            Kind::Lost => (What::UpdatesLost(arg), MOST),
            Kind::Ancient => (What::FirstAncient(who), 1),
            Kind::Default | Kind::Placeholder => (What::FirstStandIn(who), 1),
            Kind::LocalHit => (What::FirstLocalHit(who), 1),
            Kind::BackupHit => (What::FirstBackupHit(who), 1),
            Kind::EdgeHit => (What::FirstEdgeHit(who), 1),
            Kind::EdgeWait => (What::FirstEdgeWait(who, arg), 1),
            Kind::Purge => (What::Purged, MOST),
            Kind::EdgeFill if arg == 1 => (What::PurgeOvertaken(who), MOST),
            Kind::EdgeReject => (What::PurgeHeld(who), MOST),
            Kind::Untold => (What::Untold(who, arg), MOST),
            Kind::Settled if arg == Reason::Crashed as u32 => (What::UpdateLost(who), MOST),
            // Not those who died with their process.
            Kind::Abort | Kind::Forsake if self.died != Some(at) => (What::LeaderGone(who), MOST),
            Kind::Trip => (What::BreakerOpened(arg), MOST),
            Kind::Close => (What::BreakerClosed(arg), MOST),
            Kind::Brace => (What::Braced(arg), 1),
            Kind::Viral => (What::Viral(who, arg), 1),
            Kind::Crash => {
                self.died = Some(at);
                (What::Crashed(arg), MOST)
            }
            Kind::Start => (What::Restarted(arg), MOST),
            Kind::Scale => (What::Scaled(arg), MOST),
            Kind::Ready => (What::Joined(arg), MOST),
            // Not those that have never been there.
            Kind::Retire if at > Nanos::ZERO => (What::Retired(arg), MOST),
            Kind::Eject => (What::Ejected(arg), MOST),
            Kind::Readmit => (What::Readmitted(arg), MOST),
            Kind::Clear => (What::Cleared, MOST),
            Kind::LocalClear => (What::LocalCleared(arg), MOST),
            Kind::Burst => (What::Burst(arg), MOST),
            Kind::Fault => match Fault::of(arg) {
                Some((fault, true)) => (What::Broken(fault), MOST),
                Some((fault, false)) => (What::Mended(fault), MOST),
                None => return,
            },
            Kind::Switch => (What::Switched(arg / 2, arg % 2 == 1), MOST),
            _ => return,
        };
        if self.counts[kind as usize] < most {
            self.counts[kind as usize] += 1;
            self.found.push(Moment { at, what });
        }
    }
}

/// When two runs cease to be alike; `None` if they never do. Compared is what
/// happens to the world and to the first of every `every` requests.
pub fn divergence(a: &Log, b: &Log, every: u32) -> Option<Nanos> {
    let kept = |event: &Event| event.who == WORLD || event.who.is_multiple_of(every);
    let (mut a, mut b) = (a.iter().filter(kept), b.iter().filter(kept));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return None,
            (Some(a), Some(b)) if a == b => {}
            (a, b) => return a.into_iter().chain(b).map(|event| event.at).min(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value that is there from the start is no moment; the first that a
    /// request puts there is.
    #[test]
    fn the_first_fill_is_somebodys() {
        let mut finder = Finder::default();
        for (at, who) in [(0, WORLD), (5, 3), (6, 4)] {
            finder.take(Event { at: Nanos(at), kind: Kind::Fill, who, arg: 0 });
        }
        assert_eq!(finder.found(), [Moment { at: Nanos(5), what: What::FirstFill(3) }]);
    }

    fn log(events: &[(u64, Kind, u32, u32)]) -> Log {
        events.iter().collect()
    }

    #[test]
    fn the_first_of_many_and_all_of_few() {
        let log = log(&[
            (0, Kind::Send, 0, 0),
            (1, Kind::Miss, 0, 0),
            (2, Kind::Miss, 1, 0),
            (3, Kind::Join, 1, 0),
            (4, Kind::Trip, 0, 2),
            (5, Kind::Trip, 1, 3),
            (6, Kind::Fault, WORLD, 1),
            (7, Kind::Fault, WORLD, 0),
            (8, Kind::Unlock, 0, 1),
            (9, Kind::Unlock, 1, 0),
        ]);
        let expected = [
            (1, What::FirstMiss(0)),
            (3, What::FirstFollower(1, 0)),
            (4, What::BreakerOpened(2)),
            (5, What::BreakerOpened(3)),
            (6, What::Broken(Fault::DbOutage)),
            (7, What::Mended(Fault::DbOutage)),
            (9, What::LockLost(1)),
        ];
        let expected: Vec<Moment> =
            expected.iter().map(|(at, what)| Moment { at: Nanos(*at), what: *what }).collect();
        let mut finder = Finder::default();
        log.iter().for_each(|event| finder.take(event));
        assert_eq!(finder.found(), expected);
    }

    #[test]
    fn lanes_diverge_at_the_first_difference() {
        let a = log(&[(0, Kind::Send, 0, 0), (5, Kind::Miss, 0, 0), (7, Kind::Query, 0, 0)]);
        let b = log(&[(0, Kind::Send, 0, 0), (5, Kind::Miss, 0, 0), (6, Kind::Lead, 0, 0)]);
        let short = log(&[(0, Kind::Send, 0, 0)]);
        assert_eq!(divergence(&a, &a, 1), None);
        assert_eq!(divergence(&a, &b, 1), Some(Nanos(6)));
        assert_eq!(divergence(&b, &a, 1), Some(Nanos(6)));
        assert_eq!(divergence(&a, &short, 1), Some(Nanos(5)));
        // Nothing else happens to anybody than the first request.
        let c = log(&[
            (0, Kind::Send, 0, 0),
            (2, Kind::Send, 1, 0),
            (5, Kind::Miss, 0, 0),
            (7, Kind::Query, 0, 0),
        ]);
        assert_eq!(divergence(&a, &c, 1), Some(Nanos(2)));
        assert_eq!(divergence(&a, &c, 2), None);
    }
}
