//! What a reader has done, kept on this device: stars, and predictions.

use wasm_bindgen::JsValue;

use crate::web::{self, json};

/// Where it is kept.
pub const KEY: &str = "stampede-playground.progress";

/// What has names: a few dozen, so a list will do.
type Named<T> = Vec<(String, T)>;

/// Stars by task (a line of a checklist that is ticked has one), predictions by
/// question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    stars: Named<u64>,
    answers: Named<String>,
}

impl Progress {
    /// What was kept. `Err` with the reason if that cannot be read.
    pub fn load() -> Result<Progress, String> {
        web::kept(KEY, |text| {
            Progress::read(text).ok_or_else(|| "not stars and predictions".to_owned())
        })
    }

    /// Keeps it.
    pub fn save(&self) {
        web::store(KEY, &self.write());
    }

    /// As a file.
    pub fn write(&self) -> String {
        let stars = self.stars.iter().map(|(task, stars)| (task.as_str(), (*stars as f64).into()));
        let answers = self.answers.iter().map(|(asked, said)| (asked.as_str(), said.into()));
        let (stars, answers) = (json::object(stars), json::object(answers));
        json::text(&json::object([("version", 1.into()), ("stars", stars), ("answers", answers)]))
    }

    /// From a file; `None` if it is none of these.
    pub fn read(text: &str) -> Option<Progress> {
        let fields = json::fields(text)?;
        let part = |name| Some(&fields.iter().find(|(known, _)| known == name)?.1);
        // At most two.
        let few = |stars: &JsValue| (0..=2).find(|known| *stars == *known as f64);
        let (stars, answers) =
            (all(part("stars")?, few)?, all(part("answers")?, JsValue::as_string)?);
        (*part("version")? == 1.0).then_some(Progress { stars, answers })
    }

    /// How many stars a task has.
    pub fn stars(&self, task: &str) -> u64 {
        named(&self.stars, task).copied().unwrap_or(0)
    }

    /// Gives a task so many stars, unless it has more; true if that is new.
    pub fn give(&mut self, task: &str, stars: u64) -> bool {
        let new = stars > self.stars(task);
        if new {
            name(&mut self.stars, task, stars);
        }
        new
    }

    /// Ticks a line of a checklist, or takes its tick away.
    pub fn tick(&mut self, line: &str, ticked: bool) {
        self.stars.retain(|(known, _)| known != line);
        if ticked {
            self.give(line, 1);
        }
    }

    /// What somebody predicted.
    pub fn answer(&self, question: &str) -> Option<&str> {
        named(&self.answers, question).map(String::as_str)
    }

    /// Notes a prediction.
    pub fn predict(&mut self, question: &str, answer: &str) {
        name(&mut self.answers, question, answer.to_owned());
    }

    /// An examination was handed in: with which seed on the stage, and what it was
    /// worth. The best is kept, and the latest. So it is with a script that was judged,
    /// which has seeds of its own: 0 stands for them.
    pub fn hand_in(&mut self, exam: &str, seed: u64, points: u32) {
        let best = self.best(exam).unwrap_or(0).max(points);
        self.predict(exam, &format!("{best} {points} {seed}"));
    }

    /// The best that somebody's examination was worth.
    pub fn best(&self, exam: &str) -> Option<u32> {
        self.answer(exam)?.split(' ').next()?.parse().ok()
    }

    /// What it was worth that was handed in last, if that was with a seed.
    pub fn latest(&self, exam: &str, seed: u64) -> Option<u32> {
        let mut parts = self.answer(exam)?.split(' ').skip(1);
        let points = parts.next()?.parse().ok()?;
        (parts.next()?.parse() == Ok(seed)).then_some(points)
    }

    /// Takes over what another has and this has not, and of what was handed in the better.
    pub fn merge(&mut self, other: Progress) {
        for (task, stars) in &other.stars {
            self.give(task, *stars);
        }
        for (question, answer) in other.answers {
            let mine = self.answer(&question);
            if mine.is_none_or(|mine| handed_in(mine) < handed_in(&answer)) {
                name(&mut self.answers, &question, answer);
            }
        }
    }

    /// How many tasks of a chapter have a star; their names begin with it.
    pub fn done(&self, chapter: &str) -> usize {
        let of = |task: &&String| task.split('/').next() == Some(chapter);
        self.stars.iter().map(|(task, _)| task).filter(of).count()
    }
}

/// The best of what was handed in; nothing of a guess, which is one word.
fn handed_in(answer: &str) -> Option<u32> {
    let (best, _) = answer.split_once(' ')?;
    best.parse().ok()
}

/// Under which name it is kept how a challenge of the lab went.
pub fn challenge(id: &str) -> String {
    ["lab/", id].concat()
}

/// What has a name, if anything has.
fn named<'a, T>(all: &'a Named<T>, wanted: &str) -> Option<&'a T> {
    all.iter().find_map(|(name, it)| (name == wanted).then_some(it))
}

/// Gives a name to something else, if it has been given.
fn name<T>(all: &mut Named<T>, name: &str, it: T) {
    all.retain(|(known, _)| known != name);
    all.push((name.to_owned(), it));
}

/// An object whose fields are all of a kind.
fn all<T>(value: &JsValue, of: impl Fn(&JsValue) -> Option<T>) -> Option<Named<T>> {
    json::entries(value)?.into_iter().map(|(name, value)| Some((name, of(&value)?))).collect()
}

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn progress_is_kept_and_damage_is_not() {
        let mut progress = Progress::default();
        assert!(progress.give("02/one", 1) && !progress.give("02/one", 1));
        assert!(progress.give("02/one", 2) && !progress.give("02/one", 1));
        progress.predict("02/herd", "20");
        let read = Progress::read(&progress.write()).unwrap();
        assert_eq!(read, progress);
        assert_eq!(
            (read.stars("02/one"), read.answer("02/herd"), read.done("02")),
            (2, Some("20"), 1)
        );
        assert_eq!(read.done("2"), 0);
        let mut sat = Progress::default();
        assert_eq!((sat.best("12/friday"), sat.latest("12/friday", 7)), (None, None));
        sat.hand_in("12/friday", 7, 85);
        sat.hand_in("12/friday", 8, 60);
        let sat = Progress::read(&sat.write()).unwrap();
        assert_eq!(sat.best("12/friday"), Some(85));
        assert_eq!([7, 8].map(|seed| sat.latest("12/friday", seed)), [None, Some(60)]);
        let mut other = Progress::default();
        other.give("02/one", 1);
        other.predict("02/herd", "7");
        other.predict("03/herd", "9");
        other.hand_in("12/friday", 9, 90);
        let mut merged = read;
        merged.hand_in("12/friday", 7, 85);
        merged.merge(other);
        assert_eq!(merged.best("12/friday"), Some(90));
        assert_eq!(
            (merged.stars("02/one"), merged.answer("02/herd"), merged.answer("03/herd")),
            (2, Some("20"), Some("9"))
        );
        // A tick is taken away again, stays on the device while it is there, and is no
        // chapter's task.
        merged.tick("checklist/ttl", true);
        merged.tick("checklist/memory", true);
        merged.tick("checklist/memory", false);
        let ticked = Progress::read(&merged.write()).unwrap();
        assert_eq!((ticked.stars("checklist/ttl"), ticked.stars("checklist/memory")), (1, 0));
        assert_eq!((ticked.done("02"), ticked.stars("02/one")), (1, 2));
        for damaged in [
            "",
            "[]",
            "{}",
            "{\"version\":2,\"stars\":{},\"answers\":{}}",
            "{\"version\":1,\"stars\":{\"a\":9},\"answers\":{}}",
            "{\"version\":1,\"stars\":{},\"answers\":{\"a\":1}}",
        ] {
            assert_eq!(Progress::read(damaged), None, "{damaged}");
        }
    }
}
