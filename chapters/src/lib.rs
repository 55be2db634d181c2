//! Chapters: `course/en/*.md` and `course/ja/*.md`, the same files in both.
//!
//! [`read`] turns them into what the page reads. The two languages must have
//! the same headings, bound numbers, claims, links to runs, figures, predictions,
//! tasks and checklists in the same order; what differs, what names no scenario, what a run
//! does not bear out, and Japanese that is not as `course/ja/terms.md` says is
//! refused with file and line.

pub mod claims;
pub mod directives;
pub mod glossary;
pub mod terms;

use std::fs;
use std::path::Path;

use claims::{Claims, Prove};
use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};
use directives::Directive;
use glossary::Terms;
use terms::Wording;

const LANGUAGES: [&str; 2] = ["en", "ja"];

/// A landmark that both languages must share, and the line it stands on.
#[derive(Clone, Debug)]
struct Landmark {
    what: String,
    line: usize,
}

/// A chapter as the page reads it.
#[derive(Clone, Debug)]
pub struct Chapter {
    /// The file's name without its ending: `02-singleflight`.
    pub name: String,
    /// Its title, in English and in Japanese.
    pub titles: [String; 2],
    /// Its text, in English and in Japanese; see `src/course/tree.rs`.
    pub texts: [String; 2],
    /// What a teacher may say, in English and in Japanese: nodes of paragraphs,
    /// each with the number of the heading that it stands under.
    pub notes: [String; 2],
}

/// What a preset's run says for a metric, as text; `None` if it says nothing.
pub type Quote<'a> = &'a dyn Fn(&str, &str) -> Option<String>;

/// Every chapter in `course`, in order, with its numbers filled in by `quote` and
/// its claims proved by `prove`.
pub fn read(course: &Path, quote: Quote, prove: Prove) -> Result<Vec<Chapter>, String> {
    let mut names: Vec<String> = fs::read_dir(course.join("en"))
        .map_err(|e| format!("{}: {e}", course.join("en").display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    for language in &LANGUAGES[1..] {
        for entry in fs::read_dir(course.join(language)).into_iter().flatten().flatten() {
            let name = entry.file_name().into_string().unwrap_or_default();
            if name.ends_with(".md") && name != terms::NAME && !names.contains(&name) {
                return Err(format!("{}: no such chapter in en", entry.path().display()));
            }
        }
    }
    let glossary = |language: &str| {
        let path = course.join(language).join(glossary::NAME).with_extension("md");
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        Terms::read(&text).map_err(|(line, e)| format!("{}:{line}: {e}", path.display()))
    };
    let wording = wording(course)?;
    let glossaries = [glossary(LANGUAGES[0])?, glossary(LANGUAGES[1])?];
    let mut chapters = Vec::new();
    for name in &names {
        let claims = Claims::read(course, name, prove)?;
        let mut landmarks: Vec<Vec<Landmark>> = Vec::new();
        let (mut texts, mut titles, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (language, terms) in LANGUAGES.into_iter().zip(&glossaries) {
            let path = course.join(language).join(name);
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            if language == "ja" {
                for (i, line) in text.lines().enumerate() {
                    wording
                        .check(line)
                        .map_err(|e| format!("{}:{}: {e}", path.display(), i + 1))?;
                }
            }
            let is_glossary = name.strip_suffix(".md") == Some(glossary::NAME);
            let terms = if is_glossary { Terms::default() } else { terms.clone() };
            let walk = chapter(&text, language, terms, quote, &claims)
                .map_err(|(line, e)| format!("{}:{line}: {e}", path.display()))?;
            let title = text.lines().next().and_then(|line| line.strip_prefix("# "));
            let title = title.ok_or_else(|| format!("{}:1: no title", path.display()))?;
            titles.push(title.to_owned());
            landmarks.push(walk.marks);
            texts.push(walk.text);
            notes.push(walk.notes);
        }
        compare(course, name, &landmarks)?;
        claims.all_said()?;
        let name = name.trim_end_matches(".md").to_owned();
        let (titles, texts, notes) = (titles.try_into(), texts.try_into(), notes.try_into());
        if let (Ok(titles), Ok(texts), Ok(notes)) = (titles, texts, notes) {
            chapters.push(Chapter { name, titles, texts, notes });
        }
    }
    Ok(chapters)
}

/// How Japanese is written.
pub fn wording(course: &Path) -> Result<Wording, String> {
    let path = course.join("ja").join(terms::NAME);
    let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Wording::read(&text).map_err(|(line, e)| format!("{}:{line}: {e}", path.display()))
}

fn compare(course: &Path, name: &str, landmarks: &[Vec<Landmark>]) -> Result<(), String> {
    let [en, ja] = landmarks else { return Ok(()) };
    let (en, ja) = (&in_order(en), &in_order(ja));
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

/// Landmarks as they are compared: numbers and claims that stand between the same
/// others may come in any order, as words do.
fn in_order(landmarks: &[Landmark]) -> Vec<Landmark> {
    let mut ordered = landmarks.to_vec();
    let loose = |landmark: &Landmark| {
        ["number ", "claim:"].iter().any(|prefix| landmark.what.starts_with(prefix))
    };
    for run in ordered.chunk_by_mut(|a, b| loose(a) && loose(b)) {
        run.sort_by(|a, b| a.what.cmp(&b.what));
    }
    ordered
}

type Refused = (usize, String);

// A chapter travels as one string, and becomes a tree in the page (see
// `src/course/tree.rs`): a node is OPEN, a letter, what it holds, CLOSE.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';
/// After an attribute.
const END: char = '\u{3}';

fn node(letter: char, attribute: Option<&str>, inner: &str) -> String {
    let attribute = attribute.map_or(String::new(), |a| format!("{a}{END}"));
    format!("{OPEN}{letter}{attribute}{inner}{CLOSE}")
}

fn chapter<'q>(
    text: &str,
    language: &str,
    terms: Terms,
    quote: Quote<'q>,
    claims: &'q Claims,
) -> Result<Walk<'q>, Refused> {
    let mut options = Options::default();
    options.extension.table = true;
    // Bold next to Japanese punctuation does not open in plain CommonMark.
    options.extension.cjk_friendly_emphasis = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    // Japanese has no spaces between words: a line break is none.
    let space = if language == "ja" { "" } else { " " };
    let (marks, text, notes) = Default::default();
    let mut walk = Walk { marks, space, quote, claims, terms, prose: false, text, notes };
    walk.text = walk.blocks(root)?;
    Ok(walk)
}

struct Walk<'q> {
    marks: Vec<Landmark>,
    space: &'static str,
    quote: Quote<'q>,
    claims: &'q Claims,
    terms: Terms,
    /// Whether terms are marked here: not in headings, links and tables.
    prose: bool,
    text: String,
    notes: String,
}

impl Walk<'_> {
    /// A claim by its name: where it can be seen.
    fn claim(&self, id: &str, line: usize) -> Result<String, Refused> {
        self.claims.show(id).map_err(|e| (line, e))
    }

    fn blocks<'a>(&mut self, parent: &'a AstNode<'a>) -> Result<String, Refused> {
        let mut code = String::new();
        for child in parent.children() {
            let data = child.data.borrow();
            let line = data.sourcepos.start.line;
            code += &match &data.value {
                NodeValue::Heading(heading) => {
                    let what = format!("heading of level {}", heading.level);
                    self.marks.push(Landmark { what, line });
                    let headings = self.marks.iter().filter(|m| m.what.starts_with("heading"));
                    let id = format!("{}s{}", heading.level, headings.count());
                    node('h', Some(&id), &self.inlines(child)?)
                }
                NodeValue::Paragraph => {
                    self.prose = true;
                    let inner = self.inlines(child);
                    self.prose = false;
                    node('p', None, &inner?)
                }
                NodeValue::List(list) => {
                    let letter = if list.list_type == ListType::Ordered { 'o' } else { 'u' };
                    let mut items = String::new();
                    for item in child.children() {
                        items += &node('i', None, &self.blocks(item)?);
                    }
                    node(letter, None, &items)
                }
                NodeValue::BlockQuote => node('q', None, &self.blocks(child)?),
                NodeValue::CodeBlock(block) if block.info == "notes" => {
                    self.marks.push(Landmark { what: "notes".to_owned(), line });
                    let headings = self.marks.iter().filter(|m| m.what.starts_with("heading"));
                    let heading = format!("s{}", headings.count());
                    let lines = block.literal.lines().filter(|line| !line.is_empty());
                    let lines = lines.map(|text| node('i', None, text));
                    self.notes += &node('h', Some(&heading), &lines.collect::<String>());
                    String::new()
                }
                NodeValue::CodeBlock(block) => match Directive::read(&block.info, &block.literal) {
                    None => node('c', None, &block.literal),
                    Some(Err((below, e))) => return Err((line + below, e)),
                    Some(Ok(directive)) => {
                        self.marks.push(Landmark { what: directive.landmark(), line });
                        let mut fields = String::new();
                        for (name, value) in &directive.fields {
                            let claims = value.split(',').map(|id| self.claim(id.trim(), line));
                            let value = match name.as_str() {
                                "claims" => claims.collect::<Result<Vec<_>, _>>()?.join(";"),
                                _ => value.clone(),
                            };
                            fields += &node('f', Some(name), &value);
                        }
                        node('w', Some(directive.kind), &fields)
                    }
                },
                NodeValue::Table(_) => {
                    let mut rows = String::new();
                    for row in child.children() {
                        let mut cells = String::new();
                        for cell in row.children() {
                            cells += &node('d', None, &self.inlines(cell)?);
                        }
                        rows += &node('r', None, &cells);
                    }
                    node('t', None, &rows)
                }
                other => return Err((line, format!("not used in chapters: {other:?}"))),
            };
        }
        Ok(code)
    }

    fn inlines<'a>(&mut self, parent: &'a AstNode<'a>) -> Result<String, Refused> {
        let mut code = String::new();
        for child in parent.children() {
            let data = child.data.borrow();
            let line = data.sourcepos.start.line;
            code += &match &data.value {
                NodeValue::Text(text) if self.prose => self.terms.mark(&keep_units(text)),
                NodeValue::Text(text) => keep_units(text),
                NodeValue::SoftBreak => self.space.to_owned(),
                NodeValue::Strong => node('b', None, &self.inlines(child)?),
                NodeValue::Emph => node('e', None, &self.inlines(child)?),
                NodeValue::Code(inner) => match inner.literal.strip_prefix('=') {
                    None => node('k', None, &inner.literal),
                    Some(bound) => {
                        let (preset, metric) = bound
                            .split_once('.')
                            .ok_or_else(|| (line, format!("`={bound}` is not `=preset.metric`")))?;
                        stampede_scenario::presets::find(preset)
                            .map_err(|_| (line, format!("there is no scenario `{preset}`")))?;
                        self.marks.push(Landmark { what: format!("number {bound}"), line });
                        let text = (self.quote)(preset, metric)
                            .ok_or_else(|| (line, format!("a run has no `{metric}`")))?;
                        node('n', Some(bound), &text)
                    }
                },
                NodeValue::Link(link) if link.url.starts_with("claim:") => {
                    let shown = self.claim(&link.url["claim:".len()..], line)?;
                    self.marks.push(Landmark { what: link.url.clone(), line });
                    // Its mark stays on the line of its last letter.
                    let mut said = self.inlines(child)?;
                    let last = said.pop().filter(|last| *last != CLOSE);
                    let last =
                        last.ok_or_else(|| (line, "a claim ends with a letter".to_owned()))?;
                    said += &node('m', Some(&shown), &last.to_string());
                    node('s', None, &said)
                }
                NodeValue::Link(link) => {
                    if let Some(run) = link.url.strip_prefix("run:") {
                        directives::run(run).map_err(|problem| (line, problem))?;
                        self.marks.push(Landmark { what: link.url.clone(), line });
                    }
                    let prose = std::mem::take(&mut self.prose);
                    let inner = self.inlines(child);
                    self.prose = prose;
                    node('a', Some(&link.url), &inner?)
                }
                other => return Err((line, format!("not used in chapters: {other:?}"))),
            };
        }
        Ok(code)
    }
}

/// A number and its unit stay on one line.
fn keep_units(text: &str) -> String {
    let mut out = String::new();
    let mut digit = false;
    for (i, letter) in text.char_indices() {
        let unit = ["ms", "s ", "件", "人"]
            .iter()
            .any(|unit| text[i + letter.len_utf8()..].starts_with(unit));
        out.push(if letter == ' ' && digit && unit { '\u{a0}' } else { letter });
        digit = letter.is_ascii_digit();
    }
    out
}
