//! A rule as it goes to a worker.

use std::borrow::Cow;

use stampede_sim::alerting::Words;
use stampede_sim::alerting::rules::{ALL, Rule};
use stampede_watch::Millis;

use crate::lang::Lang;

/// A rule, as somebody has changed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    /// Which of the seed's it was,
    pub pair: usize,
    /// and whether it is the mended one.
    pub mended: bool,
    /// For how long it has to hold, in ms.
    pub hold: Millis,
    /// What.
    pub expr: String,
}

impl Asked {
    /// With the names and the texts of what it was.
    pub fn rule(&self) -> Rule {
        let pair = &ALL[self.pair];
        let was = if self.mended { &pair.mended } else { &pair.seed };
        Rule { expr: Cow::Owned(self.expr.clone()), hold: self.hold, ..was.clone() }
    }

    /// As a line of text, after a line break.
    pub(super) fn write(&self) -> String {
        let Asked { pair, mended, hold, expr } = self;
        // A line break is a space to PromQL, outside of strings.
        format!("\n{pair} {} {hold} {}", u8::from(*mended), expr.replace('\n', " "))
    }

    /// From a line; `None` if it is none.
    pub(super) fn read(line: &str) -> Option<Asked> {
        let mut parts = line.splitn(4, ' ');
        let pair = parts.next()?.parse().ok().filter(|pair| *pair < ALL.len())?;
        let mended = parts.next()? == "1";
        let hold = parts.next()?.parse().ok()?;
        Some(Asked { pair, mended, hold, expr: parts.next()?.to_owned() })
    }
}

/// The texts of rules in the page's language.
pub fn texts(lang: Lang) -> fn(Words) -> &'static str {
    if lang == Lang::En { Words::en } else { Words::ja }
}
