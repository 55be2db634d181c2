use stampede_sim::scenario::Flaw;
use stampede_sim::scenario::presets;

use super::puzzle::Said;
use super::shown::{Line, lines};
use super::words::PUZZLES;
use super::*;
use crate::course::check::finished;
use crate::panels::source::SOURCES;

fn text(file: &str) -> &'static str {
    let path = format!("{}/sim/src/protect/{file}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap().leak()
}

fn shown(puzzle: &Puzzle) -> Vec<Line> {
    lines(text(&puzzle.file()))
}

/// Every flaw has a listing with its mistakes marked, words in both languages,
/// hints, and suspects that are there and innocent; and no listing is left over.
#[test]
fn every_flaw_is_a_puzzle() {
    let flaws: Vec<Flaw> = PUZZLES.iter().map(|puzzle| puzzle.flaw).collect();
    assert_eq!(flaws, Flaw::ALL[1..]);
    let listed = SOURCES.iter().filter(|source| source.file.starts_with("flawed/"));
    assert_eq!(listed.clone().count(), PUZZLES.len());
    assert!(listed.clone().all(|source| Puzzle::of(source.file).is_some()));
    for puzzle in PUZZLES {
        let (word, lines) = (puzzle.flaw.word(), shown(puzzle));
        for which in 0..puzzle.mistakes.len() {
            assert!(lines.iter().any(|line| line.guilty == Some(which)), "{word}: {which}");
        }
        assert!(lines.iter().all(|line| line.guilty < Some(puzzle.mistakes.len())), "{word}");
        assert!(puzzle.hints.len() >= 2 && !puzzle.numbers.is_empty(), "{word}");
        let mut said: Vec<Said> = [puzzle.mistakes, puzzle.hints, &[puzzle.comes]].concat();
        for (part, why) in puzzle.suspects {
            let is_its = |line: &Line| line.guilty.is_none() && puzzle.acquits(line) == *why;
            assert!(lines.iter().any(is_its), "{word}: nobody suspects {part}");
            said.push(*why);
        }
        // Whatever can be clicked is answered.
        said.extend(lines.iter().map(|line| puzzle.acquits(line)));
        for [en, ja] in said {
            assert!(
                en.ends_with(['.', '?']) && en.is_ascii() | en.contains(['’', '“', '−']),
                "{en}"
            );
            assert!(ja.ends_with('。') && ja.chars().any(|c| c > '\u{3000}'), "{ja}");
        }
        assert!(symptom::name(puzzle.numbers[0], Lang::En).contains(|c: char| c != '_'));
    }
}

/// The words of a text: `is_stale` and `CountingBreaker` have two each.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars() {
        if !c.is_ascii_lowercase() {
            words.push(String::new());
        }
        if c.is_ascii_alphabetic() {
            words.last_mut().unwrap().push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Words by which a listing would say that, or where, something is wrong.
const TELLING: &[&str] = &[
    "flaw",
    "flawed",
    "wrong",
    "mistake",
    "bug",
    "broken",
    "bad",
    "right",
    "correct",
    "guilty",
    "naive",
    "forgets",
    "missing",
    "todo",
    "fixme",
    "never",
    "unregistered",
    "fence",
    "renew",
];

/// What a flaw's word shares with any code of its defence.
const HARMLESS: &[&str] = &[
    "jitter", "lock", "stale", "is", "by", "ttl", "refresh", "breaker", "leader", "limit", "miss",
];

#[test]
fn nothing_gives_it_away() {
    for puzzle in PUZZLES {
        let key = puzzle.flaw.word();
        let telling = |word: &str| {
            let of_key = key.split('-').any(|part| part == word) && !HARMLESS.contains(&word);
            TELLING.contains(&word) || of_key
        };
        let code = shown(puzzle).iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
        assert!(!code.contains("//"), "{key}: {code}");
        for text in [code.as_str(), &puzzle.title(Lang::En), &puzzle.title(Lang::Ja)] {
            let told: Vec<String> = words(text).into_iter().filter(|w| telling(w)).collect();
            assert_eq!(told, Vec::<String>::new(), "{key}: {text}");
        }
        // It would be noticed: the file, as it is, says all of it.
        assert!(words(text(&puzzle.file())).iter().any(|word| telling(word)), "{key}");
    }
}

/// The lines that are to blame are none of the version that does it right; and
/// in the file as it is they are marked, below the comment that says so.
#[test]
fn the_guilty_lines_are_the_mistake() {
    for puzzle in PUZZLES {
        let right = puzzle.flaw.of().unwrap().defence().file;
        let right: Vec<&str> = text(right).lines().map(str::trim).collect();
        let guilty: Vec<Line> = shown(puzzle).into_iter().filter(|l| l.guilty.is_some()).collect();
        assert!(guilty.iter().any(|line| !right.contains(&line.text.trim())), "{guilty:?}");
        let rows = solved(text(&puzzle.file()));
        let marked: Vec<u32> =
            rows.iter().filter(|row| row.mark == Mark::Guilty).map(|row| row.source).collect();
        assert_eq!(marked, guilty.iter().map(|line| line.source).collect::<Vec<_>>());
        for line in marked {
            let above = rows[..line as usize - 1].iter().rev();
            let comment: Vec<&str> =
                above.map(|row| row.text.trim()).take_while(|row| row.starts_with("//")).collect();
            assert!(comment.iter().any(|line| line.contains(" bug")), "{comment:?}");
        }
    }
}

/// In each run with a mistake the numbers that are shown for it are not those
/// of the run beside it, which has the defence and does it right.
#[test]
fn the_mistake_shows_in_the_numbers() {
    let mut seen = 0;
    for pair in presets::pairs() {
        let Some(flaw) = presets::find(&pair.left).ok().map(|s| s.protect.flaw) else { continue };
        let Some(puzzle) = PUZZLES.iter().find(|puzzle| puzzle.flaw == flaw) else { continue };
        let player = finished(&format!("a={}&b={}", pair.left, pair.right)).unwrap();
        let (lanes, rows) = symptom::table(&player.lanes, 0, puzzle);
        assert_eq!(lanes, [0, 1], "{}", pair.right);
        assert!(rows.iter().any(|(_, values)| values[0] != values[1]), "{rows:?}");
        assert!(!rows.iter().any(|(_, values)| values.contains(&"–".to_owned())), "{rows:?}");
        seen += 1;
    }
    assert!(seen >= PUZZLES.len(), "{seen}");
}

/// A line is clicked, then another; with two mistakes both are to be found.
#[test]
fn both_mistakes_are_to_be_found() {
    let puzzle = Puzzle::of("flawed/racy_breaker.rs").unwrap();
    let lines = shown(puzzle);
    let first = lines.iter().position(|line| line.guilty == Some(0)).unwrap();
    let second = lines.iter().rposition(|line| line.guilty == Some(1)).unwrap();
    let mut play = Rc::new(Play::default());
    let mut click = |row: usize| {
        play = Rc::clone(&play).reduce(Move::Pick(row, lines[row].guilty));
        Rc::clone(&play)
    };
    click(0);
    let play = click(0);
    assert_eq!((play.mark(0, &lines[0]), &play.tried[..]), (Mark::Innocent, &[0][..]));
    click(first);
    let play = click(first);
    assert_eq!(play.mark(first, &lines[first]), Mark::Guilty);
    assert_eq!((play.mark(second, &lines[second]), play.found.len()), (Mark::None, 1));
    assert_eq!(click(second).found.len(), puzzle.mistakes.len());
}
