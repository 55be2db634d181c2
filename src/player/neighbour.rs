//! From one dot to the next.

use super::Player;

/// The dot after, or before, the one that is selected, in the order of their
/// numbers; the first one of lane A if none is.
pub fn neighbour(
    player: &mut Player,
    selected: Option<&(usize, String)>,
    back: bool,
) -> Option<(usize, String)> {
    let lane = selected.map_or(0, |(lane, _)| *lane);
    let here: Option<u32> = selected.and_then(|(_, what)| what.parse().ok());
    let at = player.at();
    let (mut before, mut after) = (None, None);
    player.lanes.get(lane)?.on_stage(at, |scene, _| {
        if here.is_some_and(|here| scene.who < here) {
            before = Some(scene.who);
        } else if here != Some(scene.who) {
            after = after.or(Some(scene.who));
        }
    });
    let next = if back { before } else { after };
    next.or(here).map(|who| (lane, who.to_string()))
}
