//! Makes files smaller where that changes nothing: no comments, no indentation.
//! What is left of it is for gzip.

/// A script without the lines that are comments, and without indentation.
pub fn script(text: &str) -> String {
    lines(text, |line| ["/**", "*", "//"].iter().any(|begin| line.starts_with(begin)))
}

/// A style sheet without comments, indentation, and spaces that mean nothing. Texts in
/// it have neither comments nor such spaces.
pub fn style(text: &str) -> String {
    let mut bare = String::new();
    for (number, piece) in text.split("/*").enumerate() {
        let after = if number == 0 { Some(piece) } else { piece.split_once("*/").map(|two| two.1) };
        bare += after.unwrap_or_default();
    }
    let mut lean = lines(&bare, |_| false);
    for (before, after) in
        [(" {", "{"), ("{ ", "{"), (" }", "}"), ("; ", ";"), (": ", ":"), (", ", ",")]
    {
        lean = lean.replace(before, after);
    }
    lean.replace(";}", "}")
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
            super::style(
                "/* About\n it. */\na, p > b {\n  b: c d; /* e */\n  f: g;\n}\n.h { i: calc(1px + 2px); }\n"
            ),
            "a,p > b{\nb:c d;\nf:g;\n}\n.h{i:calc(1px + 2px)}"
        );
        assert_eq!(super::page("<p>\n  a\n  b\n</p>\n"), "<p>\na\nb\n</p>");
    }
}
