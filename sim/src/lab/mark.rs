//! Marks: by them a script says, while it runs, at which line it waits.
//!
//! Before each `.await` of a source stands, in what is compiled, a call of `.at(line)`
//! ([`words::wait`](super::words)); nobody else can write one. Columns are those of
//! what somebody wrote.

use super::scan::{Token, tokens};

/// A source with marks.
pub struct Marked {
    /// What is compiled.
    pub text: String,
    marks: Marks,
}

/// Where marks stand: by bytes of the text that has them, and how long they are.
#[derive(Clone, Default)]
pub struct Marks(Vec<(usize, usize)>);

impl Marked {
    /// Puts marks into a source that has been looked through.
    pub fn new(source: &str) -> Marked {
        let (tokens, _) = tokens(source);
        let (mut text, mut marks, mut copied) = (String::new(), Vec::new(), 0);
        for pair in tokens.windows(2) {
            if let [(dot, _, Token::Sign('.')), (_, _, Token::Name("await"))] = pair {
                text += &source[copied..*dot];
                copied = *dot;
                let mark = format!(".at({})", source[..*dot].matches('\n').count() + 1);
                marks.push((text.len(), mark.len()));
                text += &mark;
            }
        }
        text += &source[copied..];
        Marked { text, marks: Marks(marks) }
    }

    /// Where the marks are.
    pub fn into_marks(self) -> Marks {
        self.marks
    }
}

impl Marks {
    /// Where something lies in what somebody wrote, by bytes.
    pub fn place(&self, at: usize) -> usize {
        let before = self.0.iter().take_while(|(mark, _)| *mark < at);
        // What lies in a mark lies at the dot that it stands before.
        at - before.map(|(mark, length)| (at - mark).min(*length)).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each `.await` has its line; what is in a comment or a text is none; and every
    /// byte is found again.
    #[test]
    fn what_was_written_is_found_again() {
        let source = "// no .await\nlet a = f(\"日 .await\").await;\nlet b = (g().await\n    .x)\n  . await;";
        let marked = Marked::new(source);
        let wanted = "// no .await\nlet a = f(\"日 .await\").at(2).await;\nlet b = (g().at(3).await\n    .x)\n  .at(5). await;";
        assert_eq!(marked.text, wanted);
        let (text, marks) = (marked.text.clone(), marked.into_marks());
        let mut found = Vec::new();
        for (at, c) in text.char_indices() {
            let place = marks.place(at);
            match source[place..].chars().next() {
                Some(there) if there == c && !found.contains(&place) => found.push(place),
                // A part of a mark.
                _ => assert!(source[place..].trim_start_matches(['.', ' ']).starts_with("await")),
            }
        }
        assert_eq!(found.len(), source.chars().count());
        assert_eq!(marks.place(text.len()), source.len());
    }
}
