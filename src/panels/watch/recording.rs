//! What was scraped of a lane: made in the background, and remembered until the run
//! changes.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use stampede_sim::engine::Nanos;
use stampede_sim::scenario::Problem;
use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::series::{Labels, Store};

use crate::runs::watch::{Job, Reader, Scraped, Scraping};
use crate::runs::{Plan, Work, carry_out};
use crate::web;

/// For how long the page's thread reads in one go, in milliseconds.
const GO: f64 = 8.0;
/// How many recordings are remembered.
const MOST: usize = 2;

/// What was scraped of a run, and how that went.
pub struct Recording {
    /// All of it.
    pub store: Store,
    /// When the run was over, in ms.
    pub end: Millis,
    /// Until when it was scraped, in ms.
    pub until: Millis,
    /// Scrapes that were answered, found nobody, and were not answered in time.
    pub scrapes: [usize; 3],
}

/// A recording, shared; equal is what is the same one.
#[derive(Clone)]
pub struct Recorded(Rc<Recording>);

impl PartialEq for Recorded {
    fn eq(&self, other: &Recorded) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for Recorded {
    type Target = Recording;

    fn deref(&self) -> &Recording {
        &self.0
    }
}

impl Recording {
    /// The playhead in its time, in ms.
    pub fn at(&self, playhead: Nanos) -> Millis {
        (playhead.0 / 1_000_000) as Millis
    }

    /// All instants at which something is evaluated every `step` ms.
    pub fn times(&self, step: Millis) -> Times {
        Times::between(0, self.until, step)
    }
}

thread_local! {
    static KNOWN: RefCell<Vec<(String, Recorded)>> = const { RefCell::new(Vec::new()) };
}

/// The recording of a job, if it is remembered.
pub fn known(job: &Job) -> Option<Recorded> {
    let key = job.write();
    KNOWN.with_borrow(|known| known.iter().find(|(of, _)| *of == key).map(|(_, it)| it.clone()))
}

/// One job, and what came of it.
struct One {
    job: Option<Job>,
    done: f64,
    answer: Option<Scraped>,
}

impl Plan<Job> for One {
    fn next(&mut self) -> Option<(u64, Job)> {
        self.job.take().map(|job| (0, job))
    }

    fn take(&mut self, _number: u64, answer: Scraped) {
        self.answer = Some(answer);
    }

    fn hear(&mut self, _number: u64, done: f64) -> bool {
        self.done = done;
        true
    }

    fn is_over(&self) -> bool {
        self.answer.is_some()
    }

    fn at_once(&self) -> usize {
        1
    }
}

/// Has one job done; `hear` is told how much of it is.
pub async fn done(job: Job, hear: &dyn Fn(f64)) -> Result<Option<Scraped>, Problem> {
    let one = Rc::new(RefCell::new(One { job: Some(job), done: 0.0, answer: None }));
    let tell = || hear(one.borrow().done);
    carry_out::<Job>(&*one, &tell).await?;
    let answer = one.borrow_mut().answer.take();
    Ok(answer)
}

/// Records a run; `hear` is told how much of it is done.
pub async fn record(
    job: Job,
    scraping: Scraping,
    hear: &dyn Fn(f64),
) -> Result<Option<Recorded>, Problem> {
    let key = job.write();
    let Some(Scraped::Samples(text)) = done(job, hear).await? else { return Ok(None) };
    let Some(mut reader) = Reader::new(&text) else { return Ok(None) };
    let mut began = web::now();
    while reader.step() == Some(true) {
        if web::now() - began > GO {
            TimeoutFuture::new(0).await;
            began = web::now();
        }
    }
    let Reader { store, end, until, .. } = reader;
    let scrapes = scrapes(&store, scraping);
    let recorded = Recorded(Rc::new(Recording { store, end, until, scrapes }));
    KNOWN.with_borrow_mut(|known| {
        known.truncate(MOST - 1);
        known.insert(0, (key, recorded.clone()));
    });
    Ok(Some(recorded))
}

/// Scrapes that were answered, found nobody, and were not answered in time.
fn scrapes(store: &Store, scraping: Scraping) -> [usize; 3] {
    let mut counts = [0; 3];
    // As in the simulation: no answer is waited for any longer.
    let patience = scraping.interval.min(10_000) as f64 / 1000.0;
    let named = |name: &'static str| {
        store
            .series()
            .iter()
            .filter(move |series| series.labels.get(stampede_watch::series::NAME) == name)
    };
    for up in named("up") {
        let target: Labels = up.labels.unnamed();
        let took = named("scrape_duration_seconds").find(|it| it.labels.unnamed() == target);
        let took = took.map_or(&[][..], |took| &took.samples);
        for sample in up.samples.iter().filter(|sample| !sample.is_stale()) {
            let place = took.binary_search_by(|it| it.t.cmp(&sample.t)).ok();
            let late = place.is_some_and(|place| took[place].v >= patience);
            counts[if sample.v > 0.0 { 0 } else { 1 + usize::from(late) }] += 1;
        }
    }
    counts
}
