//! All of it together: histories to learn from, others to be judged by, and the
//! three thresholds beside.

use super::judged::Judged;
use super::logistic::{Labelled, Logistic};
use super::roc::{Point, Scored, area, curve};
use super::sample::{Example, examples};
use super::thresholds::Thresholds;

/// How many histories there are of either kind.
pub const EXAMPLES: usize = 600;
/// How many of them are drawn at a time.
const PIECE: usize = 100;

/// What there is to learn from, and to be judged by.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Lesson {
    /// What is learned from.
    pub known: Vec<Example>,
    /// What nobody has seen.
    pub unseen: Vec<Example>,
    /// The best for what is known.
    pub thresholds: Option<Thresholds>,
    rows: Vec<Labelled>,
    drawn: [u64; 2],
}

impl Lesson {
    /// Draws some more histories of a seed, and of the one after it those that are
    /// to be judged by; whether that is all. Then the thresholds are set.
    pub fn gather(&mut self, seed: u64) -> bool {
        for (of, kind) in [&mut self.known, &mut self.unseen].into_iter().enumerate() {
            let missing = (EXAMPLES - kind.len()).min(PIECE);
            let more = examples(2 * seed + of as u64, self.drawn[of]).take(missing);
            for (number, example) in more {
                self.drawn[of] = number + 1;
                kind.push(example);
            }
        }
        let all = self.known.len() == EXAMPLES && self.unseen.len() == EXAMPLES;
        if all && self.thresholds.is_none() {
            self.rows = self.known.iter().map(|e| (e.row, e.is_viral())).collect();
            self.thresholds = Some(Thresholds::best(&self.known));
        }
        all
    }

    /// Who has learned nothing yet.
    pub fn beginner(&self) -> Logistic {
        Logistic::new(&self.rows)
    }

    /// So many steps.
    pub fn learn(&self, model: &mut Logistic, steps: u32) {
        (0..steps).for_each(|_| model.learn(&self.rows));
    }

    /// The mean cross-entropy on what is known.
    pub fn loss(&self, model: &Logistic) -> f64 {
        model.loss(&self.rows)
    }

    /// The threshold that is best (F1) for what is known, in hundredths.
    pub fn best_from(&self, model: &Logistic) -> f64 {
        let f1 = |from: &f64| judged(&self.known, model, *from).f1();
        let all = (1..100).map(|percent| f64::from(percent) / 100.0);
        all.max_by(|a, b| f1(a).total_cmp(&f1(b))).unwrap_or(0.5)
    }

    /// The curve on what nobody has seen, and the area below it.
    pub fn curve(&self, model: &Logistic) -> Option<(Vec<Point>, f64)> {
        let scored: Vec<Scored> =
            self.unseen.iter().map(|e| (model.score(&e.row), e.is_viral())).collect();
        let points = curve(&scored)?;
        let area = area(&points);
        Some((points, area))
    }

    /// What comes of alarms from a score on, on what nobody has seen.
    pub fn judged(&self, model: &Logistic, from: f64) -> Judged {
        judged(&self.unseen, model, from)
    }

    /// What comes of the three thresholds there.
    pub fn judged_thresholds(&self) -> Judged {
        let alarm = |e: &Example| self.thresholds.is_some_and(|t| t.alarm(&e.seen));
        Judged::of(&self.unseen, alarm)
    }

    /// What comes of never raising an alarm.
    pub fn judged_never(&self) -> Judged {
        Judged::of(&self.unseen, |_| false)
    }
}

fn judged(examples: &[Example], model: &Logistic, from: f64) -> Judged {
    Judged::of(examples, |example| model.score(&example.row) >= from)
}
