//! What the page shows, where that came from, and what can change it. Every
//! view knows it; it knows no view.

mod change;
mod figure;
pub mod held;
mod notice;
mod panel;
mod playhead;
pub mod progress;

pub use change::{Change, Dispatch};
pub use figure::{Figure, Guess, Measure};
pub use held::Held;
pub use notice::Notice;
pub use panel::{Group, Panel};
pub use playhead::Playhead;

use std::ops::Deref;
use std::rc::Rc;

use stampede_sim::scenario::first;
use stampede_sim::scenario::link::Link;

use self::held::Given;
use self::progress::Progress;
use crate::lang::Lang;
use crate::player::{self, Player};
use crate::web;
use crate::web::settings::{self, Settings, Theme};

/// The page's state, except for the playhead (see [`crate::player`]).
#[derive(Clone)]
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
    /// Whether keys of one letter do something.
    pub letters: bool,
    /// Which panel is open.
    pub panel: Panel,
    /// On a narrow screen: which lane is shown.
    pub lane: usize,
    /// What was wrong with the last input.
    pub problem: Option<Notice>,
    /// A run that was opened with somebody's script in it, and is on the stage without,
    /// until somebody asks for it or leaves it.
    pub held: Option<Rc<Held>>,
    /// Whether the sheet of keys is open.
    pub help: bool,
    /// Whether the sheet of ways to share is open.
    pub share: bool,
    /// Whether the screen is blank, so that everybody looks at the teacher.
    pub blank: bool,
    /// The run that the course put on the stage last, if it has.
    pub figure: Option<Link>,
    /// The number that is written large.
    pub measure: Measure,
    /// What is to be predicted before the run is played.
    pub guess: Option<Guess>,
    /// The task that was done last on this run, and its stars.
    pub done: Option<(&'static str, u64)>,
    /// The task that a class was set.
    pub marked: Option<String>,
    /// What the reader has done.
    pub progress: Progress,
}

/// The state as every view has it: shared, and replaced as a whole by a
/// [`Change`]. Equal is what has not been replaced.
#[derive(Clone)]
pub struct Shared(Rc<State>);

impl Shared {
    /// The state at start.
    pub fn start() -> Shared {
        Shared(Rc::new(State::start()))
    }
}

impl Deref for Shared {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Shared) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// A link without where to look: what its address says of a run and a chapter.
pub fn plain(link: &Link) -> Link {
    Link { at_ms: None, speed: None, lang: None, selected: None, ..link.clone() }
}

/// What a first visit sees: the first figure of the first chapter, which answers
/// no question. The course's tests hold that it is that figure.
pub fn opening() -> Link {
    first::link()
}

/// How many changes can be taken back.
const MOST_STEPS: usize = 50;

impl State {
    /// The state at start: from the address, then the saved settings, then
    /// the browser.
    pub fn start() -> State {
        let (settings, progress) = (settings::load(), Progress::load());
        let damaged = [settings.as_ref().err(), progress.as_ref().err()].into_iter().flatten();
        let damaged: Vec<&str> = damaged.map(String::as_str).collect();
        let problem = (!damaged.is_empty()).then(|| Notice::Damaged(damaged.join("; ")));
        let (settings, progress) = (settings.unwrap_or_default(), progress.unwrap_or_default());
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
            letters: settings.letters.unwrap_or(true),
            panel: if web::is_presented() { Panel::Stage } else { Panel::Text },
            lane: 0,
            problem,
            held: None,
            help: false,
            share: false,
            blank: false,
            figure: None,
            measure: Measure::default(),
            guess: None,
            done: None,
            marked: None,
            progress,
        };
        let fragment = web::fragment();
        let mut state = state.open(&fragment);
        // Who presents begins when everybody looks.
        state.autoplay &= !web::is_presented();
        // Where no run is asked for, it is the course's.
        let silent = Link { chapter: None, lang: None, ..state.link.clone() } == Link::default();
        if fragment.is_empty() || (silent && state.link.chapter.is_some()) {
            state.figure = Some(state.link.clone());
        }
        state
    }

    fn open(mut self, fragment: &str) -> State {
        let read = if fragment.is_empty() { Ok(opening()) } else { Link::read(fragment) };
        match read.and_then(|link| player::check(&link).map(|()| link)) {
            // The run stays as it is: the page wrote it there itself, or it is about
            // another chapter or language only.
            Ok(link) if self.revision > 0 && self.is_shown(&link) => {
                self.speak(&link);
                self.problem.take_if(|problem| matches!(problem, Notice::Refused(_)));
                if link.chapter.is_some() && link.chapter != self.link.chapter {
                    self.link.chapter = link.chapter;
                    self.panel = Panel::Text;
                }
            }
            // What nobody passed on.
            Ok(link) if fragment.is_empty() => self.take(link, None),
            Ok(link) => match held::given(link) {
                Ok(Given::Free(link)) => self.take(link, None),
                Ok(Given::Held(shown, held)) => self.take(shown, Some(Rc::new(held))),
                Err(problem) => self.problem = Some(Notice::Refused(problem)),
            },
            Err(problem) => self.problem = Some(Notice::Refused(problem)),
        }
        self
    }

    /// Takes the run of a link that was opened, and what of it is held back.
    fn take(&mut self, link: Link, held: Option<Rc<Held>>) {
        self.held = held;
        self.speak(&link);
        self.autoplay = link.at_ms.is_none() && !web::reduced_motion();
        (self.keep_playhead, self.keep_speed) = (false, false);
        if self.revision > 0 {
            self.remember();
        }
        self.problem.take_if(|problem| matches!(problem, Notice::Refused(_)));
        self.revision += 1;
        (self.guess, self.done) = (None, None);
        self.link = Link { lang: None, ..link };
        self.lane = self.link.selected.as_ref().map_or(0, |(lane, _)| *lane);
        if self.link.selected.is_some() {
            self.panel = Panel::Why;
        }
    }

    /// Takes the language of a link, if it names one.
    fn speak(&mut self, link: &Link) {
        if let Some(lang) = link.lang.as_deref().and_then(Lang::from_tag) {
            self.lang = lang;
        }
    }

    /// Whether a link is the run on the page, wherever its playhead stands.
    fn is_shown(&self, link: &Link) -> bool {
        let plain = |link: &Link| Link { chapter: None, ..plain(link) };
        plain(link) == plain(&self.link)
    }

    /// Whether a run of the course, as chapters write it, is on the stage.
    pub fn shows(&self, run: &str) -> bool {
        Link::in_course(run).is_ok_and(|link| self.is_shown(&link))
    }

    /// Whether the run on the stage is the course's, and nobody's own.
    pub fn is_figure(&self) -> bool {
        self.figure.as_ref().is_some_and(|figure| self.is_shown(figure))
    }

    /// Notes a prediction; nothing: somebody asked to be shown.
    fn predict(self, question: &str, answer: &str) -> State {
        let mut progress = self.progress.clone();
        progress.predict(question, answer);
        progress.save();
        State { progress, ..self }
    }

    /// Shows a run of the course.
    fn figure(self, Figure { run, measure, guess }: Figure) -> State {
        match Link::in_course(&run) {
            Ok(link) => self.show(link, measure, guess),
            Err(problem) => State { problem: Some(Notice::Refused(problem)), ..self },
        }
    }

    fn show(self, link: Link, measure: Measure, guess: Option<Guess>) -> State {
        let (at_ms, chapter) = (link.at_ms, self.link.chapter);
        // What the course showed before is nothing that somebody did.
        let history = self.is_figure().then(|| self.history.clone());
        let mut state = self.run(Link { chapter, ..link.clone() }, false);
        state.link.at_ms = at_ms;
        state.history = history.unwrap_or(state.history);
        // What it is about is in sight, where there is room for one lane.
        if let Some((lane, _)) = link.selected {
            state.lane = lane;
        }
        state.keep_speed = false;
        state.autoplay = guess.is_none() && at_ms.is_none() && !web::reduced_motion();
        // On a wall it would not be seen beside the text.
        let panel = if web::is_presented() { Panel::Stage } else { state.panel };
        State { figure: Some(link), measure, guess, panel, ..state }
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
                (self.guess, self.done) = (None, None);
                self.remember();
                self.link = Link { at_ms: None, speed: None, ..link };
                let lanes = self.link.lanes.len();
                self.link.selected.take_if(|(lane, _)| *lane >= lanes);
                self.lane = self.lane.min(lanes - 1);
                (self.keep_playhead, self.keep_speed) = (keep_playhead, true);
                self.autoplay = true;
                self.problem = None;
                self.held = None;
                held::know(&self.link);
            }
            Err(problem) => self.problem = Some(Notice::Refused(problem)),
        }
        self
    }

    /// Whether the page is dark.
    pub fn is_dark(&self) -> bool {
        self.theme.map_or_else(web::prefers_dark, |theme| theme == Theme::Dark)
    }

    /// A link to this run, as it stands on the stage.
    pub fn link_now(&self, player: &Player) -> Link {
        let (at_ms, speed_ms) = (player.at().ms(), player.speed_ms());
        let at_ms = (at_ms > 0.0).then_some((at_ms * 1e6).round() / 1e6);
        let lang = Some(self.lang.code().to_owned());
        Link { at_ms, speed: Some(speed_ms), lang, ..self.link.clone() }
    }

    fn save(&self) {
        let lang = Some(self.lang.code().to_owned());
        let letters = (!self.letters).then_some(false);
        settings::save(&Settings { lang, theme: self.theme, letters });
    }
}
