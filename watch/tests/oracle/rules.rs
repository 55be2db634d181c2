//! `promtool test rules` evaluates the same rules over the same series, and is
//! told what we say of every evaluation.

use std::path::Path;

use stampede_oracle::promtool::promtool;
use stampede_watch::Millis;
use stampede_watch::eval::Times;
use stampede_watch::parse::parse;
use stampede_watch::rule::{Alert, Evaluator, Group, Recording, Rule, State, Template};
use stampede_watch::series::{Labels, Sample, Store};
use stampede_watch::yaml;

use crate::chance::Chance;

const START: Millis = 1_700_000_000_000;
const LENGTH: Millis = 15 * 60_000;

fn pick<T: Copy>(chance: &mut Chance, of: &[T]) -> T {
    of[chance.below(of.len() as u64) as usize]
}

/// Series that come and go, rise and fall.
fn series(chance: &mut Chance) -> Store {
    let mut store = Store::new();
    let step = pick(chance, &[1000, 5000, 15_000, 30_000]);
    for instance in ["a", "b", "c"] {
        for name in ["load", "requests_total"] {
            let labels = Labels::named(name, &[("instance", instance), ("job", "shop")]);
            let mut v = chance.below(100) as f64;
            let mut there = true;
            for t in (0..=LENGTH).step_by(step as usize) {
                let gone = std::mem::replace(&mut there, chance.below(12) != 0) && !there;
                match name {
                    "load" => v = (v + chance.below(41) as f64 / 10.0 - 2.0).clamp(0.0, 100.0),
                    _ if chance.below(60) == 0 => v = 0.0,
                    _ => v += (chance.below(2_000) * chance.below(2)) as f64,
                }
                let t = START + t;
                if there {
                    store.append(&labels, Sample { t, v }).unwrap();
                } else if gone && chance.below(2) == 0 {
                    store.append(&labels, Sample::stale(t)).unwrap();
                }
            }
        }
    }
    store
}

fn alert(chance: &mut Chance, nr: u64) -> Alert {
    let expr = match chance.below(9) {
        0 => "load > 50".to_owned(),
        1 => format!("load > {}", chance.below(100)),
        2 => "rate(requests_total[1m]) > 30".to_owned(),
        3 => "sum by (job) (increase(requests_total[90s])) > bool 1000 == 1".to_owned(),
        4 => "absent(load{instance=\"a\"})".to_owned(),
        5 => "avg_over_time(load[1m]) > 40 and on(instance) requests_total > 2000".to_owned(),
        6 => "job:load:max * 12345.67 > 4e5".to_owned(),
        7 => "count(ALERTS{alertstate=\"firing\"}) > 1".to_owned(),
        // Two series at times, one at others; a name of its own.
        _ => "topk(1, load) > 30".to_owned(),
    };
    let template = |text: &str| Template::new(text).unwrap();
    let mut alert = Alert::new(&format!("Alert{nr}"), parse(&expr).unwrap());
    alert.hold = pick(chance, &[0, 0, 10_000, 30_000, 45_000, 60_000, 150_000]);
    alert.keep_firing = pick(chance, &[0, 0, 0, 20_000, 60_000, 90_000]);
    alert.labels.push(("severity".to_owned(), template("page")));
    match chance.below(4) {
        0 => alert
            .labels
            .push(("who".to_owned(), template("{{ $labels.instance }}/{{$labels.none}}"))),
        1 => alert.labels.push(("high".to_owned(), template("{{ $value | printf \"%.0f\" }}"))),
        _ => {}
    }
    let said = "{{ $labels.job }}: {{ $value }}, {{ $value | humanize }}, {{ humanizePercentage $value }}, \
                {{ .Value | humanizeDuration }}, {{ printf \"%.3g\" $value }} \"of\" {{ .Labels.instance }}";
    alert.annotations.push(("summary".to_owned(), template(said)));
    alert
}

/// No sums over series: in which order promtool takes them is left to chance,
/// and with it the last bit of `{{ $value }}`.
fn group(chance: &mut Chance) -> Group {
    let mut rules = vec![Rule::Recording(Recording {
        name: "job:load:max".to_owned(),
        expr: parse("max by (job) (load)").unwrap(),
        labels: vec![("from".to_owned(), "rule".to_owned())],
    })];
    // Two of them have the same name.
    rules.extend((0..6).map(|nr| {
        let mut alert = alert(chance, nr % 5);
        alert.labels.push(("nr".to_owned(), Template::new(&nr.to_string()).unwrap()));
        Rule::Alert(alert)
    }));
    if chance.below(2) == 0 {
        // So that an alert sees what is recorded after it.
        rules.rotate_left(1);
    }
    let interval = pick(chance, &[10_000, 15_000, 25_000, 30_000, 60_000]);
    Group { name: "group \"1\"".to_owned(), interval, rules }
}

/// Writes a group and its test; how many alerts were pending and fired.
fn written(folder: &Path, nr: u64) -> (String, usize, usize) {
    let mut chance = Chance(nr * 77 + 5);
    let (input, group) = (series(&mut chance), group(&mut chance));
    assert_eq!(group.check(), Ok(()));
    let times = Times::between(START, START + LENGTH, group.interval);
    let mut store = input.clone();
    let mut evaluator = Evaluator::new(group.clone());
    // In two halves, as while a run goes on.
    let half = times.count / 2;
    let later =
        Times { start: START + half as Millis * times.step, count: times.count - half, ..times };
    evaluator.advance(&mut store, Times { count: half, ..times });
    evaluator.advance(&mut store, later);
    let timeline = evaluator.timeline();
    assert!(timeline.troubles.is_empty(), "{:?}", timeline.troubles);
    let all: Vec<Millis> = times.iter().collect();
    let rules = format!("rules{nr}.yml");
    let test =
        yaml::unit_test(&rules, &group, START, input.series().iter(), timeline, &all).unwrap();
    std::fs::write(folder.join(&rules), yaml::rule_file(&group)).unwrap();
    let name = format!("test{nr}.yml");
    std::fs::write(folder.join(&name), test).unwrap();
    let count = |state| timeline.changes().iter().filter(|change| change.to == state).count();
    (name, count(State::Pending), count(State::Firing))
}

#[test]
fn alerts_are_in_the_states_that_promtool_says_at_every_evaluation() {
    let folder = tempfile::tempdir().unwrap();
    let (mut tests, mut pending, mut firing) = (Vec::new(), 0, 0);
    for nr in 0..24 {
        let (name, more_pending, more_firing) = written(folder.path(), nr);
        tests.push(name);
        pending += more_pending;
        firing += more_firing;
    }
    // Else the tests would say little.
    assert!(pending > 300 && firing > 300, "{pending} pending, {firing} firing");
    let tests: Vec<&str> = tests.iter().map(|name| &**name).collect();
    let (good, text) = promtool(folder.path(), &[&["test", "rules"], &tests[..]].concat(), "");
    assert!(good, "{}", text.chars().take(6000).collect::<String>());
    let (good, text) = promtool(folder.path(), &["check", "rules", "rules0.yml"], "");
    assert!(good, "{text}");

    // And it would notice: one alert fires an evaluation too early.
    let path = folder.path().join(tests[0]);
    let test = std::fs::read_to_string(&path).unwrap();
    let wrong = test.replacen("alertstate=\\\"pending\\\"", "alertstate=\\\"firing\\\"", 1);
    assert_ne!(wrong, test);
    std::fs::write(&path, wrong).unwrap();
    assert!(!promtool(folder.path(), &["test", "rules", tests[0]], "").0);
}
