//! The code panel's listings: the compiled sources, with a class for each
//! stretch of text that a highlighter would colour.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxSet};
use syntect::util::LinesWithEndings;

/// What a scope looks like, as a letter; the first that matches wins.
const CLASSES: [(&str, char); 9] = [
    ("comment", 'c'),
    ("string", 's'),
    ("constant", 'n'),
    ("storage.type", 'k'),
    ("storage.modifier", 'k'),
    ("keyword", 'k'),
    ("entity.name.function", 'f'),
    ("support.function", 'f'),
    ("entity.name", 't'),
];
/// The letter of plain text.
const PLAIN: char = '-';
/// Before the letter of a new stretch of text (see `src/panels/code.rs`).
const MARK: char = '\u{1}';

/// What stands in the folder but is no defence: how they are put together, and
/// what ties them to the world.
const NOT_SHOWN: [&str; 4] = ["mod.rs", "app.rs", "client.rs", "flawed/mod.rs"];

/// The files shown, by name: the defences, then the flawed ones.
fn files(folder: &Path) -> Result<Vec<String>, String> {
    let mut files = Vec::new();
    for part in ["", "flawed/"] {
        let entries = fs::read_dir(folder.join(part)).map_err(|e| e.to_string())?;
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".rs"))
            .map(|name| format!("{part}{name}"))
            .filter(|name| !NOT_SHOWN.contains(&name.as_str()))
            .collect();
        names.sort();
        files.extend(names);
    }
    Ok(files)
}

/// Rust source: `pub static LISTINGS: &[Listing] = …`.
pub fn generate(folder: &Path) -> Result<String, String> {
    let syntaxes = SyntaxSet::load_defaults_newlines();
    let syntax = syntaxes.find_syntax_by_extension("rs").ok_or("no syntax for Rust")?;
    let classes: Vec<(Scope, char)> = CLASSES
        .iter()
        .filter_map(|(scope, class)| Some((Scope::new(scope).ok()?, *class)))
        .collect();
    let mut code =
        String::from("/// Every listing, in order.\npub static LISTINGS: &[Listing] = &[\n");
    for file in files(folder)? {
        let path = folder.join(&file);
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let mut state = ParseState::new(syntax);
        let mut stack = ScopeStack::new();
        let (mut marked, mut last) = (String::new(), PLAIN);
        for line in LinesWithEndings::from(&text) {
            let operations = state.parse_line(line, &syntaxes).map_err(|e| e.to_string())?;
            let mut add = |stack: &ScopeStack, text: &str| {
                let class = classes
                    .iter()
                    .find(|(scope, _)| stack.as_slice().iter().any(|s| scope.is_prefix_of(*s)))
                    .map_or(PLAIN, |(_, class)| *class);
                if class != last && !text.trim().is_empty() {
                    marked.extend([MARK, class]);
                    last = class;
                }
                marked.push_str(text);
            };
            let mut from = 0;
            for (at, operation) in operations {
                add(&stack, &line[from..at]);
                stack.apply(&operation).map_err(|e| e.to_string())?;
                from = at;
            }
            add(&stack, &line[from..]);
        }
        let _ = writeln!(code, "Listing {{ file: {file:?}, marked: {marked:?} }},");
    }
    code.push_str("];\n");
    Ok(code)
}
