//! Claims: what a sentence of the course says, as a check over the logs of the
//! run that it is about.
//!
//! ```text
//! b: every miss (after other lead) then join then wake
//! a: 80 queue; a: every queue then no hit/recheck
//! b.p99_ms < 0.2 * a.p99_ms; a.first(fill) < 0.3 * a.last(ok)
//! ```
//!
//! A check is one statement or several, with semicolons between them. A
//! statement about a lane counts events that something is true of:
//!
//! | part | what it says |
//! |---|---|
//! | `every`, `no`, `some`, `most`, `80`, `at least 80`, `at most 80` | of how many of them; `every` and `most` want one at least |
//! | `error(timeout)` | an event by its kind's name, and what its argument is: a reason, `ok`, `yes`, `no`, a number, `3+` for three and more, `db-outage-on` |
//! | `hit/stale` | one of several |
//! | `ok@40000..90000` | between two instants, in milliseconds; either may be left out |
//! | `then join` | something later, of the same request |
//! | `after miss` | something earlier |
//! | `then other`, `any`, `peer`, `its` | of another request, of anybody, of another request of the same process, of the one that the first event's argument names |
//! | `then no hit` | nothing of the kind |
//! | `then answer within 50` | at most so many milliseconds away |
//! | `and` | goes on from the first event |
//! | `(after other lead)` | only events of which this is true are counted |
//!
//! Of a run with over half a million requests there are the events of the world and
//! of one of so many requests, as in the page's log; numbers of its report are whole.
//!
//! The others compare numbers: of a lane's report (`a.db_calls`) or scenario
//! (`a.db.pool`), `a.count(miss)`, and `a.first(fill)` and `a.last(ok)`, which
//! are instants in milliseconds. Three are of what an operator sees, who scrapes the
//! run every so often (and evaluates rules every 15 s):
//!
//! | number | what it is |
//! |---|---|
//! | `a.fires(herd.seed, 5s)` | when that alert rule fires first, in milliseconds, or `never` |
//! | `a.pages(herd.mended, 15s)` | how many pages go out for it |
//! | `a.value("sum(up)", 60s, 15s)` | what an expression is at an instant; between the quotes may be anything but `"` |

mod chain;
mod compare;
mod pattern;
mod prover;
mod read;
mod trace;
mod watched;

pub use prover::Prover;
use trace::Trace;

use std::rc::Rc;

use chain::Chain;
use compare::Compare;

/// A claim about a run.
#[derive(Clone, Debug, PartialEq)]
struct Claim {
    statements: Vec<Statement>,
}

#[derive(Clone, Debug, PartialEq)]
enum Statement {
    Chain(Chain),
    Compare(Compare),
}

/// Where a claim can be seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// The lane's number; what compares numbers, or never happens, has none.
    pub lane: Option<usize>,
    /// When, in milliseconds of virtual time.
    pub at_ms: f64,
    /// Which request.
    pub who: Option<u32>,
    /// When the run ends, in milliseconds.
    pub end_ms: f64,
}

impl Claim {
    /// Reads a check; what is wrong with it is said in words.
    fn read(text: &str) -> Result<Claim, String> {
        let statements =
            read::split(text, ";").into_iter().map(|part| read::statement(part.trim()));
        Ok(Claim { statements: statements.collect::<Result<_, _>>()? })
    }

    /// Whether it holds of these lanes: where it can be seen, or the statement
    /// that does not hold, and what was found instead.
    fn prove(&self, lanes: &[Rc<Trace>]) -> Result<Seen, String> {
        let mut seen = None;
        for statement in &self.statements {
            let new = match statement {
                Statement::Chain(chain) => Some(chain.prove(lanes)?),
                Statement::Compare(compare) => {
                    compare.prove(lanes)?;
                    None
                }
            };
            seen = seen.or(new);
        }
        let end = lanes.iter().map(|lane| lane.end_ms()).fold(0.0, f64::max);
        let seen = seen.unwrap_or(Seen { lane: None, at_ms: end, who: None, end_ms: end });
        Ok(Seen { end_ms: end, ..seen })
    }
}
