/// What [`Kind::Fault`](super::Kind::Fault) is about: twice this number, and
/// one more when it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Fault {
    /// The database refuses every query.
    DbOutage = 0,
    /// The database is slow.
    DbBrownout = 1,
    /// The cache answers with errors.
    CacheOutage = 2,
    /// The lock server does not answer; of several, none.
    LockOutage = 3,
    /// A process is slow.
    SlowProcess = 4,
    /// The store of the gateway's counters answers with errors.
    CounterOutage = 5,
    /// One of the lock servers is gone, with the locks it had.
    LockCrash = 6,
    /// A process stands still.
    Pause = 7,
    /// The backup cache answers with errors.
    BackupOutage = 8,
    /// A replica of the database refuses every query.
    ReplicaOutage = 9,
    /// The database has failed, and a replica is to take its place.
    FailOver = 10,
    /// The clock of one of the lock servers is set ahead. That has no end.
    ClockJump = 11,
    /// A process is cut off from pub/sub.
    CutOff = 14,
}

impl Fault {
    /// Every fault, in the order of their numbers.
    const ALL: [Fault; 13] = [
        Fault::DbOutage,
        Fault::DbBrownout,
        Fault::CacheOutage,
        Fault::LockOutage,
        Fault::SlowProcess,
        Fault::CounterOutage,
        Fault::LockCrash,
        Fault::Pause,
        Fault::BackupOutage,
        Fault::ReplicaOutage,
        Fault::FailOver,
        Fault::ClockJump,
        Fault::CutOff,
    ];

    /// What the `arg` of a [`Kind::Fault`](super::Kind::Fault) is about, and
    /// whether it begins.
    pub fn of(arg: u32) -> Option<(Fault, bool)> {
        let fault = Fault::ALL.into_iter().find(|fault| *fault as u32 == arg / 2)?;
        Some((fault, arg % 2 == 1))
    }
}
