//! What is looked at in a run, as a number.

use std::collections::BTreeMap;

use super::{Goal, Words};
use crate::engine::Nanos;
use crate::telemetry::stopped::Stopped;
use crate::telemetry::{Event, Kind, Latency};
use crate::world::Value;
use crate::world::request::Key;

/// What is looked at. Of a goal with a span of time: requests sent, queries begun,
/// crashes within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Queries sent to the database.
    Calls,
    /// Requests that did not get a value.
    Errors,
    /// Of a hundred requests, how many got a value; with no requests, all.
    Answered,
    /// 99 % of those who got a value had it at least this fast, in milliseconds.
    P99,
    /// The longest that anybody waited for a value or an error, in milliseconds.
    Slowest,
    /// The most queries at the database at one time.
    Running,
    /// How old a value was at most when somebody got it, in milliseconds: how long
    /// ago it had first been given to somebody.
    Oldest,
    /// Values older than an update that had been confirmed before they were asked for.
    Outdated,
    /// Processes that died.
    Crashes,
}

impl Look {
    /// Whether there is to be at least as much as a goal's bound, and not at most.
    pub fn is_at_least(self) -> bool {
        self == Look::Answered
    }

    /// What it is called.
    pub fn words(self) -> Words {
        let (en, ja) = match self {
            Look::Calls => ("database calls", "データベース呼び出し"),
            Look::Errors => ("requests without a value", "値を得られなかったリクエスト"),
            Look::Answered => ("requests with a value", "値を得たリクエスト"),
            Look::P99 => ("p99", "p99"),
            Look::Slowest => ("longest wait", "最も長い待ち"),
            Look::Running => ("queries at a time", "同時に実行されるクエリ"),
            Look::Oldest => ("oldest value given out", "返した値の最大の古さ"),
            Look::Outdated => ("outdated values after an update", "書き換え後に返した古い値"),
            Look::Crashes => ("processes that died", "落ちたプロセス"),
        };
        Words { en, ja }
    }

    /// Its unit, with a space before it.
    pub fn unit(self) -> &'static str {
        match self {
            Look::Answered => " %",
            Look::P99 | Look::Slowest | Look::Oldest => " ms",
            _ => "",
        }
    }
}

/// What is kept of a run to say these numbers.
pub struct Notes {
    goals: Vec<Tally>,
    /// By request, and whatever works for one.
    asks: Vec<Ask>,
    /// Queries under way.
    running: u32,
    /// Where a mistake first stopped the script, and which.
    pub stopped: Option<Stopped>,
    /// When each value of a key was first given to somebody.
    first: BTreeMap<(Key, Value), Nanos>,
}

#[derive(Clone, Copy, Default)]
struct Ask {
    key: Key,
    sent: Nanos,
    running: u32,
}

/// What is kept for a goal.
struct Tally {
    goal: Goal,
    count: f64,
    of: f64,
    most: f64,
    latency: Latency,
}

impl Notes {
    /// Nothing has happened yet.
    pub fn new(goals: &[Goal]) -> Notes {
        let tally = |goal: &Goal| Tally {
            goal: *goal,
            count: 0.0,
            of: 0.0,
            most: 0.0,
            latency: Latency::default(),
        };
        let goals = goals.iter().map(tally).collect();
        Notes { goals, asks: Vec::new(), running: 0, stopped: None, first: BTreeMap::new() }
    }

    /// Something happens.
    pub fn take(&mut self, event: Event) {
        let Event { kind, who, arg, at } = event;
        if kind.is_birth() {
            self.asks.push(match kind.is_offspring() {
                true => Ask { running: 0, ..self.asks[arg as usize] },
                false => Ask { key: arg, sent: at, running: 0 },
            });
        }
        match kind {
            Kind::Query => {
                self.running += 1;
                self.asks[who as usize].running += 1;
                let running = f64::from(self.running);
                self.tell(at, Look::Calls, |tally| tally.count += 1.0);
                self.tell(at, Look::Running, |tally| tally.most = tally.most.max(running));
            }
            // What is abandoned goes on, unless the server stops it, too.
            Kind::Abandon if arg == 0 => {}
            Kind::Answer | Kind::Abandon | Kind::Wasted => {
                let ask = &mut self.asks[who as usize];
                if ask.running > 0 {
                    ask.running -= 1;
                    self.running -= 1;
                }
            }
            Kind::Ok | Kind::Error => self.end(kind, who, Value(arg), at),
            Kind::Outdated => self.tell(at, Look::Outdated, |tally| tally.count += 1.0),
            Kind::Stopped if self.stopped.is_none() => {
                self.stopped = Some(Stopped::unpack(arg));
            }
            Kind::Crash => self.tell(at, Look::Crashes, |tally| tally.count += 1.0),
            _ => {}
        }
    }

    /// A request is over.
    fn end(&mut self, kind: Kind, who: u32, value: Value, at: Nanos) {
        let Ask { key, sent, .. } = self.asks[who as usize];
        let got = kind == Kind::Ok && value.is_real() && value != Value::NOTHING;
        let span = at - sent;
        self.tell(sent, Look::Slowest, |tally| tally.most = tally.most.max(span.ms()));
        self.tell(sent, Look::Answered, |tally| {
            tally.of += 1.0;
            tally.count += f64::from(u8::from(got));
        });
        if !got {
            self.tell(sent, Look::Errors, |tally| tally.count += 1.0);
            return;
        }
        self.tell(sent, Look::P99, |tally| tally.latency.record(span));
        // What was there from the beginning was loaded then.
        let new = if value == Value::WARM { Nanos::ZERO } else { at };
        let age = at - *self.first.entry((key, value)).or_insert(new);
        self.tell(sent, Look::Oldest, |tally| tally.most = tally.most.max(age.ms()));
    }

    fn tell(&mut self, at: Nanos, look: Look, mut add: impl FnMut(&mut Tally)) {
        let wanted = |tally: &&mut Tally| {
            let Goal { look: of, from_ms, until_ms, .. } = tally.goal;
            of == look && (from_ms..until_ms).contains(&at.ms())
        };
        self.goals.iter_mut().filter(wanted).for_each(&mut add);
    }

    /// Each goal's number, so far.
    pub fn numbers(&self) -> Vec<f64> {
        let number = |tally: &Tally| match tally.goal.look {
            Look::Calls | Look::Errors | Look::Outdated | Look::Crashes => tally.count,
            Look::Answered if tally.of == 0.0 => 100.0,
            Look::Answered => 100.0 * tally.count / tally.of,
            Look::P99 => tally.latency.quantile(0.99).ms(),
            Look::Slowest | Look::Running | Look::Oldest => tally.most,
        };
        self.goals.iter().map(number).collect()
    }
}
