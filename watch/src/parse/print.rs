//! An expression as text, which parses to the same.

use std::fmt;

use super::expr::{Aggregate, Binary, Cardinality, Expr, Kind, Selector};
use super::span::duration;
use crate::Millis;
use crate::number::shortest;
use crate::series::{Matcher, NAME, Op, is_metric_name, quoted};

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Number(value) => f.write_str(&shortest(*value)),
            Kind::Text(text) => f.write_str(&quoted(text)),
            Kind::Select(selector) => write!(f, "{selector}{}", offset(selector.offset)),
            Kind::Range { selector, range } => {
                write!(f, "{selector}[{}]{}", duration(*range), offset(selector.offset))
            }
            Kind::Subquery { of, range, step, offset: ago } => {
                write!(f, "{of}[{}:{}]{}", duration(*range), duration(*step), offset(*ago))
            }
            Kind::Paren(inner) => write!(f, "({inner})"),
            Kind::Minus(inner) => write!(f, "-{inner}"),
            Kind::Binary(binary) => binary.fmt(f),
            Kind::Aggregate(aggregate) => aggregate.fmt(f),
            Kind::Call { function, arguments } => {
                write!(f, "{}({})", function.signature().name, list(arguments))
            }
        }
    }
}

fn list<T: fmt::Display>(all: &[T]) -> String {
    all.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

fn offset(ms: Millis) -> String {
    match ms {
        0 => String::new(),
        ms if ms < 0 => format!(" offset -{}", duration(-ms)),
        ms => format!(" offset {}", duration(ms)),
    }
}

/// Without its offset, which stands behind a range.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |matcher: &&Matcher| {
            matcher.name == NAME
                && matcher.op == Op::Equal
                && is_metric_name(&matcher.value)
                && !super::read::is_keyword(&matcher.value)
        };
        let name = self.matchers.first().filter(plain);
        if let Some(name) = name {
            f.write_str(&name.value)?;
        }
        let others = &self.matchers[usize::from(name.is_some())..];
        if others.is_empty() { Ok(()) } else { write!(f, "{{{}}}", list(others)) }
    }
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.left, self.op.sign())?;
        if self.returns_bool {
            f.write_str(" bool")?;
        }
        let matching = &self.matching;
        let grouped = matching.cardinality != Cardinality::OneToOne;
        if matching.on || !matching.labels.is_empty() || grouped {
            let word = if matching.on { "on" } else { "ignoring" };
            write!(f, " {word}({})", list(&matching.labels))?;
        }
        if grouped {
            let left = matching.cardinality == Cardinality::ManyToOne;
            let word = if left { "group_left" } else { "group_right" };
            write!(f, " {word}({})", list(&matching.include))?;
        }
        write!(f, " {}", self.right)
    }
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.how.name())?;
        let grouping = &self.grouping;
        if grouping.without || !grouping.labels.is_empty() {
            let word = if grouping.without { "without" } else { "by" };
            write!(f, " {word} ({}) ", list(&grouping.labels))?;
        }
        match &self.parameter {
            Some(parameter) => write!(f, "({parameter}, {})", self.of),
            None => write!(f, "({})", self.of),
        }
    }
}
