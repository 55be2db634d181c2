//! Jobs and what came of them are read as they were written, and a run that is scraped
//! in steps is that of the simulation.

use stampede_sim::alerting::store;
use stampede_sim::metrics::record;
use stampede_sim::scenario::link::{Lane, Link};
use stampede_watch::series::Store;

use super::job::Wanted;
use super::*;
use crate::lang::Lang;

const SCRAPING: Scraping = Scraping { interval: 100, after: 2_000, evaluation: 500 };

fn link() -> Link {
    let lanes = ["demo-with-singleflight", "expiry-without-singleflight"].map(Lane::new).into();
    Link { lanes, seed: 7, ..Link::default() }
}

fn texts(store: &Store) -> Vec<String> {
    let series = store.series().iter();
    series
        .map(|one| {
            let samples = one.samples.iter().map(|it| format!("{} {:x}", it.t, it.v.to_bits()));
            format!("{} {}", one.labels, samples.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

#[test]
fn a_job_is_read_as_it_is_written() {
    let asked =
        |pair, hold, expr: &str| Asked { pair, mended: pair > 2, hold, expr: expr.to_owned() };
    let rules = vec![asked(0, 30_000, "up == 0"), asked(4, 0, "sum(x{a=\"b c\"}) > 1e9")];
    for job in [
        Job::samples(&link(), 1, SCRAPING),
        Job::files(&link(), 0, SCRAPING, Lang::Ja, rules.clone()),
        Job::verdicts(&link(), 0, SCRAPING, rules),
        Job::verdicts(&link(), 0, SCRAPING, vec![]),
    ] {
        assert!(job.write().starts_with(MARK));
        assert_eq!(Job::read(&job.write()), Some(job));
    }
    let lines = Job::verdicts(&link(), 0, SCRAPING, vec![asked(1, 1, "up\n== 0")]);
    let Some(Job { wanted: Wanted::Verdicts(rules), .. }) = Job::read(&lines.write()) else {
        panic!("{}", lines.write())
    };
    assert_eq!(rules, [asked(1, 1, "up == 0")]);
    for text in ["", "w", "wsamples 1 2 3 0", "wother 1 2 3 0 #v=1", "0 - - - #v=1"] {
        assert_eq!(Job::read(text), None, "{text}");
    }
}

#[test]
fn an_answer_is_read_as_it_is_written() {
    for answer in [
        Scraped::Samples("5\n".to_owned()),
        Scraped::Files(vec![]),
        Scraped::Files(vec![("a".into(), "x\ny".into()), ("b".into(), String::new())]),
        Scraped::Verdicts(vec![]),
        Scraped::Verdicts(vec![Some(31_000), None, Some(0)]),
    ] {
        assert_eq!(Scraped::read(&answer.write()), Some(answer));
    }
    for text in ["", "x", "fonly a name", "v much"] {
        assert_eq!(Scraped::read(text), None, "{text}");
    }
}

#[test]
fn what_goes_through_text_is_what_was_scraped() {
    for lane in [0, 1] {
        let job = Job::samples(&link(), lane, SCRAPING);
        let shares = std::cell::RefCell::new(Vec::new());
        let said = make(&job.write(), &|share| shares.borrow_mut().push(share)).unwrap();
        let Some(Scraped::Samples(text)) = Scraped::read(&said) else { panic!("{said}") };
        let mut reader = Reader::new(&text).unwrap();
        while reader.step().unwrap() {}
        let scenario = link().scenarios().unwrap().swap_remove(lane);
        let plan = SCRAPING.plan(&scenario);
        assert_eq!(plan.until, nanos(reader.until));
        let expected = store(&record(&scenario, &[], 7, &plan).unwrap());
        assert!(expected.series().len() > 100);
        assert_eq!(texts(&reader.store), texts(&expected));
        let shares = shares.into_inner();
        assert!(shares.is_sorted() && shares.iter().all(|it| (0.0..=1.0).contains(it)));
    }
}
