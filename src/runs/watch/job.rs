//! A run to be scraped, and what is to be known of it.

use stampede_sim::alerting::GRAIN;
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::Plan;
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::{Problem, Scenario};
use stampede_watch::Millis;

use super::MARK;
use super::asked::Asked;
use super::making::Making;
use crate::lang::Lang;
use crate::runs::Work;

/// How a run is scraped. Spans are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scraping {
    /// From one scrape to the next.
    pub interval: Millis,
    /// For how long it goes on when no more requests are sent.
    pub after: Millis,
    /// From one evaluation of rules to the next.
    pub evaluation: Millis,
}

impl Scraping {
    /// As the simulation has it.
    pub fn plan(&self, scenario: &Scenario) -> Plan {
        let until = Nanos::from_ms(scenario.load.span_ms()) + nanos(self.after);
        Plan { until, grain: GRAIN, ..Plan::every(nanos(self.interval)) }
    }
}

/// Milliseconds as virtual time.
pub fn nanos(span: Millis) -> Nanos {
    Nanos(span.max(0).unsigned_abs() * 1_000_000)
}

/// What is to be known of a run.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// What was scraped.
    Samples,
    /// Files for the real programs, with these rules, and texts in this language.
    Files(Lang, Vec<Asked>),
    /// When these rules fire.
    Verdicts(Vec<Asked>),
}

/// A run to be scraped. It goes to a worker as text, so it says everything.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// The run, as a link,
    pub(super) link: String,
    /// and which lane of it.
    pub(super) lane: usize,
    /// How it is scraped.
    pub(super) scraping: Scraping,
    /// What is to be known.
    pub(super) wanted: Wanted,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Scraped {
    /// What was scraped, to be read; see [`super::Reader`].
    Samples(String),
    /// Names and texts.
    Files(Vec<(String, String)>),
    /// When each rule fired first, if it did, in ms.
    Verdicts(Vec<Option<Millis>>),
}

impl Job {
    /// A lane of a link: what is scraped of it.
    pub fn samples(link: &Link, lane: usize, scraping: Scraping) -> Job {
        Job { link: link.write(), lane, scraping, wanted: Wanted::Samples }
    }

    /// The same as files for the real programs, with these rules.
    pub fn files(
        link: &Link,
        lane: usize,
        scraping: Scraping,
        lang: Lang,
        rules: Vec<Asked>,
    ) -> Job {
        Job { wanted: Wanted::Files(lang, rules), ..Job::samples(link, lane, scraping) }
    }

    /// When these rules fire.
    pub fn verdicts(link: &Link, lane: usize, scraping: Scraping, rules: Vec<Asked>) -> Job {
        Job { wanted: Wanted::Verdicts(rules), ..Job::samples(link, lane, scraping) }
    }

    /// From text; `None` if it is no job.
    pub fn read(text: &str) -> Option<Job> {
        let mut lines = text.split('\n');
        let mut parts = lines.next()?.strip_prefix(MARK)?.split(' ');
        let wanted = parts.next()?;
        let mut number = || parts.next()?.parse().ok();
        let scraping = Scraping { interval: number()?, after: number()?, evaluation: number()? };
        let lane = parts.next()?.parse().ok()?;
        let link = parts.next()?.to_owned();
        let rules: Vec<Asked> = lines.map(Asked::read).collect::<Option<_>>()?;
        let wanted = match (wanted, Lang::from_tag(wanted)) {
            ("samples", _) => Wanted::Samples,
            ("verdicts", _) => Wanted::Verdicts(rules),
            (_, Some(lang)) => Wanted::Files(lang, rules),
            _ => return None,
        };
        Some(Job { link, lane, scraping, wanted })
    }
}

impl Work for Job {
    type Answer = Scraped;
    type Making = Making;

    /// A line with what is wanted (of files, the language), how it is scraped, the
    /// lane, and the link, which has no spaces; then one for each rule.
    fn write(&self) -> String {
        let Scraping { interval, after, evaluation } = self.scraping;
        let (wanted, rules) = match &self.wanted {
            Wanted::Samples => ("samples", &[][..]),
            Wanted::Files(lang, rules) => (lang.code(), &rules[..]),
            Wanted::Verdicts(rules) => ("verdicts", &rules[..]),
        };
        let Job { lane, link, .. } = self;
        let rules: String = rules.iter().map(Asked::write).collect();
        format!("{MARK}{wanted} {interval} {after} {evaluation} {lane} {link}{rules}")
    }

    fn read(said: &str) -> Option<Scraped> {
        Scraped::read(said)
    }

    fn begin(&self) -> Result<Making, Problem> {
        Making::new(self.clone())
    }

    fn step(making: &mut Making, budget: u64) -> Option<Scraped> {
        making.step(budget)
    }

    fn done(making: &Making) -> f64 {
        making.done()
    }
}

/// Between a file's name and its text, and between files.
const BETWEEN: char = '\u{1f}';

impl Scraped {
    /// As text: a letter, and then what there is.
    pub fn write(&self) -> String {
        match self {
            Scraped::Samples(samples) => format!("s{samples}"),
            Scraped::Files(files) => {
                let mut text = "f".to_owned();
                for (name, content) in files {
                    text += &format!("{name}{BETWEEN}{content}{BETWEEN}");
                }
                text
            }
            Scraped::Verdicts(fired) => {
                let at = |at: &Option<Millis>| at.map_or(" -".to_owned(), |at| format!(" {at}"));
                format!("v{}", fired.iter().map(at).collect::<String>())
            }
        }
    }

    /// From text; `None` if it is no answer.
    pub fn read(text: &str) -> Option<Scraped> {
        if let Some(samples) = text.strip_prefix('s') {
            return Some(Scraped::Samples(samples.to_owned()));
        }
        if let Some(files) = text.strip_prefix('f') {
            let parts: Vec<&str> = files.split_terminator(BETWEEN).collect();
            let file = |file: &[&str]| (file[0].to_owned(), file[1].to_owned());
            let pairs = parts.chunks_exact(2);
            return pairs.remainder().is_empty().then(|| Scraped::Files(pairs.map(file).collect()));
        }
        let at = |text: &str| match text {
            "-" => Some(None),
            at => at.parse().ok().map(Some),
        };
        let fired = text.strip_prefix('v')?.split(' ').skip(1).map(at);
        fired.collect::<Option<_>>().map(Scraped::Verdicts)
    }
}
