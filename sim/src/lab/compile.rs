//! From a script's source to what can be run, or to what is wrong with it and where.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rune::ast::{Span, Spanned};
use rune::diagnostics::{Diagnostic, FatalDiagnosticKind};
use rune::{Context, Diagnostics, Options, Source, Sources, Unit, runtime::RuntimeContext};

use super::mark::{Marked, Marks};
use super::scan::{Token, scan, tokens};
use super::words;
use crate::scenario::script::{Trouble, What};

/// What every script can name without a path. It stands before its first line, and
/// is no line of its own.
const BEFORE: &str = "use std::option::Option::{None, Some}; use std::result::Result::{Err, Ok}; use std::vec::Vec; use std::mem::drop; ";

/// A script that can be run.
#[derive(Clone)]
pub struct Compiled {
    /// Its instructions.
    pub unit: Arc<Unit>,
    /// What it can call.
    pub runtime: Arc<RuntimeContext>,
    /// What it was made of.
    pub text: Rc<str>,
    /// Where its lines are told.
    marks: Rc<Marks>,
}

/// What scripts can call: made once in a thread.
struct Language {
    context: Context,
    runtime: Arc<RuntimeContext>,
}

thread_local! {
    static LANGUAGE: Language = Language::new();
    /// The script that was compiled last: every process of a run has the same.
    static LAST: RefCell<Option<Compiled>> = const { RefCell::new(None) };
}

/// Learns what scripts can call, which takes a while; otherwise the first script has to.
pub fn learn() {
    LANGUAGE.with(|_| ());
}

/// Everything that is wrong with a script, in the order in which it stands there.
pub fn check(source: &str) -> Result<(), Vec<Trouble>> {
    compile(source).map(drop)
}

/// Makes a script of its source.
pub fn compile(source: &str) -> Result<Compiled, Vec<Trouble>> {
    let known = LAST.with_borrow(|last| last.clone().filter(|last| &*last.text == source));
    if let Some(known) = known {
        return Ok(known);
    }
    let found = scan(source);
    if !found.is_empty() {
        return Err(found.into_iter().map(|f| trouble(source, f.from, f.to, f.what)).collect());
    }
    if !has_get(source) {
        return Err(vec![trouble(source, 0, 0, What::NoGet)]);
    }
    let compiled = LANGUAGE.with(|language| language.compile(source))?;
    LAST.set(Some(compiled.clone()));
    Ok(compiled)
}

/// Whether there is a `pub async fn get(` with one argument.
fn has_get(source: &str) -> bool {
    let (tokens, _) = tokens(source);
    let kinds: Vec<Token<'_>> = tokens.iter().map(|(_, _, token)| *token).collect();
    kinds.windows(7).any(|seven| {
        use Token::{Name, Sign};
        matches!(
            seven,
            [Name("pub"), Name("async"), Name("fn"), Name("get"), Sign('('), Name(_), Sign(')')]
        )
    })
}

impl Language {
    fn new() -> Language {
        let context = words::context().expect("names that do not clash");
        let runtime = Arc::new(context.runtime().expect("memory for names"));
        Language { context, runtime }
    }

    fn compile(&self, source: &str) -> Result<Compiled, Vec<Trouble>> {
        let whole = |message: &str| vec![trouble(source, 0, 0, What::Language(message.to_owned()))];
        let mut sources = Sources::new();
        let marked = Marked::new(source);
        let text = Source::memory(format!("{BEFORE}{}", marked.text));
        let text = text.map_err(|e| whole(&e.to_string()))?;
        let marks = marked.into_marks();
        sources.insert(text).map_err(|e| whole(&e.to_string()))?;
        let mut options = Options::default();
        options.macros(false);
        let mut diagnostics = Diagnostics::without_warnings();
        let built = rune::prepare(&mut sources)
            .with_context(&self.context)
            .with_diagnostics(&mut diagnostics)
            .with_options(&options)
            .build();
        let mut wrong: Vec<Trouble> = Vec::new();
        for diagnostic in diagnostics.diagnostics() {
            if let Diagnostic::Fatal(fatal) = diagnostic {
                // Nobody wrote where names begin, and the end of a file is that of a script.
                let said = fatal
                    .to_string()
                    .replace("{root}::", "")
                    .replace("but got eof", "but the script ends");
                let what = What::Language(said.replace("item ::", "item "));
                let (from, to) = match fatal.kind() {
                    FatalDiagnosticKind::CompileError(error) => place(&marks, error.span()),
                    _ => (0, 0),
                };
                wrong.push(trouble(source, from, to, what));
            }
        }
        wrong.sort_by_key(|trouble| (trouble.line, trouble.column));
        wrong.dedup();
        match built {
            Ok(unit) if wrong.is_empty() => Ok(Compiled {
                unit: Arc::new(unit),
                runtime: Arc::clone(&self.runtime),
                text: source.into(),
                marks: Rc::new(marks),
            }),
            Ok(_) => Err(wrong),
            Err(error) if wrong.is_empty() => Err(whole(&error.to_string())),
            Err(_) => Err(wrong),
        }
    }
}

impl Compiled {
    /// Line and column of an instruction; none if that is not known.
    pub fn place_of(&self, ip: usize) -> Option<(u32, u32)> {
        // A jump has no place: what stands beside it is near enough.
        let known = self.unit.debug_info()?;
        let near = (0..=ip).rev().take(64).chain(ip + 1..ip + 64);
        let instruction = near.into_iter().find_map(|ip| known.instruction_at(ip))?;
        Some(line_column(&self.text, place(&self.marks, instruction.span).0))
    }
}

/// Where a span lies in what somebody wrote, in bytes.
fn place(marks: &Marks, span: Span) -> (usize, usize) {
    let within = |at: usize| marks.place(at.saturating_sub(BEFORE.len()));
    (within(span.range().start), within(span.range().end))
}

fn trouble(source: &str, from: usize, to: usize, what: What) -> Trouble {
    let (line, column) = line_column(source, from);
    Trouble { line, column, end: line_column(source, to.max(from)), what }
}

/// Line and column of a byte, both from 1; columns are characters.
fn line_column(source: &str, at: usize) -> (u32, u32) {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    let before = &source[..at];
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let lines = before.matches('\n').count();
    (lines as u32 + 1, before[line..].chars().count() as u32 + 1)
}
