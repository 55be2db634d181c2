//! What a class is set: a task of the course, its examination, or a challenge of the
//! lab.

use stampede_sim::challenge::{NAMES, Name, RUNS};
use stampede_sim::scenario::problem::number;

use super::codes::{AnswerCode, ClassCode};
use crate::course::check::parse;
use crate::course::library::{TaskOf, task_number};
use crate::course::{CHAPTERS, position};
use crate::lang::Lang;
use crate::state::progress::challenge;
use crate::ui::names;

/// What a class is set.
#[derive(Clone, Debug, PartialEq)]
pub enum Assignment {
    /// By the course.
    Task(TaskOf),
    /// By the lab: which one, from 0.
    Challenge(usize),
}

/// All there is to be set, in order.
pub fn all(tasks: Vec<TaskOf>) -> Vec<Assignment> {
    let challenges = (0..NAMES.len()).map(Assignment::Challenge);
    tasks.into_iter().map(Assignment::Task).chain(challenges).collect()
}

/// What a code is for.
pub fn find(all: &[Assignment], code: ClassCode) -> Option<&Assignment> {
    all.iter().find(|assignment| assignment.number() == code.task)
}

impl Assignment {
    /// Its number in codes.
    pub fn number(&self) -> u32 {
        match self {
            Assignment::Task(task) => task_number(task.of("id")),
            Assignment::Challenge(n) => task_number(&challenge(NAMES[*n].id)),
        }
    }

    /// What it is called in a list.
    pub fn title(&self, lang: Lang) -> String {
        match self {
            Assignment::Task(task) => {
                let chapter = CHAPTERS[position(task.place.0)].title(lang);
                [chapter, lang.pick(": ", "："), task.of("goal")].concat()
            }
            Assignment::Challenge(n) => {
                let Name { title, .. } = NAMES[*n];
                format!("{}. {}", n + 1, lang.pick(title.en, title.ja))
            }
        }
    }

    /// What the values of its answers are.
    pub fn about(&self, lang: Lang) -> String {
        let name = match self {
            // The last thing that the task asks for, or points.
            Assignment::Task(task) => match task.of("check") {
                "" => lang.pick("Points", "点数"),
                check => {
                    let last = parse(check).and_then(|mut all| all.pop());
                    return last.map_or_else(String::new, |last| names::name(&last.name, lang));
                }
            },
            Assignment::Challenge(_) => {
                lang.pick("Runs that reach every goal", "すべての目標を達成した実行")
            }
        };
        name.to_owned()
    }

    /// A value of an answer, as a teacher reads it.
    pub fn value(&self, value: f64, lang: Lang) -> String {
        match self {
            Assignment::Task(_) => rounded(value),
            Assignment::Challenge(_) => runs(value, lang),
        }
    }
}

/// A value as people read it.
pub fn rounded(value: f64) -> String {
    number((value * 10.0).round() / 10.0)
}

/// In how many runs a script did well.
pub fn runs(passed: f64, lang: Lang) -> String {
    lang.pick(format!("{passed} of {RUNS} runs"), format!("{RUNS} 回中 {passed} 回"))
}

/// What a student gives back whose best script reaches every goal in so many runs. A
/// challenge is passed, and has its star, with all of them.
pub fn judged((code, student): (ClassCode, u32), passed: u32) -> String {
    let stars = u64::from(passed as usize == RUNS);
    AnswerCode { class: code.class, student, stars, value: passed.into() }.write()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_found_by_its_code() {
        let all = all(Vec::new());
        let code = |name: &str| ClassCode { task: task_number(name), class: 7 };
        assert_eq!(find(&all, code("lab/one-call")), Some(&Assignment::Challenge(0)));
        assert_eq!(find(&all, code("lab/viral")), Some(&Assignment::Challenge(9)));
        for name in ["one-call", "lab/none", "four"] {
            assert_eq!(find(&all, code(name)), None, "{name}");
        }
    }

    #[test]
    fn an_answer_has_a_star_with_all_runs() {
        let mine = (ClassCode { task: 1, class: 7 }, 42);
        for (passed, stars) in [(0, 0), (19, 0), (20, 1)] {
            let code = AnswerCode::read(&judged(mine, passed));
            let answer = AnswerCode { class: 7, student: 42, stars, value: f64::from(passed) };
            assert_eq!(code, Ok(answer));
        }
        assert_eq!(Assignment::Challenge(3).value(17.0, Lang::En), "17 of 20 runs");
        assert_eq!(Assignment::Challenge(3).value(17.0, Lang::Ja), "20 回中 17 回");
    }
}
