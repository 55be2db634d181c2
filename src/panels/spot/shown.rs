//! A listing as the puzzle shows it: without its comments, numbered anew, so
//! that no gap says where one stood. The comments say which lines are to blame:
//! those right below one that begins with *The … bug*.

/// A line of code.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Line {
    /// Its text; nothing in an empty one.
    pub text: &'static str,
    /// Its number in the file, from 1.
    pub source: u32,
    /// Which of the mistakes it is, from 0, if it is one.
    pub guilty: Option<usize>,
    /// The function that it is in, or nothing.
    pub within: &'static str,
}

/// The lines of a file.
pub fn lines(text: &'static str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let (mut guilty, mut within) = (None, "");
    for (text, source) in text.lines().zip(1..) {
        let code = text.trim();
        if code.starts_with("//") {
            guilty = guilty.or(blames(code));
            continue;
        }
        // No two empty ones, and none to begin with.
        if code.is_empty() && lines.last().is_none_or(|last| last.text.is_empty()) {
            continue;
        }
        if let Some((_, name)) = text.split_once("fn ") {
            within = name.split(['(', '<']).next().unwrap_or_default();
        } else if !text.starts_with(' ') && !code.is_empty() {
            within = "";
        }
        let guilty = if code.is_empty() { None } else { guilty.take() };
        lines.push(Line { text, source, guilty, within });
    }
    lines
}

/// Which mistake the line below a comment is, if the comment says so.
fn blames(comment: &str) -> Option<usize> {
    let which = comment.strip_prefix("// The ")?.split_once("bug")?.0;
    match which {
        "" | "first " => Some(0),
        "second " => Some(1),
        "third " => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_say_who_is_to_blame() {
        let text = "//! Flawed: it adds.\n\nuse a;\n\n/// Adds.\nfn add(a: u32) {\n    // The bug: a,\n    // of all letters.\n    a + 1;\n\n    // Why.\n\n    // The second bug as well.\n    b\n}\n";
        let line = |text, source, guilty, within| Line { text, source, guilty, within };
        assert_eq!(
            lines(text),
            [
                line("use a;", 3, None, ""),
                line("", 4, None, ""),
                line("fn add(a: u32) {", 6, None, "add"),
                line("    a + 1;", 9, Some(0), "add"),
                line("", 10, None, "add"),
                line("    b", 14, Some(1), "add"),
                line("}", 15, None, ""),
            ]
        );
    }
}
