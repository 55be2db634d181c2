//! Forecasts and alarms by hand, and on loads of seeds that nothing was set by.

use stampede_predict::forecast::{Alarms, Method, forecasts, load};

const HOLT: Method = Method::Holt(0.5, 0.5);

fn close(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
}

/// 1, 2, 4 with weights of a half. Holt's levels are 1, 1.5 and 2.875, its trends 0,
/// 0.25 and 0.8125; two steps ahead that is 1, 2 and 4.5.
#[test]
fn three_values_by_hand() {
    let series = [1.0, 2.0, 4.0];
    assert_eq!(forecasts(Method::Last, &series, 2), series);
    assert!(close(&forecasts(Method::Ewma(0.5), &series, 2), &[1.0, 1.5, 2.75]));
    assert!(close(&forecasts(HOLT, &series, 2), &[1.0, 2.0, 4.5]));
    assert!(close(&forecasts(HOLT, &series, 0), &[1.0, 1.5, 2.875]));
    assert!(forecasts(HOLT, &[], 2).is_empty());
}

/// What stays stays for all three. What rises in a straight line Holt foresees
/// exactly, once it has found the trend; the last value is `ahead` steps behind, and
/// EWMA (1 − α)/α more.
#[test]
fn a_straight_line() {
    let flat = [0.3; 50];
    let line: Vec<f64> = (0..200).map(|t| 0.01 * f64::from(t)).collect();
    for method in [Method::Last, Method::Ewma(0.5), HOLT] {
        assert!(close(&forecasts(method, &flat, 5), &flat));
    }
    let error = |method| 0.01 * 204.0 - forecasts(method, &line, 5).last().unwrap();
    assert!((error(Method::Last) - 0.05).abs() < 1e-9);
    assert!((error(Method::Ewma(0.5)) - 0.06).abs() < 1e-9);
    assert!(error(HOLT).abs() < 1e-9);
}

/// Alarms for two steps later. The load is high at 3, 4 and 7; the forecasts made at
/// 1, 2, 3 and 6 are.
#[test]
fn alarms_by_hand() {
    let series = [0.1, 0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.9];
    let forecasts = [0.1, 0.9, 0.9, 0.9, 0.1, 0.1, 0.9, 0.1];
    let alarms = Alarms::of(&series, &forecasts, 2);
    // For 3 and 4 they are right, for 5 (made at 3) wrong; for 7 it is missing. That
    // of 6 is for what comes after the end.
    let by_hand = Alarms { right: 2, wrong: 1, missing: 1, rises: 2, lead: 3 };
    assert_eq!(alarms, by_hand);
    assert_eq!((alarms.precision(), alarms.recall()), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
    // Two steps before 3, one before 7.
    assert_eq!((alarms.mean_lead(), alarms.cost(10.0)), (Some(1.5), 11.0));
    let none = Alarms::of(&[0.1; 9], &[0.1; 9], 2);
    assert_eq!((none.precision(), none.recall(), none.mean_lead()), (None, None, None));
}

/// Of all alarms on loads of forty seeds.
fn judged(method: Method, noise: f64) -> Alarms {
    Alarms::sum((0..40).map(|seed| {
        let series = load(seed, 600, noise);
        Alarms::of(&series, &forecasts(method, &series, 5), 5)
    }))
}

/// Where the load goes in lines and trembles little, Holt is better than "it stays" in
/// all that counts, and EWMA is worse than that: it is behind.
#[test]
fn a_trend_is_worth_something_where_there_is_one() {
    let [last, ewma, holt] = [Method::Last, Method::Ewma(0.3), Method::Holt(0.5, 0.3)]
        .map(|method| judged(method, 0.02));
    for alarms in [last, ewma, holt] {
        assert!(alarms.rises > 100 && alarms.right > 1000);
    }
    assert!(holt.precision() > last.precision() && last.precision() > ewma.precision());
    assert!(holt.recall() > last.recall() && last.recall() > ewma.recall());
    // The last value says so when it is there, and not before.
    assert_eq!(last.mean_lead(), Some(0.0));
    assert!(holt.mean_lead() > Some(3.0) && holt.mean_lead() < Some(5.0));
    for missing in [1.0, 5.0] {
        assert!(holt.cost(missing) < last.cost(missing) && last.cost(missing) < ewma.cost(missing));
    }
}

/// Where it trembles by as much as it goes in a while, the same weights take chance
/// for a trend: more false alarms than by "it stays". Calmer ones are better again.
#[test]
fn chance_is_no_trend() {
    let [last, nervous, calm] = [Method::Last, Method::Holt(0.5, 0.3), Method::Holt(0.3, 0.1)]
        .map(|method| judged(method, 0.2));
    assert!(nervous.precision() < last.precision() && nervous.cost(1.0) > last.cost(1.0));
    assert!(calm.precision() > last.precision() && calm.recall() > last.recall());
    assert!(calm.cost(1.0) < last.cost(1.0) && calm.cost(5.0) < last.cost(5.0));
}
