//! The playhead, as views see it.

use stampede_sim::engine::Nanos;

use crate::player::{Player, Reading};

/// What the page knows about the playhead when it draws itself.
#[derive(Clone, PartialEq, Default)]
pub struct Playhead {
    /// Which player this is about: views that remember are to forget when it
    /// is another.
    pub run: u32,
    /// The playhead.
    pub at: Nanos,
    /// The last instant.
    pub end: Nanos,
    /// Whether it moves.
    pub playing: bool,
    /// Whether all runs have been computed to their end.
    pub complete: bool,
    /// An index into the player's speeds.
    pub speed: usize,
    /// For how many lanes it is known who waits at which line.
    pub watched: usize,
    /// Whether the playhead waits for the computation.
    pub late: bool,
    /// The lanes' numbers.
    pub lanes: Vec<Reading>,
}

impl Playhead {
    /// What it is now.
    pub fn of(player: &mut Player) -> Playhead {
        let at = player.at();
        Playhead {
            run: player.id,
            at,
            end: player.end(),
            playing: player.is_playing(),
            complete: player.is_complete(),
            speed: player.speed(),
            watched: player.watched(),
            late: player.is_late(),
            lanes: player.lanes.iter_mut().map(|lane| lane.reading(at)).collect(),
        }
    }
}
