//! Load prediction: forecasts by hand, what follows from them, and whether they
//! are better than "the last value stays", on histories nobody has tuned them to.

use crate::common;

use common::{dice::Dice, events, ms, preset};
use stampede_sim::engine::Nanos;
use stampede_sim::protect::forecast::Forecast;
use stampede_sim::scenario::{ForecastRule, Pacing, Scenario, Stage};
use stampede_sim::telemetry::{Event, Kind};
use stampede_sim::world::arrivals::Arrivals;

/// What is forecast so many windows ahead after each of some values.
fn forecasts(rule: ForecastRule, values: &[f64], ahead: f64) -> Vec<f64> {
    let mut forecast = Forecast::new(rule, 0.5, 0.5);
    assert_eq!(forecast.ahead(ahead), 0.0);
    let after = |x: &f64| {
        forecast.see(*x);
        forecast.ahead(ahead)
    };
    values.iter().map(after).collect()
}

/// With α = ½: 10; ½·14 + ½·10 = 12; ½·20 + ½·12 = 16; ½·0 + ½·16 = 8.
#[test]
fn ewma_by_hand() {
    let values = [10.0, 14.0, 20.0, 0.0];
    assert_eq!(forecasts(ForecastRule::Ewma, &values, 1.0), [10.0, 12.0, 16.0, 8.0]);
    // Without a trend it says the same of any later window.
    assert_eq!(forecasts(ForecastRule::Ewma, &values, 5.0), [10.0, 12.0, 16.0, 8.0]);
    assert_eq!(forecasts(ForecastRule::Last, &values, 5.0), values);
}

/// With α = β = ½, level and trend: (10, 0); l = ½·14 + ½·10 = 12, b = ½·2 = 1;
/// l = ½·20 + ½·13 = 16.5, b = ½·4.5 + ½·1 = 2.75; l = ½·0 + ½·19.25 = 9.625,
/// b = −½·6.875 + ½·2.75 = −2.0625.
#[test]
fn holt_by_hand() {
    let values = [10.0, 14.0, 20.0, 0.0];
    assert_eq!(forecasts(ForecastRule::Holt, &values, 1.0), [10.0, 13.0, 19.25, 7.5625]);
    assert_eq!(forecasts(ForecastRule::Holt, &values, 3.0), [10.0, 15.0, 24.75, 3.4375]);
}

/// On a straight line Holt ends up on it, and EWMA behind it, by (1−α)/α of a
/// step: with α = ½ by one step, and one more for the window ahead.
#[test]
fn a_straight_line() {
    let line: Vec<f64> = (0..200).map(f64::from).collect();
    let last = |rule| *forecasts(rule, &line, 1.0).last().unwrap();
    assert!((last(ForecastRule::Holt) - 200.0).abs() < 1e-9);
    assert!((last(ForecastRule::Ewma) - 198.0).abs() < 1e-9);
}

/// One key that is fresh until 300 ms, asked for every 5 ms; a process can serve
/// `capacity` a second, and four fifths of that are much.
fn steady(capacity: &str) -> Vec<Event> {
    let scenario: Scenario = preset(
        "expiry-stale",
        &[
            (
                "load",
                r#"{"executor": "constant-arrival-rate", "rate": 200, "duration_ms": 600, "arrivals": "paced"}"#,
            ),
            ("network", r#"{"client_ms": 0, "cache_ms": 0, "db_ms": 0}"#),
            ("keys", r#"{"warm": true}"#),
            ("cache.ttl_ms", "300"),
            ("db.query_ms", "50"),
            ("fleet.processes", "1"),
            ("protect.singleflight", "true"),
            ("protect.predict", "true"),
            ("predict.capacity", capacity),
        ],
    );
    events(&scenario, 1)
}

/// 20 requests come in each window of 100 ms, 200 a second. If 240 can be served,
/// 192 are much: that is known when the first window has ended. Of 260, 208 are.
#[test]
fn old_values_while_much_is_expected() {
    let count = |seen: &[Event], kind| seen.iter().filter(|e| e.kind == kind).count();
    let seen = steady("240");
    let braced: Vec<Nanos> = seen.iter().filter(|e| e.kind == Kind::Brace).map(|e| e.at).collect();
    assert_eq!(braced, [ms(100.0)]);
    // Who comes during the 50 ms of the load gets the old value.
    assert_eq!((count(&seen, Kind::Miss), count(&seen, Kind::Refresh)), (0, 1));
    assert!((9..=11).contains(&count(&seen, Kind::Stale)));
    // Not much is expected: they wait for it.
    let seen = steady("260");
    assert_eq!((count(&seen, Kind::Brace), count(&seen, Kind::Stale)), (0, 0));
    assert!((9..=11).contains(&count(&seen, Kind::Miss)), "{}", count(&seen, Kind::Miss));
    assert_eq!(count(&seen, Kind::Query), 1);
}

/// Requests in each window of 100 ms, for a minute: three rushes come up within
/// some seconds, stay for a while, and go.
fn history(number: u64) -> Vec<f64> {
    let d = &mut Dice::new(number);
    let base = d.between(100.0, 300.0);
    let mut stages = Vec::new();
    for _ in 0..3 {
        let peak = base + d.between(800.0, 1_600.0);
        for (target, secs) in [
            (base, d.between(4.0, 9.0)),
            (peak, d.between(1.0, 4.0)),
            (peak, d.between(2.0, 4.0)),
            (base, d.between(1.0, 3.0)),
        ] {
            stages.push(Stage { target, duration_ms: secs * 1e3 });
        }
    }
    let mut windows = vec![0.0; 600];
    for at in Arrivals::ramping(base, &stages, Pacing::Poisson, number) {
        windows.get_mut((at.secs() * 10.0) as usize).into_iter().for_each(|n| *n += 10.0);
    }
    windows
}

/// How good alarms are: of the windows of which it was said three before that
/// there would be much, how many had it (precision); of those that had it, how
/// many were said (recall); how many windows before it began on average.
struct Judged {
    precision: f64,
    recall: f64,
    lead: f64,
}

const AHEAD: usize = 3;
const MUCH: f64 = 640.0;

fn judge(rule: ForecastRule, seeds: std::ops::Range<u64>) -> Judged {
    let (mut said, mut right, mut there, mut rushes, mut lead) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for seed in seeds {
        let windows = history(seed);
        let mut forecast = Forecast::new(rule, 0.5, 0.3);
        let alarms: Vec<bool> = windows
            .iter()
            .map(|x| {
                forecast.see(*x);
                forecast.ahead(AHEAD as f64) > MUCH
            })
            .collect();
        for (now, alarm) in alarms.iter().enumerate().take(windows.len() - AHEAD) {
            let much = windows[now + AHEAD] > MUCH;
            said += f64::from(*alarm);
            there += f64::from(much);
            right += f64::from(*alarm && much);
        }
        // A rush begins when it is much after two seconds in which it was not.
        for begin in 20..windows.len() {
            let calm = windows[begin - 20..begin].iter().all(|x| *x <= MUCH);
            if calm && windows[begin] > MUCH {
                let around = begin - 20..windows.len().min(begin + 20);
                let first = around.clone().find(|now| alarms[*now]).unwrap_or(around.end);
                rushes += 1.0;
                lead += begin as f64 - first as f64;
            }
        }
    }
    assert!(rushes > 60.0, "{rushes}");
    Judged { precision: right / said, recall: right / there, lead: lead / rushes }
}

/// On forty histories that nothing was tuned to. "The last value stays" says it
/// when it is there, so it is never early, and goes on saying it when it has gone.
/// Holt's trend sees a rush coming, and its end. EWMA is later than both.
#[test]
fn holt_against_the_last_value() {
    let seeds = 1_000..1_040;
    let [last, ewma, holt] = [ForecastRule::Last, ForecastRule::Ewma, ForecastRule::Holt]
        .map(|rule| judge(rule, seeds.clone()));
    for (name, Judged { precision, recall, lead }) in
        [("last", &last), ("EWMA", &ewma), ("Holt", &holt)]
    {
        println!("{name}: precision {precision:.3}, recall {recall:.3}, lead {lead:.2} windows");
    }
    assert!(last.lead <= 0.0 && ewma.lead <= last.lead, "{} {}", last.lead, ewma.lead);
    assert!(holt.lead >= last.lead + 2.0, "{} {}", holt.lead, last.lead);
    assert!(holt.recall > last.recall && last.recall > ewma.recall);
    // And not by crying wolf.
    assert!(holt.precision > 0.9, "{}", holt.precision);
}
