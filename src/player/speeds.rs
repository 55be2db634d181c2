//! How fast a playhead moves.

use stampede_sim::scenario::Scenario;

/// The speeds to choose from: nanoseconds of virtual time for one second of
/// the viewer's, slow to fast.
pub const SPEEDS: [u64; 19] = [
    100_000,
    200_000,
    500_000,
    1_000_000,
    2_000_000,
    5_000_000,
    10_000_000,
    20_000_000,
    30_000_000,
    50_000_000,
    100_000_000,
    200_000_000,
    500_000_000,
    1_000_000_000,
    2_000_000_000,
    5_000_000_000,
    10_000_000_000,
    30_000_000_000,
    60_000_000_000,
];

/// One second here is 30 ms there: a first run takes about ten seconds.
pub const DEFAULT_SPEED: usize = 8;

/// Beyond the speeds: as fast as it computes.
pub const FASTEST: usize = SPEEDS.len();

/// A speed at which a run of this load is over in about twenty seconds.
pub fn suggested_speed(scenario: &Scenario) -> usize {
    let span = scenario.load.span_ms();
    let wanted = (span * 1e6 / 20.0) as u64;
    let index = SPEEDS.iter().position(|speed| *speed >= wanted).unwrap_or(SPEEDS.len() - 1);
    index.max(DEFAULT_SPEED)
}
