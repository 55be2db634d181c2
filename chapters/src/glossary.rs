//! The glossary: one file in each language, `glossary.md`, a heading for each
//! term and one paragraph for what it means.
//!
//! Where a chapter uses a term for the first time, the term carries its
//! meaning, to be read on the spot.

use std::cmp::Reverse;

use crate::node;

/// The file's name without its ending.
pub const NAME: &str = "glossary";

/// A term that no chapter has used yet is in here.
#[derive(Clone, Debug, Default)]
pub struct Terms(Vec<Term>);

#[derive(Clone, Debug)]
struct Term {
    /// Its names, one of which a text may use.
    names: Vec<String>,
    meaning: String,
}

impl Terms {
    /// Reads a glossary. Refuses, with its line, a term without a meaning.
    pub fn read(text: &str) -> Result<Terms, (usize, String)> {
        let mut terms = Vec::new();
        let mut lines = text.lines().enumerate();
        while let Some((i, line)) = lines.next() {
            let Some(names) = line.strip_prefix("## ") else { continue };
            let meaning = lines.by_ref().map(|(_, line)| line).find(|line| !line.is_empty());
            let meaning = meaning.filter(|line| !line.starts_with('#'));
            let meaning = meaning.ok_or_else(|| (i + 1, format!("`{names}` has no meaning")))?;
            let names = names.split(", ").map(str::to_owned).collect();
            terms.push(Term { names, meaning: meaning.to_owned() });
        }
        Ok(Terms(terms))
    }

    /// A piece of prose, with the terms that are in it for the first time
    /// marked; they are used then.
    pub fn mark(&mut self, text: &str) -> String {
        let found = self.0.iter().enumerate().filter_map(|(i, term)| {
            let places = term.names.iter().filter_map(|name| find(text, name));
            let (at, length) = places.min_by_key(|(at, length)| (*at, Reverse(*length)))?;
            Some((at, length, i))
        });
        // The first one, and of two at one place the longer.
        let first = found.min_by_key(|(at, length, _)| (*at, Reverse(*length)));
        let Some((at, length, i)) = first else { return text.to_owned() };
        let term = self.0.remove(i);
        let (before, word) = text.split_at(at);
        let (word, after) = word.split_at(length);
        format!("{before}{}{}", node('g', Some(&term.meaning), word), self.mark(after))
    }
}

/// Where a name stands as a word of its own, in capitals or not, in the plural
/// or not; and how long it is there.
fn find(text: &str, name: &str) -> Option<(usize, usize)> {
    let (lower, name) = (text.to_ascii_lowercase(), name.to_ascii_lowercase());
    // Katakana run on into longer words, which are others.
    let joins = |c: char| match name.is_ascii() {
        true => c.is_ascii_alphanumeric() || c == '-',
        false => ('ァ'..='ー').contains(&c),
    };
    let whole = |at: usize| {
        let after = &lower[at + name.len()..];
        let plural = usize::from(name.is_ascii() && after.starts_with('s'));
        let bounded = !lower[..at].chars().next_back().is_some_and(joins)
            && !after[plural..].chars().next().is_some_and(joins);
        bounded.then_some((at, name.len() + plural))
    };
    lower.match_indices(&name).find_map(|(at, _)| whole(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Glossary\n\n## lease\n\nA right.\n\n## miss\n\nNothing there.\n";

    #[test]
    fn the_first_use_of_a_term_carries_its_meaning() {
        let mut terms = Terms::read(TEXT).unwrap();
        let marked = terms.mark("Release it: a miss. Leases and a miss.");
        let wanted = "Release it: a \u{1}gNothing there.\u{3}miss\u{2}. \
                      \u{1}gA right.\u{3}Leases\u{2} and a miss.";
        assert_eq!(marked, wanted);
        assert_eq!(terms.mark("A lease"), "A lease");
    }

    #[test]
    fn of_a_term_s_names_the_longest_is_marked() {
        let text =
            "# G\n\n## metastable failure, metastable\n\nM.\n\n## 準安定, 準安定障害\n\n障害。\n";
        let mut terms = Terms::read(text).unwrap();
        assert_eq!(terms.mark("Metastable failures"), "\u{1}gM.\u{3}Metastable failures\u{2}");
        assert_eq!(terms.mark("準安定障害だ"), "\u{1}g障害。\u{3}準安定障害\u{2}だ");
    }

    #[test]
    fn words_within_words_are_others() {
        assert_eq!(
            find("キャッシュミスとミス。", "ミス"),
            Some(("キャッシュミスと".len(), "ミス".len()))
        );
        assert_eq!(find("half-open", "open"), None);
        assert_eq!(find("XFetch は", "xfetch"), Some((0, 6)));
        assert_eq!(find("the followers", "follower"), Some((4, 9)));
    }

    #[test]
    fn a_term_without_a_meaning_is_refused() {
        let refused = Terms::read("# G\n\n## a\n\n## b\n\nB.").unwrap_err();
        assert_eq!(refused, (3, "`a` has no meaning".to_owned()));
    }
}
