//! In which numbers of a run a mistake shows, beside those of a lane that does
//! it right, if there is one.

use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Flaw, Switch};
use stampede_sim::telemetry::{Kind, Log, Reason};

use super::puzzle::{Puzzle, Said};
use crate::lang::Lang;
use crate::player::Lane;
use crate::ui::names;

/// A number that no report has: its name, what it is called, and how it is
/// read from the log.
type Read = (&'static str, Said, fn(&Log) -> u64);

const READ: [Read; 4] = [
    ("lost", ["Locks given back too late", "手遅れだったロックの解放"], |log| {
        count(log, |kind, arg| kind == Kind::Unlock && arg == 0)
    }),
    (
        "gone",
        ["Errors because a leader had gone", "リーダーが去ったためのエラー"],
        |log| count(log, |kind, arg| kind == Kind::Error && arg == Reason::LeaderGone as u32),
    ),
    (
        "through",
        ["Most queries from half-open to the next verdict", "半開から判定までの最多クエリ"],
        |log| {
            let (mut most, mut now) = (0, None);
            for event in log.iter() {
                match event.kind {
                    Kind::HalfOpen => now = Some(0),
                    Kind::Close | Kind::Trip => now = None,
                    Kind::Query => now = now.map(|n: u64| n + 1),
                    _ => {}
                }
                most = most.max(now.unwrap_or(0));
            }
            most
        },
    ),
    (
        "late",
        ["Times it closed without being half-open", "半開を経ずに閉じた回数"],
        |log| {
            let (mut late, mut open) = (0, Vec::new());
            for event in log.iter() {
                match event.kind {
                    Kind::Trip => open.push(event.arg),
                    Kind::HalfOpen => open.retain(|process| *process != event.arg),
                    Kind::Close if open.contains(&event.arg) => {
                        open.retain(|process| *process != event.arg);
                        late += 1;
                    }
                    _ => {}
                }
            }
            late
        },
    ),
];

fn count(log: &Log, is_one: impl Fn(Kind, u32) -> bool) -> u64 {
    log.iter().filter(|event| is_one(event.kind, event.arg)).count() as u64
}

/// What a number is called.
pub fn name(of: &str, lang: Lang) -> String {
    let own = READ.iter().find(|(name, ..)| *name == of);
    own.map_or_else(|| names::name(of, lang), |(_, said, _)| said[lang as usize].to_owned())
}

/// A number of a whole run, as it is shown.
fn value(lane: &Lane, of: &str) -> String {
    if let Some((.., read)) = READ.iter().find(|(name, ..)| *name == of) {
        // Of many requests the log has only some.
        return match lane.every() {
            1 => number(lane.read(|log, _| read(log)) as f64),
            _ => "–".to_owned(),
        };
    }
    let found = lane.value(of).and_then(|text| text.parse::<f64>().ok());
    found.map_or_else(
        || "–".to_owned(),
        |found| match names::unit(of, Lang::En) {
            "" => number(found),
            unit => format!("{}\u{a0}{unit}", number(found.round())),
        },
    )
}

/// A number, and what it is in each of the lanes that are compared.
pub type Shows = (&'static str, Vec<String>);

/// The lane with the mistake, one without if there is one, and their numbers;
/// but none that is 0 in all: not every run shows all that may come of it.
pub fn table(lanes: &[Lane], lane: usize, puzzle: &Puzzle) -> (Vec<usize>, Vec<Shows>) {
    let right = puzzle.flaw.of().and_then(|of| right(lanes, of));
    let compared: Vec<usize> = [lane].into_iter().chain(right).collect();
    let row = |of: &&'static str| -> Shows {
        (*of, compared.iter().map(|lane| value(&lanes[*lane], of)).collect())
    };
    let rows = puzzle.numbers.iter().map(row);
    let rows = rows.filter(|(_, values)| values.iter().any(|value| value != "0")).collect();
    (compared, rows)
}

/// The lane that does right what another does wrong: it has the defence, and no
/// mistake.
fn right(lanes: &[Lane], defence: Switch) -> Option<usize> {
    lanes.iter().position(|lane| {
        let protect = &lane.scenario.protect;
        protect.flaw == Flaw::None && protect.is_on(defence)
    })
}
