//! What the page shows and where that came from.

use std::rc::Rc;

use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Action, Problem};
use yew::Reducible;

use crate::course::progress::Progress;
use crate::player;
use crate::text::Lang;
use crate::web;
use crate::web::settings::{self, Settings, Theme};

/// The page's state, except for the playhead (see [`crate::player`]).
#[derive(Clone, PartialEq)]
pub struct State {
    /// The run: presets, changes, actions, seed.
    pub link: Link,
    /// What the run was before each change, the latest last: for taking back.
    pub history: Vec<Link>,
    /// Counts changes of the run, to tell one from the next.
    pub revision: u32,
    /// Whether the last change of the run is to be played at once.
    pub autoplay: bool,
    /// Keep the playhead through the last change of the run.
    pub keep_playhead: bool,
    /// Keep the speed through it.
    pub keep_speed: bool,
    /// The page's language.
    pub lang: Lang,
    /// The viewer's choice of colours; `None`: as the system has it.
    pub theme: Option<Theme>,
    /// Which panel is open.
    pub panel: Panel,
    /// On a narrow screen: which lane is shown.
    pub lane: usize,
    /// What was wrong with the last input.
    pub problem: Option<Notice>,
    /// Whether the sheet of keys is open.
    pub help: bool,
    /// Whether the sheet of ways to share is open.
    pub share: bool,
    /// Whether the screen is blank, so that everybody looks at the teacher.
    pub blank: bool,
    /// What the course put on the stage last.
    pub figure: Link,
    /// What the reader has done.
    pub progress: Progress,
}

/// A link without where to look: what its address says of a run and a chapter.
pub fn plain(link: &Link) -> Link {
    Link { at_ms: None, speed: None, lang: None, selected: None, ..link.clone() }
}

/// How many changes can be taken back.
const MOST_STEPS: usize = 50;

/// Something to tell the viewer.
#[derive(Clone, PartialEq)]
pub enum Notice {
    /// A link or setting was refused.
    Refused(Problem),
    /// Saved settings were unreadable; holds the reason.
    SettingsDamaged(String),
    /// A link was copied.
    Copied,
    /// Another version of the page has been fetched.
    NewVersion,
    /// The browser does not copy; the address bar holds the link.
    NotCopied,
}

/// The panels below the lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Panel {
    /// None yet: what could be done next.
    Start,
    /// Pairs of scenarios to choose from.
    Experiments,
    /// Which defences each lane has.
    Defences,
    /// Endpoints to press, and things to break.
    Requests,
    /// What one request, or a station, is doing.
    Why,
    /// What is worth looking at, and everything else.
    Log,
    /// A against B.
    Numbers,
    /// Over time.
    Charts,
    /// The compiled source.
    Code,
    /// Many seeds.
    Luck,
    /// Knobs.
    Settings,
}

impl Panel {
    /// All, in order.
    pub const ALL: [Panel; 10] = [
        Panel::Experiments,
        Panel::Defences,
        Panel::Requests,
        Panel::Why,
        Panel::Log,
        Panel::Numbers,
        Panel::Charts,
        Panel::Code,
        Panel::Luck,
        Panel::Settings,
    ];
}

/// What can happen to the state.
pub enum Change {
    /// A new address fragment.
    Open(String),
    /// A field of all lanes' scenarios, of one (its name, a dot, the path), or
    /// the seed, was set.
    Set(String, String),
    /// Other presets for lanes A and B.
    Experiment(&'static str, &'static str),
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
    /// Show a run of the course; true: only because it is being read, so not
    /// if somebody is busy with a run of their own.
    Figure(String, bool),
    /// Read a chapter, from 1.
    Chapter(u32),
    /// Somebody predicted: the question, and what.
    Predict(String, String),
    /// A task has so many stars.
    Star(String, u64),
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
    /// Open a panel.
    Panel(Panel),
    /// Show a lane on a narrow screen.
    Lane(usize),
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

impl State {
    /// The state at start: from the address, then the saved settings, then
    /// the browser.
    pub fn start() -> State {
        let (settings, damaged) = match settings::load() {
            Ok(settings) => (settings, None),
            Err(reason) => (Settings::default(), Some(Notice::SettingsDamaged(reason))),
        };
        let saved = settings.lang.as_deref().and_then(Lang::from_tag);
        let browser = || web::languages().iter().find_map(|tag| Lang::from_tag(tag));
        let state = State {
            link: Link::default(),
            history: Vec::new(),
            revision: 0,
            autoplay: !web::reduced_motion(),
            keep_playhead: false,
            keep_speed: false,
            lang: saved.or_else(browser).unwrap_or_default(),
            theme: settings.theme,
            panel: Panel::Start,
            lane: 0,
            problem: damaged,
            help: false,
            share: false,
            blank: false,
            figure: Link::default(),
            progress: Progress::load(),
        };
        state.open(&web::fragment())
    }

    fn open(mut self, fragment: &str) -> State {
        match Link::read(fragment).and_then(|link| player::check(&link).map(|()| link)) {
            // The page wrote it there itself.
            Ok(link) if self.revision > 0 && self.is_shown(&link) => {}
            Ok(link) => {
                if let Some(lang) = link.lang.as_deref().and_then(Lang::from_tag) {
                    self.lang = lang;
                }
                self.autoplay = link.at_ms.is_none() && !web::reduced_motion();
                (self.keep_playhead, self.keep_speed) = (false, false);
                if self.revision > 0 {
                    self.remember();
                }
                self.revision += 1;
                self.link = Link { lang: None, ..link };
                self.lane = self.link.selected.as_ref().map_or(0, |(lane, _)| *lane);
                if self.link.selected.is_some() {
                    self.panel = Panel::Why;
                }
            }
            Err(problem) => self.problem = Some(Notice::Refused(problem)),
        }
        self
    }

    /// Whether a link is the run on the page, wherever its playhead stands.
    fn is_shown(&self, link: &Link) -> bool {
        let plain = |link: &Link| Link { chapter: None, ..plain(link) };
        plain(link) == plain(&self.link)
    }

    /// Shows a run of the course.
    fn figure(self, run: &str, follows: bool) -> State {
        let busy = !self.is_shown(&self.figure);
        let link = match Link::read(&format!("v=1&{run}")) {
            _ if follows && busy => return self,
            Ok(link) if follows && self.is_shown(&link) => return self,
            Ok(link) => link,
            Err(problem) => return State { problem: Some(Notice::Refused(problem)), ..self },
        };
        let (at_ms, chapter) = (link.at_ms, self.link.chapter);
        let mut state = self.run(Link { chapter, ..link.clone() }, false);
        state.link.at_ms = at_ms;
        state.keep_speed = false;
        state.autoplay = at_ms.is_none() && !web::reduced_motion();
        State { figure: link, ..state }
    }

    fn remember(&mut self) {
        if self.history.len() == MOST_STEPS {
            self.history.remove(0);
        }
        self.history.push(self.link.clone());
    }

    /// Takes a changed run if it is allowed, and says what is not otherwise.
    fn run(mut self, link: Link, keep_playhead: bool) -> State {
        match player::check(&link) {
            Ok(()) => {
                self.revision += 1;
                self.remember();
                self.link = Link { at_ms: None, speed: None, ..link };
                let lanes = self.link.lanes.len();
                self.link.selected.take_if(|(lane, _)| *lane >= lanes);
                self.lane = self.lane.min(lanes - 1);
                (self.keep_playhead, self.keep_speed) = (keep_playhead, true);
                self.autoplay = true;
                self.problem = None;
            }
            Err(problem) => self.problem = Some(Notice::Refused(problem)),
        }
        self
    }

    /// Whether the page is dark.
    pub fn is_dark(&self) -> bool {
        self.theme.map_or_else(web::prefers_dark, |theme| theme == Theme::Dark)
    }

    /// A link to this run, at a playhead in milliseconds and with a speed.
    pub fn link_at(&self, at_ms: f64, speed_ms: f64) -> Link {
        let at_ms = (at_ms > 0.0).then_some((at_ms * 1e6).round() / 1e6);
        let lang = Some(self.lang.code().to_owned());
        Link { at_ms, speed: Some(speed_ms), lang, ..self.link.clone() }
    }

    fn save(&self) {
        let lang = Some(self.lang.code().to_owned());
        settings::save(&Settings { lang, theme: self.theme });
    }
}

impl Reducible for State {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let state = State::clone(&self);
        let mut link = state.link.clone();
        Rc::new(match change {
            Change::Open(fragment) => state.open(&fragment),
            Change::Set(path, value) => match link.set(&path, &value) {
                Ok(()) => state.run(link, false),
                Err(problem) => State { problem: Some(Notice::Refused(problem)), ..state },
            },
            Change::Experiment(a, b) => {
                let link = Link { chapter: link.chapter, ..Link::pair(a, b) };
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
                let at_ms = link.at_ms;
                let mut state = state.run(link, false);
                state.link.at_ms = at_ms;
                State { autoplay: at_ms.is_none(), ..state }
            }
            Change::Figure(run, follows) => state.figure(&run, follows),
            Change::Chapter(number) => {
                let chapter = (number > 1).then_some((number, 0));
                State { link: Link { chapter, ..link }, ..state }
            }
            Change::Predict(question, answer) => {
                let mut progress = state.progress.clone();
                progress.predict(&question, &answer);
                progress.save();
                State { progress, ..state }
            }
            Change::Star(task, stars) => {
                let mut progress = state.progress.clone();
                if progress.give(&task, stars) {
                    progress.save();
                }
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
            Change::Select(selected) => {
                let panel = if selected.is_some() { Panel::Why } else { state.panel };
                let link = Link { selected, ..link };
                State { link, panel, ..state }
            }
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
            Change::Panel(panel) => State { panel, ..state },
            Change::Lane(lane) => State { lane, ..state },
            Change::Help(help) => State { help, ..state },
            Change::Share(share) => State { share, ..state },
            Change::Blank => State { blank: !state.blank, ..state },
            Change::Notice(problem) => State { problem, ..state },
            Change::Fade => {
                let keep = |notice: &Notice| !matches!(notice, Notice::Copied | Notice::NotCopied);
                State { problem: state.problem.clone().filter(keep), ..state }
            }
        })
    }
}
