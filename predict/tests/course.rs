//! What chapter 13 says of the learner is what the panel *Learn* shows with the
//! seed of a first visit, in both languages.

#![cfg(not(target_arch = "wasm32"))]

use stampede_predict::features::NAMES;
use stampede_predict::judged::Judged;
use stampede_predict::lesson::{EXAMPLES, Lesson};

/// The seed of a link that names none, and ten times *10 steps*.
const SEED: u64 = 1;
const STEPS: u32 = 100;

fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{:.0} %", 100.0 * share))
}

/// A row of the table, behind its first cell.
fn row(judged: &Judged) -> String {
    let cells = [
        percent(judged.precision()),
        percent(judged.recall()),
        judged.false_alarms.to_string(),
        judged.missed.to_string(),
        judged.lead().map_or("–".to_owned(), |lead| format!("{lead:.0}")),
        percent(Some(judged.accuracy())),
    ];
    format!(" | {} |", cells.join(" | "))
}

#[test]
fn the_chapter_says_what_is_computed() {
    let mut lesson = Lesson::default();
    while !lesson.gather(SEED) {}
    let mut model = lesson.beginner();
    lesson.learn(&mut model, STEPS);
    let (_, area) = lesson.curve(&model).unwrap();
    let never = lesson.judged_never();
    let rows = [
        ["| learned", "| 学習"]
            .map(|name| format!("{name}{}", row(&lesson.judged(&model, lesson.best_from(&model))))),
        ["| three fixed thresholds", "| 3 つの固定しきい値"]
            .map(|name| format!("{name}{}", row(&lesson.judged_thresholds()))),
        ["| always no", "| 常に「いいえ」"].map(|name| format!("{name}{}", row(&never))),
        [
            format!("of the {EXAMPLES} others {} are", never.missed),
            format!("別の {EXAMPLES} 件のうち {} 件がそうなる", never.missed),
        ],
        [format!("After {STEPS} steps"), format!("{STEPS} ステップ学び")],
        [
            format!(
                "always says no is right about {} of the posts",
                percent(Some(never.accuracy()))
            ),
            format!("投稿の {} について正しく", percent(Some(never.accuracy()))),
        ],
        [format!("{area:.3} here, where"), format!("ここでは {area:.3}、")],
    ];
    let course = concat!(env!("CARGO_MANIFEST_DIR"), "/../course");
    for (i, language) in ["en", "ja"].into_iter().enumerate() {
        let path = format!("{course}/{language}/13-further.md");
        let text = std::fs::read_to_string(path).unwrap();
        for said in &rows {
            assert!(text.contains(&said[i]), "{language}: {}", said[i]);
        }
    }
    // "Share velocity and growth count most", "next to nothing".
    let mut counts: Vec<(f64, &str)> =
        model.weights.iter().map(|weight| weight.abs()).zip(NAMES.map(|[en, _]| en)).collect();
    counts.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let [first, second, ..] = counts[..] else { unreachable!() };
    assert!([first.1, second.1].contains(&"growth"), "{counts:?}");
    assert!([first.1, second.1].contains(&"share velocity"), "{counts:?}");
    let requests = counts.iter().find(|(_, name)| *name == "requests a second").unwrap();
    assert!(requests.0 < 0.1 * second.0, "{counts:?}");
}
