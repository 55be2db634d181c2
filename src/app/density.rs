//! What a run looks like from afar, on the bar of the playhead: for each lane
//! a strip with the queries at the database and the errors, its moments, and
//! what the viewer did.

use std::fmt::Write;
use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::LANES;
use stampede_sim::telemetry::series::{Bin, nice_step};
use yew::prelude::*;

use crate::stage::studio::Studio;
use crate::state::{Playhead, Shared};

/// Into how many steps a run is cut at most.
const STEPS: u64 = 200;
/// The height of a strip, in the picture's own units.
const STRIP: f64 = 10.0;

/// See [`Density`].
#[derive(Properties)]
pub struct DensityProps {
    /// The run.
    pub studio: Rc<Studio>,
    /// The page's state: what the viewer did.
    pub state: Shared,
    /// Where the run ends, and whether that is known.
    pub playhead: Playhead,
}

impl PartialEq for DensityProps {
    fn eq(&self, other: &Self) -> bool {
        let of = |props: &Self| (props.playhead.run, props.playhead.complete, props.playhead.end);
        Rc::ptr_eq(&self.studio, &other.studio) && of(self) == of(other)
    }
}

/// The picture under the bar.
#[component]
pub fn Density(props: &DensityProps) -> Html {
    let DensityProps { studio, state, playhead } = props;
    let end = playhead.end;
    let share = |at: Nanos| at.0 as f64 / end.0.max(1) as f64;
    let strips = studio.read(|player| {
        let step = nice_step(end, STEPS);
        let series: Vec<Vec<Bin>> = match playhead.complete {
            true => player.lanes.iter().map(|lane| lane.series(step, false).bins).collect(),
            false => Vec::new(),
        };
        let most = |read: fn(&Bin) -> u64| series.iter().flatten().map(read).max().unwrap_or(0);
        let (queries, errors) = (most(|bin| bin.db_concurrency), most(|bin| bin.errors));
        let strip = |bins: &Vec<Bin>| {
            let area = |read: fn(&Bin) -> u64, most: u64| area(bins, read, most, step, share);
            (area(|bin| bin.db_concurrency, queries), area(|bin| bin.errors, errors))
        };
        series.iter().map(strip).collect::<Vec<_>>()
    });
    let moments = studio.read(|player| player.moments());
    let left =
        |at: Nanos, lane: usize| format!("left:{:.2}%;top:{}px", 100.0 * share(at), 12 * lane);
    html! {
        <span class="density" aria-hidden="true">
            { for strips.into_iter().enumerate().map(|(lane, (queries, errors))| html! {
                <svg key={format!("strip-{lane}")} class={LANES[lane]} viewBox={format!("0 0 1000 {STRIP}")} preserveAspectRatio="none">
                    <path class="queries" d={queries}/><path class="errors" d={errors}/>
                </svg>
            }) }
            { for moments.iter().enumerate().map(|(i, (seen, lane))| html! {
                <i key={format!("moment-{i}")} class={LANES[*lane]} style={left(seen.at, *lane)}></i>
            }) }
            { for state.link.lanes.iter().enumerate().flat_map(|(lane, l)| {
                l.actions.iter().map(move |action| (lane, Nanos::from_ms(action.at_ms)))
            }).enumerate().map(|(i, (lane, at))| html! {
                <b key={format!("deed-{i}")} style={left(at, lane)}></b>
            }) }
        </span>
    }
}

/// The outline of a strip.
fn area(
    bins: &[Bin],
    read: fn(&Bin) -> u64,
    most: u64,
    step: Nanos,
    share: impl Fn(Nanos) -> f64,
) -> String {
    let mut path = format!("M0 {STRIP}");
    for (i, bin) in bins.iter().enumerate() {
        let value = read(bin);
        // Whatever happened at all can be seen.
        let height =
            if value == 0 { 0.0 } else { 1.0 + (STRIP - 1.0) * value as f64 / most as f64 };
        let to = 1000.0 * share(Nanos(step.0 * (i as u64 + 1))).min(1.0);
        // Writing to a String cannot fail.
        let _ = write!(path, "V{:.1}H{to:.1}", STRIP - height);
    }
    path + "V10Z"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_is_as_high_as_its_share_of_the_most() {
        let bin = |db_concurrency| Bin { db_concurrency, ..Bin::default() };
        let bins = [bin(0), bin(5), bin(10)];
        let share = |at: Nanos| at.0 as f64 / 30.0;
        let path = area(&bins, |bin| bin.db_concurrency, 10, Nanos(10), share);
        assert_eq!(path, "M0 10V10.0H333.3V4.5H666.7V0.0H1000.0V10Z");
    }
}
