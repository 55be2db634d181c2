//! Makes files smaller where that changes nothing: no comments, no indentation.
//! What is left of it is for gzip.

/// A script without the lines that are comments, and without indentation.
pub fn script(text: &str) -> String {
    lines(text, |line| ["/**", "*", "//"].iter().any(|begin| line.starts_with(begin)))
}

/// A style sheet without the lines that are comments, and without indentation.
pub fn style(text: &str) -> String {
    lines(text, |line| line.starts_with("/*") && line.ends_with("*/"))
}

/// A page without indentation.
pub fn page(text: &str) -> String {
    lines(text, |_| false)
}

fn lines(text: &str, comment: impl Fn(&str) -> bool) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !comment(line));
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_said_stays() {
        let script = "/**\n * About.\n */\n  const a = 1; // kept\n\n  // gone\n  go(`*`);\n";
        assert_eq!(super::script(script), "const a = 1; // kept\ngo(`*`);");
        assert_eq!(
            super::style("/* About. */\na {\n  b: c; /* d */\n}\n"),
            "a {\nb: c; /* d */\n}"
        );
        assert_eq!(super::page("<p>\n  a\n  b\n</p>\n"), "<p>\na\nb\n</p>");
    }
}
