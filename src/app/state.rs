//! What the page shows and where that came from.

use std::rc::Rc;

use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Action, Problem};
use yew::Reducible;

use crate::player;
use crate::text::Lang;
use crate::web;
use crate::web::settings::{self, Settings, Theme};

/// The page's state, except for the playhead (see [`crate::player`]).
#[derive(Clone, PartialEq)]
pub struct State {
    /// The run: presets, changes, actions, seed.
    pub link: Link,
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
}

/// Something to tell the viewer.
#[derive(Clone, PartialEq)]
pub enum Notice {
    /// A link or setting was refused.
    Refused(Problem),
    /// Saved settings were unreadable; holds the reason.
    SettingsDamaged(String),
    /// A link was copied.
    Copied,
    /// The browser does not copy; the address bar holds the link.
    NotCopied,
}

/// The panels below the lanes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Panel {
    /// Pairs of scenarios to choose from.
    Experiments,
    /// Which defences each lane has.
    Defences,
    /// Endpoints to press, and things to break.
    Requests,
    /// What is worth looking at.
    Moments,
    /// A against B.
    Numbers,
    /// Over time.
    Charts,
    /// The compiled source.
    Code,
    /// Knobs.
    Settings,
}

impl Panel {
    /// All, in order.
    pub const ALL: [Panel; 8] = [
        Panel::Experiments,
        Panel::Defences,
        Panel::Requests,
        Panel::Moments,
        Panel::Numbers,
        Panel::Charts,
        Panel::Code,
        Panel::Settings,
    ];
}

/// What can happen to the state.
pub enum Change {
    /// A new address fragment.
    Open(String),
    /// A field of both lanes' scenarios, of one (`a.` or `b.` and its path), or
    /// the seed, was set.
    Set(String, String),
    /// Other presets for lanes A and B.
    Experiment(&'static str, &'static str),
    /// Somebody did something to the lanes given, at the playhead.
    Act(Vec<usize>, Action),
    /// Take back the latest action.
    Undo,
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
            revision: 0,
            autoplay: !web::reduced_motion(),
            keep_playhead: false,
            keep_speed: false,
            lang: saved.or_else(browser).unwrap_or_default(),
            theme: settings.theme,
            panel: Panel::Requests,
            lane: 0,
            problem: damaged,
            help: false,
        };
        state.open(&web::fragment())
    }

    fn open(mut self, fragment: &str) -> State {
        match Link::read(fragment).and_then(|link| player::check(&link).map(|()| link)) {
            Ok(link) => {
                if let Some(lang) = link.lang.as_deref().and_then(Lang::from_tag) {
                    self.lang = lang;
                }
                self.autoplay = link.at_ms.is_none() && !web::reduced_motion();
                (self.keep_playhead, self.keep_speed) = (false, false);
                self.revision += 1;
                self.link = Link { lang: None, ..link };
            }
            Err(problem) => self.problem = Some(Notice::Refused(problem)),
        }
        self
    }

    /// Takes a changed run if it is allowed, and says what is not otherwise.
    fn run(mut self, link: Link, keep_playhead: bool) -> State {
        match player::check(&link) {
            Ok(()) => {
                self.revision += 1;
                self.link = Link { at_ms: None, ..link };
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

    /// A link to this run, at a playhead in milliseconds.
    pub fn share(&self, at_ms: f64) -> Link {
        let at_ms = (at_ms > 0.0).then_some((at_ms * 1e6).round() / 1e6);
        Link { at_ms, lang: Some(self.lang.code().to_owned()), ..self.link.clone() }
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
                let link = Link { a: a.to_owned(), b: b.to_owned(), ..Link::default() };
                State { keep_speed: false, ..state.run(link, false) }
            }
            Change::Act(lanes, action) => {
                for lane in lanes {
                    link.actions[lane].push(action.clone());
                }
                state.run(link, true)
            }
            Change::Undo if link.actions.iter().all(Vec::is_empty) => state,
            Change::Undo => {
                let latest = |lane: &Vec<Action>| lane.last().map_or(-1.0, |a| a.at_ms);
                let last = latest(&link.actions[0]).max(latest(&link.actions[1]));
                for lane in &mut link.actions {
                    if latest(lane) == last {
                        lane.pop();
                    }
                }
                state.run(link, true)
            }
            Change::Reset => {
                let (a, b) = (link.a, link.b);
                state.run(Link { a, b, ..Link::default() }, false)
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
            Change::Notice(problem) => State { problem, ..state },
            Change::Fade => {
                let keep = |notice: &Notice| !matches!(notice, Notice::Copied | Notice::NotCopied);
                State { problem: state.problem.clone().filter(keep), ..state }
            }
        })
    }
}
