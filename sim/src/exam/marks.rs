//! Points, score and grade.

use super::{Exam, Look, Seen};

/// What a run is worth.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Whether each weakness is mended.
    pub mended: Vec<bool>,
    /// Whether each budget is kept.
    pub kept: Vec<bool>,
    /// Whether enough users got an answer.
    pub answered: bool,
    /// 0 to 100.
    pub points: u32,
}

impl Mark {
    /// Of what a run had.
    pub fn of(exam: &Exam, seen: &Seen) -> Mark {
        let holds = |line: &super::Line| seen.of(line.look) <= line.at_most;
        let mended: Vec<bool> = exam.weaknesses.iter().map(holds).collect();
        let kept: Vec<bool> = exam.budgets.iter().map(holds).collect();
        let answered = seen.of(Look::Answered) >= 100.0 * exam.least_answered;
        let worth: u32 =
            exam.weaknesses.iter().zip(&mended).filter(|(_, m)| **m).map(|(l, _)| l.points).sum();
        let cost: u32 =
            exam.budgets.iter().zip(&kept).filter(|(_, k)| !**k).map(|(l, _)| l.points).sum();
        let points = if answered { worth.saturating_sub(cost) } else { 0 };
        Mark { mended, kept, answered, points }
    }
}

/// What several runs are worth together.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// How many runs.
    pub runs: usize,
    /// In how many of them each weakness is mended.
    pub mended: Vec<usize>,
    /// In how many of them each budget is kept.
    pub kept: Vec<usize>,
    /// In how many enough users got an answer.
    pub answered: usize,
    /// The mean of their points, rounded down: 100 is all of it, always.
    pub points: u32,
}

impl Score {
    /// Of some runs; none are worth nothing.
    pub fn of(exam: &Exam, runs: &[Seen]) -> Score {
        let marks: Vec<Mark> = runs.iter().map(|seen| Mark::of(exam, seen)).collect();
        let in_how_many = |of: fn(&Mark) -> &Vec<bool>, which: usize| {
            marks.iter().filter(|mark| of(mark)[which]).count()
        };
        let total: u32 = marks.iter().map(|mark| mark.points).sum();
        Score {
            runs: runs.len(),
            mended: (0..exam.weaknesses.len()).map(|i| in_how_many(|m| &m.mended, i)).collect(),
            kept: (0..exam.budgets.len()).map(|i| in_how_many(|m| &m.kept, i)).collect(),
            answered: marks.iter().filter(|mark| mark.answered).count(),
            points: total / u32::try_from(runs.len().max(1)).unwrap_or(u32::MAX),
        }
    }

    /// What that is called.
    pub fn grade(&self) -> Grade {
        Grade::of(self.points)
    }
}

/// What a score is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Below 40: not passed.
    F,
    /// From 40.
    D,
    /// From 60.
    C,
    /// From 75.
    B,
    /// From 90.
    A,
}

impl Grade {
    /// The grade of so many points.
    pub fn of(points: u32) -> Grade {
        match points {
            90.. => Grade::A,
            75.. => Grade::B,
            60.. => Grade::C,
            40.. => Grade::D,
            _ => Grade::F,
        }
    }
}
