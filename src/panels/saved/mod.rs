//! What saved you? A lane's run again without each of its defences, and the
//! smallest set of them that still keeps a goal.

mod goal;
mod plans;
mod table;
mod words;

use std::cell::RefCell;
use std::rc::Rc;

use stampede_sim::ablation::{Goal, Kept, Search};
use stampede_sim::scenario::Problem;
use yew::prelude::*;

use super::PanelProps;
use super::lanes::use_lane;
use crate::runs::{Plan, carry_out};
use crate::state::{Change, Dispatch, Notice};
use crate::ui::undertaking::use_undertaking;
use goal::Bounds;
use plans::{Searching, Study, Subject};

/// What is known so far.
#[derive(Clone, Default)]
struct Known {
    running: Option<Running>,
    study: Option<Rc<Study>>,
    search: Option<Rc<Search>>,
}

/// What is being made.
#[derive(Clone, Copy, PartialEq)]
enum Running {
    Table,
    Sets,
}

/// The panel.
#[component]
pub fn Saved(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let (lane, lanes) = use_lane(|| 1, playhead.lanes.len(), lang);
    let known = use_state(Known::default);
    let bounds = use_state(Bounds::default);
    let undertaking = use_undertaking();
    let link = state.link.clone();
    // What came of a lane stays while others change, as they do when a row is shown.
    let about = (link.lanes.get(lane).cloned(), link.changes.clone(), link.seed);
    {
        let (undertaking, known) = (undertaking.clone(), known.clone());
        use_effect_with(about, move |_| {
            undertaking.stop();
            known.set(Known::default());
        });
    }
    let begin = |running: Running| {
        let (known, undertaking, dispatch) = (known.clone(), undertaking.clone(), dispatch.clone());
        let (link, bounds) = (link.clone(), *bounds);
        Callback::from(move |_: MouseEvent| {
            let (known, dispatch, link) = (known.clone(), dispatch.clone(), link.clone());
            let before = (*known).clone();
            let known = move |now: Known| known.set(now);
            undertaking.begin(async move {
                let search = (running == Running::Sets).then_some(bounds);
                if let Err(problem) = make(link, lane, before, search, &known).await {
                    known(Known::default());
                    refuse(&dispatch, problem);
                }
            });
        })
    };
    let cancel = {
        let (known, undertaking) = (known.clone(), undertaking.clone());
        Callback::from(move |_: MouseEvent| {
            undertaking.stop();
            known.set(Known { running: None, ..(*known).clone() });
        })
    };
    let show = {
        let (dispatch, link) = (dispatch.clone(), link.clone());
        Callback::from(move |kept: Kept| {
            let shown = Subject::new(link.clone(), lane).and_then(|subject| subject.shown(kept));
            match shown {
                Ok(link) => dispatch.dispatch(Change::Run(link)),
                Err(problem) => refuse(&dispatch, problem),
            }
        })
    };
    let (done, most) = match (known.running, &known.study, &known.search) {
        (Some(Running::Sets), _, Some(search)) => search.progress(),
        (_, Some(study), _) => (study.known(), study.count()),
        _ => (0, 1),
    };
    let progress = match known.running {
        None => String::new(),
        Some(Running::Sets) if known.search.is_some() => words::sets(done, most, lang),
        Some(_) => words::runs(done, most, lang),
    };
    let take = {
        let bounds = bounds.clone();
        Callback::from(move |changed| bounds.set(changed))
    };
    let field = |bound| goal::field(bound, *bounds, &take, lang);
    html! {
        <div class="saved">
            <div class="row">
                { lanes }
                if known.running.is_some() {
                    <button type="button" name="cancel" onclick={cancel}>{ lang.pick("Cancel", "中止") }</button>
                } else { <span/> }
                <progress max={most.to_string()} value={done.to_string()} aria-label={lang.pick("Runs made", "計算した実行")}></progress>
                <span class="note">{ progress }</span>
            </div>
            <h2>{ words::title(lang) }</h2>
            <button type="button" name="ablate" onclick={begin(Running::Table)}>{ lang.pick("Take each defence away", "対策を 1 つずつ外す") }</button>
            if let Some(study) = &known.study {
                { table::table(study, &link, lang, &show) }
            } else { <span/> }
            <p class="note">{ words::what_is_compared(lang) }</p>
            <h2>{ lang.pick("The smallest set that keeps the goal", "目標を守る最小の組み合わせ") }</h2>
            <div class="knobs">
                { field(goal::GOODPUT) }
                { field(goal::CALLS) }
            </div>
            <button type="button" name="smallest" onclick={begin(Running::Sets)}>{ lang.pick("Find it", "探す") }</button>
            <div class="found" role="status">
                if let Some(search) = known.search.as_ref().filter(|search| search.is_over()) {
                    { table::found(search, lang, &show) }
                } else { <span/> }
            </div>
        </div>
    }
}

fn refuse(dispatch: &Dispatch, problem: Problem) {
    dispatch.dispatch(Change::Notice(Some(Notice::Refused(problem))));
}

/// Makes the table, unless it is there, and then the search, if one is wanted;
/// `know` is told whenever more is known.
async fn make(
    link: stampede_sim::scenario::link::Link,
    lane: usize,
    before: Known,
    search: Option<Bounds>,
    know: &dyn Fn(Known),
) -> Result<(), Problem> {
    let subject = Rc::new(Subject::new(link, lane)?);
    let study = match before.study.filter(|study| study.is_over() && search.is_some()) {
        Some(study) => study,
        None => {
            let plan = RefCell::new(Study::new(&subject));
            let tell = || {
                let study = Rc::new(plan.borrow().clone());
                let goes_on = search.is_some() || !study.is_over();
                let running = goes_on.then_some(Running::Table);
                know(Known { running, study: Some(study), search: None });
            };
            tell();
            carry_out(&plan, &tell).await?;
            Rc::new(plan.into_inner())
        }
    };
    let Some(bounds) = search else { return Ok(()) };
    let full = study.full();
    let goal = Goal::new(&bounds.aims(), &full);
    let search = Search::new(subject.ablation.clone(), goal, &full);
    let plan = RefCell::new(Searching { subject, search, requests: full.requests });
    let tell = || {
        let search = Rc::new(plan.borrow().search.clone());
        let running = (!search.is_over()).then_some(Running::Sets);
        know(Known { running, study: Some(Rc::clone(&study)), search: Some(search) });
    };
    tell();
    carry_out(&plan, &tell).await
}
