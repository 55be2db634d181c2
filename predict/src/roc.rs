//! How well scores tell one kind from the other, whatever the threshold: the ROC
//! curve.
//!
//! Sorted by score, the threshold is lowered past one score after the other: each
//! of those looked for is a step up, each other one a step to the right, and equal
//! scores are passed at once, aslant. The area below (AUC) is the share of pairs,
//! of one of each kind, that are in the right order, where equal scores count half
//! (Hanley and McNeil, *The Meaning and Use of the Area under a ROC Curve*,
//! Radiology 143, 1982; Fawcett, *An Introduction to ROC Analysis*, 2006).

/// A score, and whether it is one of those that are looked for.
pub type Scored = (f64, bool);

/// What comes of a threshold.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// From which score on there is an alarm.
    pub threshold: f64,
    /// The share of the others that give an alarm, too.
    pub false_alarms: f64,
    /// The share of those looked for that do.
    pub caught: f64,
}

/// The curve, from no alarm at all to nothing but alarms. `None` if there is but
/// one kind.
pub fn curve(scored: &[Scored]) -> Option<Vec<Point>> {
    let all = scored.iter().filter(|(_, is)| *is).count();
    let others = scored.len() - all;
    if all == 0 || others == 0 {
        return None;
    }
    let mut sorted = scored.to_vec();
    sorted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let (mut caught, mut wrong) = (0, 0);
    let mut points = vec![Point { threshold: f64::INFINITY, false_alarms: 0.0, caught: 0.0 }];
    for equal in sorted.chunk_by(|(a, _), (b, _)| a == b) {
        let hits = equal.iter().filter(|(_, is)| *is).count();
        caught += hits;
        wrong += equal.len() - hits;
        points.push(Point {
            threshold: equal[0].0,
            false_alarms: wrong as f64 / others as f64,
            caught: caught as f64 / all as f64,
        });
    }
    Some(points)
}

/// The area below a curve.
pub fn area(points: &[Point]) -> f64 {
    let strips = points.windows(2).map(|pair| {
        let width = pair[1].false_alarms - pair[0].false_alarms;
        width * (pair[0].caught + pair[1].caught) / 2.0
    });
    strips.sum()
}
