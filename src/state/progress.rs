//! What a reader has done, kept on this device: stars, and predictions.

use serde_json::{Map, Value, json};

use crate::web;

/// Where it is kept.
pub const KEY: &str = "stampede-playground.progress";

/// Stars by task, predictions by question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    stars: Map<String, Value>,
    answers: Map<String, Value>,
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
        json!({ "version": 1, "stars": self.stars, "answers": self.answers }).to_string()
    }

    /// From a file; `None` if it is none of these.
    pub fn read(text: &str) -> Option<Progress> {
        let mut value: Value = serde_json::from_str(text).ok()?;
        let mut part = |name: &str| match value.get_mut(name)?.take() {
            Value::Object(part) => Some(part),
            _ => None,
        };
        let (stars, answers) = (part("stars")?, part("answers")?);
        let sound = value["version"] == 1
            && stars.values().all(|stars| stars.as_u64().is_some_and(|stars| stars <= 2))
            && answers.values().all(Value::is_string);
        sound.then_some(Progress { stars, answers })
    }

    /// How many stars a task has.
    pub fn stars(&self, task: &str) -> u64 {
        self.stars.get(task).and_then(Value::as_u64).unwrap_or(0)
    }

    /// Gives a task so many stars, unless it has more; true if that is new.
    pub fn give(&mut self, task: &str, stars: u64) -> bool {
        let new = stars > self.stars(task);
        if new {
            self.stars.insert(task.to_owned(), json!(stars));
        }
        new
    }

    /// What somebody predicted.
    pub fn answer(&self, question: &str) -> Option<&str> {
        self.answers.get(question)?.as_str()
    }

    /// Notes a prediction.
    pub fn predict(&mut self, question: &str, answer: &str) {
        self.answers.insert(question.to_owned(), json!(answer));
    }

    /// Takes over what another has and this has not.
    pub fn merge(&mut self, other: Progress) {
        for (task, stars) in &other.stars {
            self.give(task, stars.as_u64().unwrap_or(0));
        }
        for (question, answer) in other.answers {
            self.answers.entry(question).or_insert(answer);
        }
    }

    /// How many tasks of a chapter have a star; their names begin with it.
    pub fn done(&self, chapter: &str) -> usize {
        let of = |task: &&String| task.split('/').next() == Some(chapter);
        self.stars.keys().filter(of).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
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
        let mut other = Progress::default();
        other.give("02/one", 1);
        other.predict("02/herd", "7");
        other.predict("03/herd", "9");
        let mut merged = read;
        merged.merge(other);
        assert_eq!(
            (merged.stars("02/one"), merged.answer("02/herd"), merged.answer("03/herd")),
            (2, Some("20"), Some("9"))
        );
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
