//! What a puzzle is made of, and what is said of a line.

use stampede_sim::scenario::Flaw;

use super::shown::Line;
use super::words::PUZZLES;
use crate::lang::Lang;

/// Something said: in English and in Japanese.
pub type Said = [&'static str; 2];

/// A flaw as a puzzle.
pub struct Puzzle {
    /// The flaw.
    pub flaw: Flaw,
    /// Its mistakes, each in a sentence.
    pub mistakes: &'static [Said],
    /// What comes of them.
    pub comes: Said,
    /// Hints, one after the other.
    pub hints: &'static [Said],
    /// Part of a line that one may suspect, and why it is innocent.
    pub suspects: &'static [(&'static str, Said)],
    /// In which numbers of a run it shows: of its report, or of `symptom.rs`.
    pub numbers: &'static [&'static str],
}

impl Puzzle {
    /// The puzzle in a file; `None` if there is none.
    pub fn of(file: &str) -> Option<&'static Puzzle> {
        PUZZLES.iter().find(|puzzle| file == puzzle.file())
    }

    /// Where its listing is.
    pub fn file(&self) -> String {
        file(self.flaw)
    }

    /// What it is called until it is solved.
    pub fn title(&self, lang: Lang) -> String {
        let number = self.flaw as usize;
        let what = self.flaw.of().map_or("", |switch| switch.defence().names[lang as usize]);
        lang.pick(format!("Puzzle {number}: {what}"), format!("パズル {number}：{what}"))
    }

    /// Under which name it is kept that it was solved.
    pub fn id(&self) -> String {
        format!("spot/{}", self.flaw.word())
    }

    /// Why a line is innocent.
    pub fn acquits(&self, line: &Line) -> Said {
        let is_meant = |part: &str| line.text.contains(part) && !ASIDE.contains(&line.within);
        let known = self.suspects.iter().find(|(part, _)| is_meant(part));
        known.map_or_else(|| in_general(line), |(_, why)| *why)
    }
}

/// Functions that requests do not come through.
const ASIDE: [&str; 2] = ["new", "reset"];

/// Where a flaw's listing is.
pub fn file(flaw: Flaw) -> String {
    format!("flawed/{}.rs", flaw.word().replace('-', "_"))
}

impl PartialEq for Puzzle {
    fn eq(&self, other: &Self) -> bool {
        self.flaw == other.flaw
    }
}

/// What is true of such a line anywhere.
fn in_general(line: &Line) -> Said {
    let code = line.text.trim();
    let begins = |words: &[&str]| words.iter().any(|word| code.starts_with(word));
    match line.within {
        _ if !code.contains(char::is_alphabetic) => ["Only a bracket.", "括弧だけの行。"],
        _ if begins(&["use "]) => {
            ["It only says where names come from.", "名前がどこから来るかを示すだけ。"]
        }
        _ if code.contains("request.note") => {
            ["It only writes down what happens.", "起きたことを書き留めるだけ。"]
        }
        "reset" => [
            "For a process that is started again: it then knows nothing, as it should.",
            "プロセスの再起動のためのもの。そのとき何も覚えていないのは正しい。",
        ],
        "new" => ["It only puts the parts together.", "部品を組み立てるだけ。"],
        "set" | "state" => [
            "It does as it is told. Who tells it, and when, is decided elsewhere.",
            "言われたとおりにするだけ。誰がいつ言うかは、ほかで決まる。",
        ],
        _ if line.within.is_empty()
            || begins(&["fn ", "async fn ", "pub fn ", "pub async fn "]) =>
        {
            [
                "It says what there is, and does nothing by itself.",
                "何があるかを示すだけで、それ自体は何もしない。",
            ]
        }
        _ => [
            "It does what it should. The mistake is elsewhere.",
            "この行は正しい。誤りは別のところにある。",
        ],
    }
}
