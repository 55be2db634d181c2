//! One name for everything that has a number or a setting, wherever it is said:
//! beside a knob, in the table of numbers, in what a task asks for.

use stampede_sim::scenario::DEFENCES;

use super::knobs;
use super::numbers::NUMBERS;
use crate::lang::Lang;
use crate::player::DEFENCES_ON;

/// What a number of a report, or a field of a scenario by its path, is called;
/// its own name if it has no other.
pub fn name(of: &str, lang: Lang) -> String {
    let numbers = NUMBERS.iter().map(|number| (number.key, number.names));
    let knobs =
        knobs::SYSTEM.iter().chain(knobs::DEFENCES).map(|(path, en, ja)| (*path, [*en, *ja]));
    let on = (DEFENCES_ON, ["defences that are on", "オンの対策の数"]);
    let known = numbers
        .chain(knobs)
        .chain(TIMES)
        .chain([on])
        .find(|(key, _)| *key == of)
        .map(|(_, names)| names);
    let switch = || {
        let key = of.strip_prefix("protect.")?;
        DEFENCES.iter().find(|defence| defence.key == key).map(|defence| defence.names)
    };
    known.or_else(switch).map_or_else(
        || of.to_owned(),
        |[en, ja]| match lang {
            Lang::En => begun(en),
            Lang::Ja => ja.to_owned(),
        },
    )
}

/// How long the keys of a shop's pages take, and first bytes, which only whole runs say.
const TIMES: [(&str, [&str; 2]); 6] = [
    ("hit_mean_ms", ["time of a hit, mean", "ヒットの時間（平均）"]),
    ("hit_p99_ms", ["time of a hit, p99", "ヒットの時間（p99）"]),
    ("miss_mean_ms", ["time of a miss, mean", "ミスの時間（平均）"]),
    ("miss_p99_ms", ["time of a miss, p99", "ミスの時間（p99）"]),
    ("first_byte_p50_ms", ["time to the first byte, median", "最初のバイトまで（中央値）"]),
    ("first_byte_p99_ms", ["time to the first byte, p99", "最初のバイトまで（p99）"]),
];

/// The unit of a number of a report or of a field, as its name ends.
pub fn unit(of: &str, lang: Lang) -> &'static str {
    match of.rsplit(['.', '_']).next() {
        Some("ms") => "ms",
        Some("mb") => "MB",
        Some("kb") => "KB",
        // Others that end so are shares.
        Some("rate") if of.ends_with(".rate") => lang.pick("/s", "/秒"),
        _ => "",
    }
}

/// What a choice is called; its own word if it has no other name.
pub fn choice(word: &str, lang: Lang) -> &str {
    let known = knobs::CHOICES.iter().find(|(known, _)| lang == Lang::Ja && *known == word);
    known.map_or(word, |(_, ja)| ja)
}

/// As a line begins.
fn begun(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_ascii_uppercase(), letters.as_str())
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use stampede_sim::scenario::fields;

    use super::*;

    #[test]
    fn everything_has_its_name() {
        for (of, en, ja) in [
            ("fleet.processes", "Processes", "プロセス数"),
            ("db_calls", "Database calls", "DB 呼び出し"),
            ("protect.singleflight", "Singleflight", "singleflight"),
            ("protect.stale", "Serve stale", "古い値を返す"),
            ("xfetch.beta", "β: larger is earlier", "β（大きいほど早い）"),
            ("keys.missing", "keys.missing", "keys.missing"),
        ] {
            assert_eq!((name(of, Lang::En).as_str(), name(of, Lang::Ja).as_str()), (en, ja));
        }
        for (of, expected) in [
            ("p99_ms", "ms"),
            ("load.duration_ms", "ms"),
            ("fleet.memory_mb", "MB"),
            ("load.rate", "/s"),
            ("db.error_rate", ""),
            ("fleet.processes", ""),
        ] {
            assert_eq!(unit(of, Lang::En), expected, "{of}");
        }
    }

    /// Whatever a knob or a mistake lets choose has a name of its own in
    /// Japanese, and nothing else has one.
    #[test]
    fn every_choice_is_named_in_japanese() {
        let shown = knobs::SYSTEM.iter().chain(knobs::DEFENCES);
        let words: BTreeSet<&str> = shown
            .filter_map(|(path, ..)| match fields::find(path) {
                Some(fields::Kind::Word(words)) => Some(words.iter().copied()),
                _ => None,
            })
            .flatten()
            .collect();
        let named: BTreeSet<&str> = knobs::CHOICES.iter().map(|(word, _)| *word).collect();
        assert_eq!(words, named);
        assert_eq!(choice("do-chan", Lang::En), "do-chan");
    }

    /// Whoever adds a knob to a defence says what it is, once, and no name is
    /// for a field that there is not.
    #[test]
    fn every_knob_of_a_defence_has_words() {
        let of_defences = fields::all().map(|(path, _)| *path).filter(|path| {
            let section = path.split('.').next();
            DEFENCES.iter().any(|defence| section == Some(defence.key))
        });
        for path in of_defences {
            assert!(knobs::DEFENCES.iter().any(|(known, ..)| *known == path), "{path}");
        }
        let mut seen = BTreeSet::new();
        for (path, ..) in knobs::SYSTEM.iter().chain(knobs::DEFENCES) {
            assert!(fields::find(path).is_some(), "{path}");
            assert!(seen.insert(path), "{path} twice");
        }
    }
}
