//! Chapters: `course/en/*.md` and `course/ja/*.md`, the same files in both.
//!
//! The two languages must have the same headings, bound numbers and figures in
//! the same order; what differs is refused with file and line.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};

const LANGUAGES: [&str; 2] = ["en", "ja"];

/// A landmark that both languages must share, and the line it stands on.
#[derive(Debug)]
struct Landmark {
    what: String,
    line: usize,
}

/// Rust source: `pub static CHAPTERS: &[Chapter] = …`.
pub fn generate(course: &Path) -> Result<String, String> {
    let mut names: Vec<String> = fs::read_dir(course.join("en"))
        .map_err(|e| format!("{}: {e}", course.join("en").display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    for language in &LANGUAGES[1..] {
        for entry in fs::read_dir(course.join(language)).into_iter().flatten().flatten() {
            let name = entry.file_name().into_string().unwrap_or_default();
            if name.ends_with(".md") && !names.contains(&name) {
                return Err(format!("{}: no such chapter in en", entry.path().display()));
            }
        }
    }
    let mut code =
        String::from("/// Every chapter, in order.\npub static CHAPTERS: &[Chapter] = &[\n");
    for name in &names {
        let slug = name.trim_end_matches(".md");
        let mut landmarks: Vec<Vec<Landmark>> = Vec::new();
        let mut texts = String::new();
        for language in LANGUAGES {
            let path = course.join(language).join(name);
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let (blocks, found) =
                chapter(&text).map_err(|(line, e)| format!("{}:{line}: {e}", path.display()))?;
            landmarks.push(found);
            let _ = writeln!(texts, "{language}: &[{blocks}],");
        }
        compare(course, name, &landmarks)?;
        let _ = writeln!(code, "Chapter {{ slug: {slug:?},\n{texts}}},");
    }
    code.push_str("];\n");
    Ok(code)
}

fn compare(course: &Path, name: &str, landmarks: &[Vec<Landmark>]) -> Result<(), String> {
    let [en, ja] = landmarks else { return Ok(()) };
    let place = |language: &str, l: Option<&Landmark>| {
        let path = course.join(language).join(name);
        match l {
            Some(l) => format!("{}:{}: {}", path.display(), l.line, l.what),
            None => format!("{}: nothing", path.display()),
        }
    };
    for i in 0..en.len().max(ja.len()) {
        if en.get(i).map(|l| &l.what) != ja.get(i).map(|l| &l.what) {
            return Err(format!(
                "the languages differ:\n  {}\n  {}",
                place("en", en.get(i)),
                place("ja", ja.get(i))
            ));
        }
    }
    Ok(())
}

type Refused = (usize, String);

fn chapter(text: &str) -> Result<(String, Vec<Landmark>), Refused> {
    let mut options = Options::default();
    options.extension.table = true;
    // Bold next to Japanese punctuation does not open in plain CommonMark.
    options.extension.cjk_friendly_emphasis = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    let mut landmarks = Vec::new();
    let code = blocks(root, &mut landmarks)?;
    Ok((code, landmarks))
}

fn blocks<'a>(node: &'a AstNode<'a>, marks: &mut Vec<Landmark>) -> Result<String, Refused> {
    let mut code = String::new();
    for child in node.children() {
        let data = child.data.borrow();
        let line = data.sourcepos.start.line;
        let _ = match &data.value {
            NodeValue::Heading(heading) => {
                let what = format!("heading of level {}", heading.level);
                marks.push(Landmark { what, line });
                let number = marks.iter().filter(|m| m.what.starts_with("heading")).count();
                let inner = inlines(child, marks)?;
                write!(code, "Block::Heading({}, \"s{number}\", &[{inner}]),", heading.level)
            }
            NodeValue::Paragraph => {
                write!(code, "Block::Paragraph(&[{}]),", inlines(child, marks)?)
            }
            NodeValue::List(list) => {
                let ordered = list.list_type == ListType::Ordered;
                let mut items = String::new();
                for item in child.children() {
                    let _ = write!(items, "&[{}],", blocks(item, marks)?);
                }
                write!(code, "Block::List({ordered}, &[{items}]),")
            }
            NodeValue::BlockQuote => {
                write!(code, "Block::Quote(&[{}]),", blocks(child, marks)?)
            }
            NodeValue::CodeBlock(block) => write!(code, "Block::Code({:?}),", block.literal),
            NodeValue::Table(_) => {
                let mut rows = String::new();
                for row in child.children() {
                    rows.push_str("&[");
                    for cell in row.children() {
                        let _ = write!(rows, "&[{}],", inlines(cell, marks)?);
                    }
                    rows.push_str("],");
                }
                write!(code, "Block::Table(&[{rows}]),")
            }
            other => return Err((line, format!("not used in chapters: {other:?}"))),
        };
    }
    Ok(code)
}

fn inlines<'a>(node: &'a AstNode<'a>, marks: &mut Vec<Landmark>) -> Result<String, Refused> {
    let mut code = String::new();
    for child in node.children() {
        let data = child.data.borrow();
        let line = data.sourcepos.start.line;
        let _ = match &data.value {
            NodeValue::Text(text) => write!(code, "Inline::Text({text:?}),"),
            // Japanese has no spaces between words: a line break is none.
            NodeValue::SoftBreak => write!(code, "Inline::Break,"),
            NodeValue::Strong => write!(code, "Inline::Strong(&[{}]),", inlines(child, marks)?),
            NodeValue::Emph => write!(code, "Inline::Emph(&[{}]),", inlines(child, marks)?),
            NodeValue::Code(inner) => match inner.literal.strip_prefix('=') {
                None => write!(code, "Inline::Code({:?}),", inner.literal),
                Some(bound) => {
                    let (preset, metric) = bound
                        .split_once('.')
                        .ok_or_else(|| (line, format!("`={bound}` is not `=preset.metric`")))?;
                    marks.push(Landmark { what: format!("number {bound}"), line });
                    write!(code, "Inline::Number({preset:?}, {metric:?}),")
                }
            },
            NodeValue::Link(link) => {
                let inner = inlines(child, marks)?;
                write!(code, "Inline::Link({:?}, &[{inner}]),", link.url)
            }
            other => return Err((line, format!("not used in chapters: {other:?}"))),
        };
    }
    Ok(code)
}
