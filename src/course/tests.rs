//! Every chapter in both languages: what it shows runs, what it counts
//! resolves, its tasks can be solved, and not by doing nothing.

use std::collections::BTreeSet;

use super::check::{finished, parse};
use super::checklist::items;
use super::curve;
use super::library::task_number;
use super::predict::{answer, read};
use super::tree::{self, Fields, Node, field as of};
use super::{CHAPTERS, position};
use crate::lang::Lang;
use crate::state::progress::challenge;
use crate::state::{Measure, opening};
use stampede_chapters::claims::Shown;
use stampede_sim::challenge::{LADDER, NAMES, Words};
use stampede_sim::engine::Nanos;
use stampede_sim::quote::number;
use stampede_sim::scenario::first as opened;
use stampede_sim::scenario::link::Link;

/// Everything in a chapter that can be wrong.
#[derive(Default)]
struct Found {
    numbers: BTreeSet<(&'static str, String)>,
    links: Vec<&'static str>,
    headings: usize,
    widgets: Vec<(&'static str, Fields)>,
}

fn collect(nodes: &[Node], found: &mut Found) {
    for node in nodes {
        let Node::Element(letter, attribute, inner) = node else { continue };
        match letter {
            'n' => match inner[..] {
                [Node::Text(text)] => drop(found.numbers.insert((attribute, text.to_owned()))),
                _ => panic!("{node:?}"),
            },
            'a' => found.links.push(attribute),
            'h' => found.headings += 1,
            'w' => found.widgets.push((attribute, tree::fields(inner))),
            _ => {}
        }
        collect(inner, found);
    }
}

/// The chapters; the glossary is none, though it stands among them.
fn chapters() -> Vec<(String, Found)> {
    let course = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("course");
    let nowhere = |_: &_| Ok(Shown::default());
    let chapters = stampede_chapters::read(&course, &number, &nowhere).unwrap();
    assert_eq!(chapters.len(), CHAPTERS.len());
    let mut all = Vec::new();
    for chapter in chapters.into_iter().filter(|chapter| chapter.name != "glossary") {
        for (language, text) in ["en", "ja"].into_iter().zip(chapter.texts) {
            let mut found = Found::default();
            collect(&tree::read(text.leak()), &mut found);
            all.push((format!("{language}/{}", chapter.name), found));
        }
    }
    all
}

#[test]
fn every_number_and_every_link_resolves() {
    let mut numbers = BTreeSet::new();
    for (chapter, found) in chapters() {
        assert!(found.headings >= 4, "{chapter}");
        for address in &found.links {
            match address.strip_prefix("run:") {
                Some(run) => assert!(Link::in_course(run).is_ok(), "{chapter}: {run}"),
                None => assert!(address.starts_with("https://"), "{chapter}: {address}"),
            }
        }
        numbers.extend(found.numbers);
    }
    assert!(numbers.len() > 30);
    // Each says one thing, wherever it is said, and that is what its run says.
    for (bound, text) in numbers {
        let (preset, metric) = bound.split_once('.').unwrap();
        assert_eq!(number(preset, metric), Some(text), "{bound}");
    }
}

/// A task is named by its own id alone, over the whole course: in class codes
/// by a number made from it; so is a challenge of the lab. No two may have the same.
#[test]
fn every_task_has_an_id_and_a_number_of_its_own() {
    let all = chapters();
    let english = all.iter().filter(|(chapter, _)| chapter.starts_with("en/"));
    let widgets = english.flat_map(|(_, found)| &found.widgets);
    let tasks = widgets.filter(|(what, _)| ["task", "exam"].contains(what));
    let ids: Vec<&str> = tasks.map(|(_, fields)| of(fields, "id")).collect();
    assert!(ids.len() > 10);
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(distinct.len(), ids.len(), "{ids:?}");
    assert_eq!(NAMES.map(|name| (name.id, name.title)), ladder());
    let challenges = NAMES.map(|name| task_number(&challenge(name.id)));
    let numbers: BTreeSet<u32> = ids.iter().map(|id| task_number(id)).chain(challenges).collect();
    let all = ids.len() + challenges.len();
    assert_eq!(numbers.len(), all, "two of {ids:?} or the ladder have the same number: rename one");
    // What a board says in one year is the same task in the next: FNV-1a of 64
    // bits, folded, computed elsewhere.
    let known = ["four", "lock", "order"].map(task_number);
    assert_eq!(known, [140_188, 137_551, 140_421]);
    let known =
        [195_763, 178_585, 260_400, 154_431, 65_844, 257_806, 192_142, 84_883, 233_026, 195_454];
    assert_eq!(challenges, known);
}

/// What the ladder itself calls its challenges.
fn ladder() -> [(&'static str, Words); NAMES.len()] {
    std::array::from_fn(|n| (LADDER[n].id, LADDER[n].title))
}

/// Each chapter has a prediction whose answer the run gives, and figures.
#[test]
fn every_prediction_has_its_answer() {
    for (chapter, found) in chapters() {
        let kinds = |kind: &str| found.widgets.iter().filter(|(k, _)| *k == kind).count();
        assert!(kinds("predict") >= 1 && kinds("figure") >= 1, "{chapter}");
        for (_, fields) in found.widgets.iter().filter(|(kind, _)| *kind == "predict") {
            if of(fields, "kind") == "curve" {
                let (top, seconds): (f64, f64) =
                    (of(fields, "top").parse().unwrap(), of(fields, "seconds").parse().unwrap());
                let span = Nanos::from_ms(1e3 * seconds);
                let truth = curve::truth(of(fields, "run"), of(fields, "answer"), span);
                let most = truth.unwrap().values.into_iter().fold(0.0, f64::max);
                assert!((0.3 * top..=top).contains(&most), "{chapter}: {most} of {top}");
                continue;
            }
            let truth = answer(of(fields, "run"), of(fields, "answer"));
            let truth = truth.unwrap_or_else(|| panic!("{chapter}: {fields:?}"));
            if of(fields, "kind") == "choice" {
                let options: Vec<f64> =
                    of(fields, "options").split('|').map(|o| read(o).unwrap()).collect();
                let right = options.iter().filter(|o| (*o - truth).abs() <= 0.05 * truth.max(1.0));
                assert_eq!(right.count(), 1, "{chapter}: {options:?} {truth}");
            }
        }
        for (_, fields) in found.widgets.iter().filter(|(kind, _)| *kind == "figure") {
            assert!(!finished(of(fields, "run")).unwrap().lanes.is_empty(), "{chapter}");
        }
    }
}

/// Each item of a checklist has two lanes to compare, a sentence that is proved, and a
/// name that no other has in the whole course: under that it is kept whether it is ticked.
#[test]
fn every_item_of_a_checklist_has_its_runs() {
    for language in ["en", "ja"] {
        let mut names = BTreeSet::new();
        for (chapter, found) in
            chapters().into_iter().filter(|(name, _)| name.starts_with(language))
        {
            let lists = found.widgets.iter().filter(|(kind, _)| *kind == "checklist");
            for item in lists.flat_map(|(_, fields)| items(fields)) {
                let name = of(&item, "id");
                assert!(names.insert(name), "{chapter}: {name} twice");
                let link = Link::in_course(of(&item, "run")).unwrap();
                assert_ne!(link.lanes[0], link.lanes[1], "{chapter}: {name}");
                assert!(!of(&item, "claims").is_empty(), "{chapter}: {name}");
            }
        }
        // TTL, invalidation, estimate; replica, fail-over, fallback; hits, memory, latency.
        assert_eq!(names.len(), 9, "{language}: {names:?}");
    }
}

/// A chapter that is put between others changes no link.
#[test]
fn links_lead_to_chapters_by_their_numbers() {
    for (i, chapter) in CHAPTERS.iter().enumerate() {
        assert_eq!(position(chapter.ordinal()), i, "{}", chapter.name);
    }
    assert_eq!(CHAPTERS[position(13)].name, "13-further");
    assert_eq!(CHAPTERS[position(98)].name, "glossary");
}

/// The stored solution of each task passes; doing nothing does not; a second
/// star takes more than the first.
#[test]
fn every_task_can_be_solved_and_not_by_doing_nothing() {
    let holds = |conditions: &str, run: &str| {
        let player = finished(run).unwrap_or_else(|problem| panic!("{run}: {problem}"));
        let conditions = parse(conditions).unwrap_or_else(|| panic!("{conditions}"));
        conditions.iter().all(|condition| condition.holds(&player.lanes))
    };
    let mut ids = BTreeSet::new();
    for (chapter, found) in chapters() {
        let tasks: Vec<_> = found.widgets.iter().filter(|(kind, _)| *kind == "task").collect();
        assert!(!tasks.is_empty(), "{chapter}");
        for (_, fields) in tasks {
            let name = format!("{chapter}/{}", of(fields, "id"));
            assert!(ids.insert(name.clone()), "{name} twice");
            // What it does is the same in both languages: once is enough.
            if chapter.starts_with("ja") {
                continue;
            }
            let (run, check) = (of(fields, "run"), of(fields, "check"));
            let begun = |run: &str| {
                Link::in_course(run)
                    .unwrap()
                    .lanes
                    .into_iter()
                    .map(|l| l.preset)
                    .collect::<Vec<_>>()
            };
            assert!(!holds(check, run), "{name}: doing nothing passes");
            assert!(holds(check, of(fields, "solution")), "{name}: the solution does not pass");
            assert_eq!(begun(run), begun(of(fields, "solution")), "{name}");
            if !of(fields, "better").is_empty() {
                assert!(
                    holds(of(fields, "better"), of(fields, "best")),
                    "{name}: the best does not pass"
                );
                assert!(
                    !holds(of(fields, "better"), of(fields, "solution")),
                    "{name}: the second star is free"
                );
                assert_eq!(begun(run), begun(of(fields, "best")), "{name}");
            }
            // What it asks for has words, not only the names that runs use.
            for condition in [check, of(fields, "better")].into_iter().filter_map(parse).flatten() {
                let words = crate::ui::names::name(&condition.name, Lang::En);
                assert_ne!(words, condition.name, "{name}");
            }
        }
    }
    assert!(ids.len() > 24, "{}", ids.len());
}

/// What is said in words about a figure, where it is not a bound number.
#[test]
fn claims_in_words_hold() {
    let n = |preset: &str, metric: &str| -> f64 {
        let text = number(preset, metric).unwrap();
        text.trim_end_matches(" ms").replace(',', "").parse().unwrap()
    };
    // Chapter 4: "up to 37 ms", "ten times as often", "as with no defence".
    assert_eq!(n("expiry-with-singleflight", "p99_ms"), 37.0);
    let (each, one) = (n("refresh-per-reader-flawed", "db_calls"), n("expiry-stale", "db_calls"));
    assert!((6.0..12.0).contains(&(each / one)), "{each} {one}");
    assert_eq!(each, n("expiry-without-singleflight", "db_calls"));
    // Chapter 3: "ten times as long".
    let (convoy, fast) = (n("lock-convoy-flawed", "max_ms"), n("lock-convoy", "max_ms"));
    assert!((8.0..12.0).contains(&(convoy / fast)), "{convoy} {fast}");
    // Chapter 5: jitter does not help one key.
    assert!(n("expiry-with-jitter", "db_calls") >= n("expiry-without-singleflight", "db_calls"));
    // Chapter 6: "12,608 in all".
    assert_eq!(n("metastable", "requests"), 12_608.0);
}

/// Whoever is in a class has a seed of their own: solutions pass, and doing
/// nothing does not, whatever the seed.
#[test]
fn tasks_do_not_depend_on_luck() {
    let mut bad = Vec::new();
    for (chapter, found) in chapters().into_iter().filter(|(name, _)| name.starts_with("en")) {
        for (_, fields) in found.widgets.iter().filter(|(kind, _)| *kind == "task") {
            for seed in (1..=6).map(|seed| (1 << 24) + 977 * seed) {
                let holds = |conditions: &str, run: &str| {
                    let player = finished(&format!("{run}&seed={seed}")).unwrap();
                    parse(conditions).unwrap().iter().all(|c| c.holds(&player.lanes))
                };
                let (check, better) = (of(fields, "check"), of(fields, "better"));
                let mut good =
                    !holds(check, of(fields, "run")) && holds(check, of(fields, "solution"));
                if !better.is_empty() {
                    good &=
                        holds(better, of(fields, "best")) && !holds(better, of(fields, "solution"));
                }
                if !good {
                    bad.push(format!("{chapter}/{} with seed {seed}", of(fields, "id")));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

/// The claims themselves, whatever the seed: a figure's seed is chosen so that
/// it shows them well, not so that it shows them at all.
#[test]
fn claims_do_not_depend_on_luck() {
    let (mut one_key, mut one_key_with_jitter) = (0.0, 0.0);
    for seed in 2..=9 {
        let pair = |a: &str, b: &str| finished(&format!("a={a}&b={b}&seed={seed}")).unwrap().lanes;
        let n = |lanes: &[crate::player::Lane], lane: usize, name: &str| -> f64 {
            lanes[lane].value(name).unwrap().parse().unwrap()
        };
        let both =
            |lanes: &[crate::player::Lane], name: &str| (n(lanes, 0, name), n(lanes, 1, name));
        // 1: everybody asks, or one does.
        let l = pair("demo-without-singleflight", "demo-with-singleflight");
        assert_eq!((both(&l, "db_calls"), n(&l, 1, "followers")), ((100.0, 1.0), 99.0));
        // 2: a leader that leaves takes its followers along, or not.
        let l = pair("leader-leaves-flawed", "leader-leaves");
        let (flawed, right) = both(&l, "errors");
        assert!(flawed > 90.0 && right < 0.6 * flawed, "{seed}: {flawed} {right}");
        // 3: four processes are four leaders; the lock makes them one. A convoy
        // takes several times as long.
        let l = pair("four-processes", "four-processes-lock");
        assert_eq!(both(&l, "db_calls"), (4.0, 1.0), "{seed}");
        let (convoy, fast) = both(&pair("lock-convoy-flawed", "lock-convoy"), "max_ms");
        assert!(convoy > 5.0 * fast, "{seed}: {convoy} {fast}");
        // 4: an old value is there at once; asking once for each reader is as bad
        // as asking without a defence.
        let (waits, stale) = both(&pair("expiry-with-singleflight", "expiry-stale"), "p99_ms");
        assert!(stale < 0.2 * waits, "{seed}: {waits} {stale}");
        let (each, one) = both(&pair("refresh-per-reader-flawed", "expiry-stale"), "db_calls");
        assert!(each > 3.0 * one, "{seed}: {each} {one}");
        // 5: jitter spreads many keys, and does nothing for one; XFetch does.
        let (cliff, spread) = both(&pair("warm-cliff", "warm-jitter"), "db_peak_concurrency");
        assert!(cliff > 1.8 * spread, "{seed}: {cliff} {spread}");
        let (alone, jitter) =
            both(&pair("expiry-without-singleflight", "expiry-with-jitter"), "db_calls");
        one_key += alone;
        one_key_with_jitter += jitter;
        let (late, early) = both(&pair("hot-key", "hot-key-xfetch"), "p99_ms");
        assert!(early < 0.2 * late, "{seed}: {late} {early}");
        // 6: it stays down; with a breaker it comes back.
        let l = pair("metastable", "metastable-breaker");
        let share = |lane| n(&l, lane, "ok") / n(&l, lane, "requests");
        assert!(share(0) < 0.35 && share(1) > 0.7, "{seed}: {} {}", share(0), share(1));
        // 7: the whole protector gets through the bad day.
        let (bare, layered) = both(&pair("unprotected", "layered"), "errors");
        assert!(bare > 500.0 && layered < 0.1 * bare, "{seed}: {bare} {layered}");
    }
    // Herds of one key are few and uneven: only their sum says something.
    let ratio: f64 = one_key_with_jitter / one_key;
    assert!((ratio - 1.0).abs() < 0.2, "{ratio}");
}

/// What a first visit sees is the first chapter's first figure; it shows
/// everybody an answer, and no query.
#[test]
fn the_opening_answers_no_question() {
    let (_, first) = chapters().swap_remove(0);
    let (kind, fields) = &first.widgets[0];
    assert_eq!(*kind, "figure");
    // Letter by letter: it is known by that before anything can be read.
    assert_eq!(of(fields, "run"), opened::RUN);
    assert_eq!(Link::in_course(opened::RUN), Ok(opening()));
    let player = finished(of(fields, "run")).unwrap();
    for lane in &player.lanes {
        let value = |name: &str| lane.value(name).unwrap();
        assert_eq!((value("ok"), value("db_calls")), ("40".to_owned(), "0".to_owned()));
    }
}

/// What chapters may write large is what lanes can.
#[test]
fn every_measure_is_known() {
    let names = Measure::ALL.map(|(name, _)| name);
    assert_eq!(names, stampede_chapters::directives::MEASURES);
}
