//! The rules as somebody has changed them. As the seed has them is what nobody has.

use stampede_sim::alerting::rules::{ALL, Pair, Rule};
use stampede_watch::Millis;
use stampede_watch::parse::{Expr, Kind, duration, parse, parse_duration};

use crate::runs::watch::Asked;

/// What was changed of a rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its expression.
    pub expr: String,
    /// For how long it has to hold (`for`), as it was typed.
    pub hold: String,
}

/// For each rule what was changed, if anything was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drafts(Vec<Option<Draft>>);

impl Draft {
    /// A rule as it stands.
    pub fn of(rule: &Rule) -> Draft {
        Draft { expr: rule.expr.to_string(), hold: duration(rule.hold) }
    }

    /// For how long it has to hold, in ms; `None` if that is no span of time.
    pub fn span(&self) -> Option<Millis> {
        parse_duration(self.hold.trim())
    }

    /// As a rule, of this pair; nothing if the time is none.
    pub fn asked(&self, pair: usize) -> Option<Asked> {
        let (hold, expr) = (self.span()?, self.expr.clone());
        Some(Asked { pair, mended: *self == Draft::of(&ALL[pair].mended), hold, expr })
    }

    /// The number that its value is compared with, and where it stands.
    pub fn threshold(&self) -> Option<(f64, std::ops::Range<usize>)> {
        let expr = parse(&self.expr).ok()?;
        compared(&expr).filter(|(_, at)| self.expr.get(at.clone()).is_some())
    }

    /// The same with another threshold.
    pub fn with_threshold(&self, text: &str) -> Option<Draft> {
        let ((_, at), number) = (self.threshold()?, text.trim().parse::<f64>().ok()?);
        let mut expr = self.expr.clone();
        expr.replace_range(at, &number.to_string());
        Some(Draft { expr, ..self.clone() })
    }
}

/// What a comparison compares with, if that is a number, and where it stands.
fn compared(expr: &Expr) -> Option<(f64, std::ops::Range<usize>)> {
    let Kind::Binary(binary) = &expr.bare().kind else { return None };
    let right = binary.right.bare();
    let Kind::Number(number) = right.kind else { return None };
    binary.op.is_comparison().then(|| (number, right.at.clone()))
}

impl Drafts {
    /// What a rule is now.
    pub fn draft(&self, nr: usize) -> Draft {
        let changed = self.0.get(nr).cloned().flatten();
        changed.unwrap_or_else(|| Draft::of(&ALL[nr].seed))
    }

    /// All rules that can be read.
    pub fn asked(&self) -> Vec<Asked> {
        let asked = (0..ALL.len()).filter_map(|nr| self.draft(nr).asked(nr));
        asked.filter(|asked| parse(&asked.expr).is_ok()).collect()
    }

    /// With another draft of a rule.
    pub fn with(&self, nr: usize, draft: Draft) -> Drafts {
        let mut all = self.0.clone();
        all.resize(ALL.len(), None);
        all[nr] = (draft != Draft::of(&ALL[nr].seed)).then_some(draft);
        Drafts(all)
    }

    /// From what was kept.
    pub fn read(text: &str) -> Option<Drafts> {
        let mut drafts = Drafts::default();
        for line in text.split('\u{1e}').filter(|line| !line.is_empty()) {
            let mut parts = line.split('\u{1f}');
            let (id, hold, expr) = (parts.next()?, parts.next()?, parts.next()?);
            let nr = ALL.iter().position(|pair| pair.id == id)?;
            drafts = drafts.with(nr, Draft { expr: expr.to_owned(), hold: hold.to_owned() });
        }
        Some(drafts)
    }

    /// To be kept.
    pub fn write(&self) -> String {
        let one = |(pair, draft): (&Pair, &Option<Draft>)| {
            let Draft { expr, hold } = draft.as_ref()?;
            Some(format!("{}\u{1f}{hold}\u{1f}{expr}\u{1e}", pair.id))
        };
        ALL.iter().zip(&self.0).filter_map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_changed_where_it_stands() {
        let draft = Draft { expr: "sum(rate(x[1m])) > 10000".to_owned(), hold: "30s".to_owned() };
        assert_eq!(draft.threshold(), Some((10_000.0, 19..24)));
        let changed = draft.with_threshold("0.5").unwrap();
        assert_eq!(changed.expr, "sum(rate(x[1m])) > 0.5");
        assert_eq!(changed.threshold().map(|it| it.0), Some(0.5));
        assert_eq!(draft.with_threshold("much"), None);
        for expr in ["up", "up and on() vector(1)", "up > x", "up + 1", "up >"] {
            assert_eq!(
                Draft { expr: expr.to_owned(), ..draft.clone() }.threshold(),
                None,
                "{expr}"
            );
        }
    }

    #[test]
    fn only_what_was_changed_is_kept() {
        let seed = Drafts::default().draft(2);
        assert_eq!(Drafts::default().with(2, seed).write(), "");
        let draft = Draft { expr: "up\n== 0".to_owned(), hold: "nonsense".to_owned() };
        let drafts = Drafts::default().with(2, draft.clone());
        let again = Drafts::read(&drafts.write()).unwrap();
        assert_eq!(again, drafts);
        assert_eq!(again.draft(2), draft);
        assert_eq!(Drafts::read("nothing"), None);
    }
}
