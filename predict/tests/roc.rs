//! The ROC curve and the area below it, by hand and against all pairs.

use proptest::prelude::*;
use stampede_predict::roc::{Scored, area, curve};

/// Ten scores, of which 0.6 and 0.4 come twice: once for both kinds, once for one.
const TEN: [Scored; 10] = [
    (0.4, false),
    (0.9, true),
    (0.6, true),
    (0.1, false),
    (0.8, true),
    (0.7, false),
    (0.3, true),
    (0.6, false),
    (0.5, true),
    (0.4, false),
];

#[test]
fn ten_scores_by_hand() {
    let points = curve(&TEN).unwrap();
    let seen: Vec<(f64, f64)> = points.iter().map(|p| (p.false_alarms, p.caught)).collect();
    let by_hand = [
        (0.0, 0.0),
        (0.0, 0.2),
        (0.0, 0.4),
        (0.2, 0.4),
        // Both at 0.6: aslant.
        (0.4, 0.6),
        (0.4, 0.8),
        // Both at 0.4 are of one kind.
        (0.8, 0.8),
        (0.8, 1.0),
        (1.0, 1.0),
    ];
    assert_eq!(seen, by_hand);
    let thresholds: Vec<f64> = points.iter().skip(1).map(|p| p.threshold).collect();
    assert_eq!(thresholds, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.1]);
    // In the right order are 5 + 5 + 3½ + 3 + 1 of 25 pairs.
    assert!((area(&points) - 17.5 / 25.0).abs() < 1e-12);
}

/// The best there is, the worst, and scores that say nothing.
#[test]
fn the_ends() {
    let scored = |of: fn(bool) -> f64| [true, false, false, true].map(|is| (of(is), is));
    assert_eq!(area(&curve(&scored(|is| f64::from(u8::from(is)))).unwrap()), 1.0);
    assert_eq!(area(&curve(&scored(|is| -f64::from(u8::from(is)))).unwrap()), 0.0);
    assert_eq!(area(&curve(&scored(|_| 0.5)).unwrap()), 0.5);
    assert_eq!(curve(&[(0.5, true)]), None);
    assert_eq!(curve(&[]), None);
}

proptest! {
    /// The area is the share of pairs in the right order, ties half; the curve only
    /// goes up and to the right; each point is what its threshold does.
    #[test]
    fn the_area_counts_pairs(scored in prop::collection::vec((0u8..20, any::<bool>()), 2..60)) {
        let scored: Vec<Scored> = scored.iter().map(|(s, is)| (f64::from(*s) / 19.0, *is)).collect();
        let of = |kind| scored.iter().filter(move |(_, is)| *is == kind).map(|(score, _)| *score);
        let (all, others) = (of(true).count() as f64, of(false).count() as f64);
        let Some(points) = curve(&scored) else {
            prop_assert_eq!(all * others, 0.0);
            return Ok(());
        };
        let order = |a: f64, b: f64| if a > b { 1.0 } else if a < b { 0.0 } else { 0.5 };
        let pairs: f64 = of(true).flat_map(|a| of(false).map(move |b| order(a, b))).sum();
        prop_assert!((area(&points) - pairs / (all * others)).abs() < 1e-9);
        for pair in points.windows(2) {
            prop_assert!(pair[0].false_alarms <= pair[1].false_alarms && pair[0].caught <= pair[1].caught);
        }
        for point in points {
            let beyond = |kind| of(kind).filter(|score| *score >= point.threshold).count() as f64;
            prop_assert_eq!(point.caught, beyond(true) / all);
            prop_assert_eq!(point.false_alarms, beyond(false) / others);
        }
    }
}
