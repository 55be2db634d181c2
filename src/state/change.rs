//! What can happen to the page's state, and what becomes of it then.

use std::rc::Rc;

use stampede_sim::scenario::Action;
use stampede_sim::scenario::link::Link;
use yew::{Reducible, UseReducerDispatcher};

use super::{Figure, Notice, Panel, Shared, State};
use crate::lang::Lang;
use crate::player;
use crate::state::progress::Progress;
use crate::web;
use crate::web::settings::Theme;

/// Where changes go.
pub type Dispatch = UseReducerDispatcher<Shared>;

/// What can happen to the state.
pub enum Change {
    /// A new address fragment.
    Open(String),
    /// A field of all lanes' scenarios, of one (its name, a dot, the path), or
    /// the seed, was set.
    Set(String, String),
    /// Other presets for lanes A and B.
    Experiment(String, String),
    /// Somebody did something to the lanes given, at the playhead; or to forks
    /// of them, beside them.
    Act(Vec<usize>, Action, bool),
    /// A lane once more, beside it.
    Fork(usize),
    /// Close a fork.
    CloseLane(usize),
    /// Another action in the place of a lane's `n`th, or none.
    Edit(usize, usize, Option<Action>),
    /// Another run altogether: a link.
    Run(Link),
    /// Leave out what was held back of the link that was opened.
    LeaveHeld,
    /// Show a run of the course.
    Figure(Figure),
    /// Read a chapter, and from which heading, both from 1; heading 0: from its
    /// start.
    Chapter(u32, u32),
    /// Somebody predicted: the question, and what.
    Predict(String, String),
    /// Somebody asked to be shown what they were to predict.
    Reveal,
    /// A task has so many stars; and what its goal is.
    Star(String, u64, &'static str),
    /// An examination has been marked, or a script judged: under which name it is kept,
    /// the seed on the stage, and the points, or in how many runs it did well.
    HandIn(String, u64, u32),
    /// A line of a checklist was ticked, or is so no more.
    Tick(String, bool),
    /// What was done, from a file; or nothing any more.
    Progress(Progress),
    /// Take back the latest change of the run.
    Undo,
    /// Select something in a lane, or nothing.
    Select(Option<(usize, String)>),
    /// Back to the presets.
    Reset,
    /// Choose a language.
    Language(Lang),
    /// Choose colours.
    Theme(Theme),
    /// Let keys of one letter do something, or not.
    Letters(bool),
    /// Open a panel.
    Panel(Panel),
    /// Open the text; where one sees either it or the stage, the other.
    Text,
    /// Read on at a task, the one that a class was set.
    Mark(String),
    /// Show a lane on a narrow screen.
    ShowLane(usize),
    /// Show or hide the sheet of keys.
    Help(bool),
    /// Blank the screen, or show it again.
    Blank,
    /// Show or hide the ways to share.
    Share(bool),
    /// Say something.
    Notice(Option<Notice>),
    /// Stop saying that something was copied; refusals stay until dismissed.
    Fade,
}

impl Reducible for Shared {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let state = State::clone(&self.0);
        let mut link = state.link.clone();
        let state = match change {
            Change::Open(fragment) => state.open(&fragment),
            Change::Set(path, value) => match link.set(&path, &value) {
                Ok(()) => state.run(link, false),
                Err(problem) => State { problem: Some(Notice::Refused(problem)), ..state },
            },
            Change::Experiment(a, b) => {
                let link = Link { chapter: link.chapter, ..Link::pair(&a, &b) };
                State { keep_speed: false, ..state.run(link, false) }
            }
            Change::Act(lanes, action, fork) => {
                for lane in lanes {
                    let mut changed = link.lanes[lane].clone();
                    changed.actions.push(action.clone());
                    if !fork {
                        link.lanes[lane] = changed;
                    } else if link.lanes.len() < player::MAX_LANES {
                        link.lanes.push(changed);
                    }
                }
                state.run(link, true)
            }
            Change::Fork(_) if link.lanes.len() == player::MAX_LANES => state,
            Change::Fork(lane) => {
                link.lanes.push(link.lanes[lane].clone());
                state.run(link, true)
            }
            Change::CloseLane(lane) => {
                link.lanes.remove(lane);
                link.selected = None;
                state.run(link, true)
            }
            Change::Edit(lane, number, action) => {
                let actions = &mut link.lanes[lane].actions;
                match action {
                    Some(action) => actions[number] = action,
                    None => drop(actions.remove(number)),
                }
                state.run(link, true)
            }
            Change::Run(link) => {
                let (at_ms, speed) = (link.at_ms, link.speed);
                let mut state = state.run(link, false);
                (state.link.at_ms, state.link.speed) = (at_ms, speed);
                state.keep_speed &= speed.is_none();
                State { autoplay: at_ms.is_none(), ..state }
            }
            Change::LeaveHeld => State { held: None, ..state },
            Change::Figure(figure) => state.figure(figure),
            Change::Chapter(number, heading) => {
                let chapter = (number > 1 || heading > 0).then_some((number, heading));
                State { link: Link { chapter, ..link }, ..state }
            }
            Change::Predict(question, answer) => state.predict(&question, &answer),
            Change::Reveal => match (state.guess.clone(), state.figure.clone()) {
                (Some(guess), Some(run)) => {
                    let measure = state.measure;
                    state.predict(&guess.id, "").show(run, measure, None)
                }
                _ => state,
            },
            Change::Star(task, stars, goal) => {
                let mut progress = state.progress.clone();
                if progress.give(&task, stars) {
                    progress.save();
                }
                State { progress, done: Some((goal, stars)), ..state }
            }
            Change::HandIn(exam, seed, points) => {
                let mut progress = state.progress.clone();
                progress.hand_in(&exam, seed, points);
                progress.save();
                State { progress, ..state }
            }
            Change::Tick(line, ticked) => {
                let mut progress = state.progress.clone();
                progress.tick(&line, ticked);
                progress.save();
                State { progress, ..state }
            }
            Change::Progress(progress) => {
                progress.save();
                State { progress, ..state }
            }
            Change::Undo => {
                let mut history = state.history.clone();
                match history.pop() {
                    None => state,
                    Some(before) => State { history, ..state.run(before, true) },
                }
            }
            Change::Select(selected) => State { link: Link { selected, ..link }, ..state },
            Change::Reset => {
                let (a, b) = (&link.lanes[0].preset, &link.lanes[1].preset);
                let link = Link { chapter: link.chapter, ..Link::pair(a, b) };
                state.clone().run(link, false)
            }
            Change::Language(lang) => {
                let state = State { lang, ..state };
                state.save();
                state
            }
            Change::Theme(theme) => {
                let state = State { theme: Some(theme), ..state };
                state.save();
                state
            }
            Change::Letters(letters) => {
                let state = State { letters, ..state };
                state.save();
                state
            }
            Change::Panel(panel) => State { panel, ..state },
            Change::Mark(task) => State { panel: Panel::Text, marked: Some(task), ..state },
            Change::Text => {
                let other = web::is_presented() && state.panel != Panel::Stage;
                State { panel: if other { Panel::Stage } else { Panel::Text }, ..state }
            }
            Change::ShowLane(lane) => State { lane, ..state },
            Change::Help(help) => State { help, ..state },
            Change::Share(share) => State { share, ..state },
            Change::Blank => State { blank: !state.blank, ..state },
            Change::Notice(problem) => State { problem, ..state },
            Change::Fade => {
                let keep = |notice: &Notice| !matches!(notice, Notice::Copied | Notice::NotCopied);
                State { problem: state.problem.clone().filter(keep), ..state }
            }
        };
        Rc::new(Shared(Rc::new(state)))
    }
}
