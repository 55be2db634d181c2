//! Cases whose values are known by hand, or from Prometheus's own documents.

use stampede_watch::Millis;
use stampede_watch::eval::{Instant, Mistake, Side, Times, instant, range};
use stampede_watch::parse::parse;
use stampede_watch::series::{Labels, Sample, Store, Target};

const MINUTE: Millis = 60_000;

/// A series with a sample each `step`, from 0 on; `None` for none.
fn put(
    store: &mut Store,
    labels: &Labels,
    step: Millis,
    values: impl IntoIterator<Item = Option<f64>>,
) {
    for (nr, v) in values.into_iter().enumerate() {
        if let Some(v) = v {
            store.append(labels, Sample { t: nr as Millis * step, v }).unwrap();
        }
    }
}

fn store(name: &str, step: Millis, values: impl IntoIterator<Item = f64>) -> Store {
    let mut store = Store::new();
    put(&mut store, &Labels::named(name, &[]), step, values.into_iter().map(Some));
    store
}

/// The values of an expression at an instant, by labels.
fn at(store: &Store, expr: &str, t: Millis) -> Vec<(String, f64)> {
    match instant(store, &parse(expr).unwrap(), t).unwrap() {
        Instant::Vector(found) => {
            found.into_iter().map(|(labels, v)| (labels.to_string(), v)).collect()
        }
        Instant::Scalar(v) => vec![(String::new(), v)],
        other => panic!("{other:?}"),
    }
}

/// The only one.
fn value(store: &Store, expr: &str, t: Millis) -> f64 {
    let found = at(store, expr, t);
    assert_eq!(found.len(), 1, "{expr}: {found:?}");
    found[0].1
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() < 1e-9 * b.abs().max(1.0), "{a} {b}");
}

#[test]
fn a_counter_that_grows_evenly() {
    // 0+10x10, each 5 minutes.
    let even = store("c", 5 * MINUTE, (0..=10).map(|nr| f64::from(nr) * 10.0));
    near(value(&even, "increase(c[50m])", 50 * MINUTE), 100.0);
    // 100 minutes reach back before the first sample: from zero it is 0 minutes.
    near(value(&even, "increase(c[100m])", 50 * MINUTE), 100.0);
    near(value(&even, "rate(c[50m])", 50 * MINUTE), 100.0 / 3000.0);
}

#[test]
fn beyond_the_first_sample_it_goes_on_but_not_below_zero() {
    // From 10 it was zero one span ago, which is near enough (Prometheus 3
    // takes half a span here: 105).
    let ten = store("c", 5 * MINUTE, (1..=11).map(|nr| f64::from(nr) * 10.0));
    near(value(&ten, "increase(c[100m])", 50 * MINUTE), 110.0);
    // From 12 it would be further than 1.1 spans: half a span counts.
    let twelve = store("c", 5 * MINUTE, (0..=10).map(|nr| 12.0 + f64::from(nr) * 10.0));
    near(value(&twelve, "increase(c[100m])", 50 * MINUTE), 105.0);
    // From 1, only a tenth of a span.
    let one = store("c", 5 * MINUTE, (0..=10).map(|nr| 1.0 + f64::from(nr) * 10.0));
    near(value(&one, "increase(c[100m])", 50 * MINUTE), 101.0);
    // A gauge may: it has no zero.
    near(value(&one, "delta(c[100m])", 50 * MINUTE), 105.0);
}

#[test]
fn a_counter_that_is_set_back() {
    // 0 1 2 3 2 3 4: grown by 3, then from zero by 4 (Prometheus counts the 2 whole).
    let back = store("c", 5 * MINUTE, [0.0, 1.0, 2.0, 3.0, 2.0, 3.0, 4.0]);
    near(value(&back, "increase(c[30m])", 30 * MINUTE), 7.0);
    near(value(&back, "resets(c[30m])", 30 * MINUTE), 1.0);
    near(value(&back, "changes(c[30m])", 30 * MINUTE), 6.0);
    // In the middle of 50 minutes: 0+10x4 0+10x5.
    let middle = (0..5).chain(0..6).map(|nr| f64::from(nr) * 10.0);
    let middle = store("c", 5 * MINUTE, middle);
    near(value(&middle, "rate(c[50m])", 50 * MINUTE), 90.0 / 3000.0);
}

#[test]
fn one_sample_is_no_rate() {
    let sparse = store("c", 5 * MINUTE, (0..=10).map(f64::from));
    // Ranges hold both their ends here (Prometheus 2), so there are two at a
    // multiple of 5 minutes, and one a second later. In Prometheus 3 it is one.
    assert_eq!(at(&sparse, "rate(c[5m])", 25 * MINUTE + 1000), []);
    near(value(&sparse, "rate(c[5m])", 25 * MINUTE), 1.0 / 300.0);
    near(value(&sparse, "count_over_time(c[5m])", 25 * MINUTE), 2.0);
}

#[test]
fn a_sample_is_seen_for_five_minutes() {
    let once = store("g", MINUTE, [7.0]);
    assert_eq!(at(&once, "g", -1), []);
    assert_eq!(at(&once, "g", 0).len(), 1);
    assert_eq!(at(&once, "g", 299_000).len(), 1);
    // Prometheus 3 has it gone here.
    assert_eq!(at(&once, "g", 300_000).len(), 1);
    assert_eq!(at(&once, "g", 300_001), []);
    assert_eq!(at(&once, "g offset 5m", 600_000).len(), 1);
    assert_eq!(at(&once, "timestamp(g)", 299_000), [("{}".to_owned(), 0.0)]);
}

#[test]
fn a_scrape_that_fails_ends_the_series_at_once() {
    let mut store = Store::new();
    let mut target = Target::new([("instance", "a"), ("job", "shop")].into_iter().collect());
    let found = |v| [(Labels::named("g", &[]), v), (Labels::named("h", &[("x", "y")]), v)];
    target.scraped(&mut store, 0, found(1.0)).unwrap();
    target.scraped(&mut store, 15_000, found(2.0)).unwrap();
    target.failed(&mut store, 30_000).unwrap();
    target.failed(&mut store, 45_000).unwrap();
    target.scraped(&mut store, 60_000, found(3.0).into_iter().take(1)).unwrap();
    target.scraped(&mut store, 75_000, found(4.0)).unwrap();
    target.scraped(&mut store, 90_000, found(5.0).into_iter().skip(1)).unwrap();
    let line = |expr: &str| {
        let lines =
            range(&store, &parse(expr).unwrap(), Times::between(0, 90_000, 15_000)).unwrap();
        assert_eq!(lines.len(), 1);
        (lines[0].labels.to_string(), lines[0].values.clone())
    };
    let (labels, values) = line("g");
    assert_eq!(labels, r#"g{instance="a", job="shop"}"#);
    assert_eq!(values, [Some(1.0), Some(2.0), None, None, Some(3.0), Some(4.0), None]);
    assert_eq!(line("h").1, [Some(1.0), Some(2.0), None, None, None, Some(4.0), Some(5.0)]);
    assert_eq!(line("up").1, [1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 1.0].map(Some));
    // A range leaves the markers out.
    assert_eq!(line("count_over_time(g[1m])").1[6], Some(2.0));
    let own = Labels::named("own", &[("job", "mine"), ("a", "b")]);
    target.scraped(&mut store, 105_000, [(own.clone(), 1.0), (own, 2.0)]).unwrap();
    let own = r#"own{a="b", exported_job="mine", instance="a", job="shop"}"#;
    assert_eq!(at(&store, "own", 105_000), [(own.to_owned(), 1.0)]);
}

#[test]
fn quantiles_of_a_histogram() {
    let mut store = Store::new();
    let mut bucket = |name: &str, le: &str, count: f64| {
        put(&mut store, &Labels::named(name, &[("le", le)]), MINUTE, [Some(count)]);
    };
    for (le, count) in [("0.1", 5.0), ("0.2", 7.0), ("1", 11.0), ("+Inf", 12.0)] {
        bucket("b", le, count);
    }
    bucket("no_inf", "1", 1.0);
    bucket("empty", "1", 0.0);
    bucket("empty", "+Inf", 0.0);
    let quantile = |phi: &str| value(&store, &format!("histogram_quantile({phi}, b)"), 0);
    near(quantile("0.2"), 0.048);
    near(quantile("0.5"), 0.15);
    // Of what is above all bounds only that is known.
    near(quantile("1"), 1.0);
    near(quantile("0"), 0.0);
    assert_eq!(quantile("-0.1"), f64::NEG_INFINITY);
    assert_eq!(quantile("1.1"), f64::INFINITY);
    for other in ["no_inf", "empty"] {
        assert!(value(&store, &format!("histogram_quantile(0.5, {other})"), 0).is_nan());
    }
}

#[test]
fn who_matches_whom_is_said_when_it_fails() {
    let mut store = Store::new();
    for (name, a, b) in
        [("x", "1", "1"), ("x", "1", "2"), ("y", "1", "1"), ("y", "1", "2"), ("z", "1", "")]
    {
        put(&mut store, &Labels::named(name, &[("a", a), ("b", b)]), MINUTE, [Some(1.0)]);
    }
    let fails = |expr: &str| instant(&store, &parse(expr).unwrap(), 0).unwrap_err();
    let one: Labels = [("a", "1")].into_iter().collect();
    for (expr, at, mistake) in [
        ("1 + x * on(a) y", 4..15, Mistake::Duplicate { side: Side::Right, group: one.clone() }),
        ("x * on(a) group_right y", 0..23, Mistake::Duplicate { side: Side::Left, group: one }),
        ("x * on(a) z", 0..11, Mistake::ManyToOne),
        ("x * on(a) group_left(b) z", 0..25, Mistake::NotUnique),
        ("topk(NaN, x)", 0..12, Mistake::BadCount(f64::NAN)),
        ("vector(1)[1y:1ms]", 0..17, Mistake::TooMany),
        ("max_over_time(sum_over_time(vector(1)[2h:1s])[2d:1s])", 14..45, Mistake::TooMany),
        (
            "abs({__name__=~\"x|y\"})",
            0..22,
            Mistake::SameLabels([("a", "1"), ("b", "1")].into_iter().collect()),
        ),
    ] {
        let error = fails(expr);
        assert_eq!(error.at, at, "{expr}");
        assert_eq!(format!("{:?}", error.mistake), format!("{mistake:?}"), "{expr}");
        assert!(!error.to_string().is_empty());
    }
    let error = range(&store, &parse("x[5m]").unwrap(), Times::at(0)).unwrap_err();
    assert!(matches!(error.mistake, Mistake::NoValues(_)));
    // One at a time is no mistake.
    assert_eq!(at(&store, "x{b=\"1\"} * on(a) z", 0).len(), 1);
}

#[test]
fn a_sample_that_comes_too_late_is_refused() {
    let mut store = store("g", MINUTE, [1.0, 2.0]);
    let labels = Labels::named("g", &[]);
    let error = store.append(&labels, Sample { t: MINUTE, v: 3.0 }).unwrap_err();
    assert_eq!((error.labels, error.t), (labels, MINUTE));
    assert_eq!(value(&store, "g", MINUTE), 2.0);
}
