//! What is known of what was scraped: nothing, some of it, all.

use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use super::recording::{Recorded, known, record};
use crate::panels::PanelProps;
use crate::runs::watch::{Job, Scraping};
use crate::state::{Change, Notice};
use crate::ui::undertaking::use_undertaking;

/// A run with more requests than this is recorded when somebody says so.
const AT_ONCE: f64 = 1_000_000.0;

/// What is known of a job.
#[derive(Clone, PartialEq)]
pub enum Known {
    /// Nothing, and nobody has asked for it.
    Nothing,
    /// So much of it, as a share.
    Part(f64),
    /// All.
    All(Recorded),
}

/// What was scraped of a lane; what begins that, and what stops it.
#[hook]
pub fn use_recording(
    link: &Link,
    lane: usize,
    scraping: Scraping,
    complete: bool,
    props: &PanelProps,
) -> (Known, Callback<()>, Callback<()>) {
    // How often rules are evaluated changes nothing of what is scraped.
    let job = Job::samples(link, lane, Scraping { evaluation: scraping.interval, ..scraping });
    let made = use_state(|| Known::Nothing);
    let undertaking = use_undertaking();
    let begin = {
        let (made, undertaking) = (made.clone(), undertaking.clone());
        let (job, dispatch) = (job.clone(), props.dispatch.clone());
        Callback::from(move |()| {
            let (made, job, dispatch) = (made.clone(), job.clone(), dispatch.clone());
            made.set(Known::Part(0.0));
            undertaking.begin(async move {
                let hear = |done| made.set(Known::Part(done));
                made.set(match record(job, scraping, &hear).await {
                    Ok(recorded) => recorded.map_or(Known::Nothing, Known::All),
                    Err(problem) => {
                        dispatch.dispatch(Change::Notice(Some(Notice::Refused(problem))));
                        Known::Nothing
                    }
                });
            });
        })
    };
    let cancel = {
        let (made, undertaking) = (made.clone(), undertaking.clone());
        Callback::from(move |()| {
            undertaking.stop();
            made.set(Known::Nothing);
        })
    };
    {
        let (made, begin, link) = (made.clone(), begin.clone(), link.clone());
        // While the stage computes the run, there are better things to do.
        use_effect_with((job, complete), move |(job, complete)| {
            undertaking.stop();
            if let Some(recorded) = known(job) {
                made.set(Known::All(recorded));
                return;
            }
            made.set(Known::Nothing);
            let actions = link.lanes.get(lane).map(|lane| lane.actions.clone()).unwrap_or_default();
            let scenario = link.scenarios().ok().map(|mut all| all.swap_remove(lane));
            let small = scenario.is_some_and(|it| it.check_requests(&actions, AT_ONCE).is_ok());
            if *complete && small {
                begin.emit(());
            }
        });
    }
    ((*made).clone(), begin, cancel)
}
