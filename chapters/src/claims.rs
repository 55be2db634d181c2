//! What sentences claim: `course/claims/*.md`, a file for each chapter that both
//! languages share. A sentence is marked `[The queue is long.](claim:queue)`, a
//! figure or question names those of its own words: `claims = queue, late`.
//!
//! ````text
//! ```claim
//! id = queue
//! run = a=demo-without-singleflight&b=demo-with-singleflight
//! check = a: 80 queue
//! not = db.pool=100
//! ```
//! ````
//!
//! What a check may say is in the crate `stampede-claims`.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};

use crate::directives::Directive;

/// A claim about a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What sentences call it.
    pub id: String,
    /// The run, as a link without its version.
    pub run: String,
    /// What is true of it.
    pub check: String,
    /// Changes to the run after which it is true no more: a check that nothing
    /// can refute says nothing.
    pub not: String,
    /// With which seeds it is true.
    pub luck: Luck,
    /// What is written large at each lane, as figures say it.
    pub measure: String,
}

/// With which seeds a claim is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Luck {
    /// With every one.
    Every,
    /// With more than half of them.
    Most,
    /// With that of its run.
    This,
}

/// Where a claim can be seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Lane and time, for people: `B 80.6 ms`.
    pub label: String,
    /// The run at that moment, as a link without its version.
    pub run: String,
}

/// Proves a claim, or says what is found instead.
pub type Prove<'a> = &'a dyn Fn(&Claim) -> Result<Shown, String>;

/// A chapter's claims, and where each can be seen.
#[derive(Debug, Default)]
pub struct Claims {
    path: PathBuf,
    all: Vec<(usize, Claim, Shown, Cell<bool>)>,
}

impl Claims {
    /// Reads those of a chapter and proves them; a chapter may have none.
    pub fn read(course: &Path, name: &str, prove: Prove) -> Result<Claims, String> {
        let path = course.join("claims").join(name);
        let Ok(text) = fs::read_to_string(&path) else { return Ok(Claims::default()) };
        let mut claims = Claims { path, all: Vec::new() };
        for (line, claim) in blocks(&text).map_err(|(line, e)| claims.at(line, &e))? {
            if claims.all.iter().any(|(_, known, ..)| known.id == claim.id) {
                return Err(claims.at(line, &format!("a second `{}`", claim.id)));
            }
            let shown =
                prove(&claim).map_err(|e| claims.at(line, &format!("{}: {e}", claim.id)))?;
            claims.all.push((line, claim, shown, Cell::new(false)));
        }
        Ok(claims)
    }

    fn at(&self, line: usize, problem: &str) -> String {
        format!("{}:{line}: {problem}", self.path.display())
    }

    /// Where a claim can be seen, by its name, as the page reads it:
    /// `label|measure|run`.
    pub fn show(&self, id: &str) -> Result<String, String> {
        let claim = self.all.iter().find(|(_, claim, ..)| claim.id == id);
        let (_, claim, shown, said) = claim.ok_or_else(|| format!("there is no claim `{id}`"))?;
        said.set(true);
        Ok(format!("{}|{}|{}", shown.label, claim.measure, shown.run))
    }

    /// What no sentence says is refused.
    pub fn all_said(&self) -> Result<(), String> {
        match self.all.iter().find(|(_, _, _, said)| !said.get()) {
            Some((line, claim, ..)) => Err(self.at(*line, &format!("nothing says `{}`", claim.id))),
            None => Ok(()),
        }
    }
}

/// All claims of the course, each with its file and line.
pub fn all(course: &Path) -> Result<Vec<(String, Claim)>, String> {
    let folder = course.join("claims");
    let entries = fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let place = |line: usize| format!("{}:{line}", path.display());
        let found = blocks(&text).map_err(|(line, e)| format!("{}: {e}", place(line)))?;
        all.extend(found.into_iter().map(|(line, claim)| (place(line), claim)));
    }
    Ok(all)
}

/// The claims in a file, each with its line.
fn blocks(text: &str) -> Result<Vec<(usize, Claim)>, (usize, String)> {
    let arena = Arena::new();
    let root = parse_document(&arena, text, &Options::default());
    let mut claims = Vec::new();
    for node in root.children() {
        let data = node.data.borrow();
        let line = data.sourcepos.start.line;
        let NodeValue::CodeBlock(block) = &data.value else { continue };
        let read = Directive::read(&block.info, &block.literal).filter(|_| block.info == "claim");
        let read = read.ok_or_else(|| (line, format!("`{}` is no claim", block.info)))?;
        let directive = read.map_err(|(below, e)| (line + below, e))?;
        let field = |name: &str| {
            let field = directive.fields.iter().find(|(field, _)| field == name);
            field.map_or(String::new(), |(_, value)| value.clone())
        };
        let luck = match field("luck").as_str() {
            "" => Luck::Every,
            "most" => Luck::Most,
            "this" => Luck::This,
            other => return Err((line, format!("luck: `{other}` is neither most nor this"))),
        };
        let [id, run, check, not, measure] = ["id", "run", "check", "not", "measure"].map(field);
        claims.push((line, Claim { id, run, check, not, luck, measure }));
    }
    Ok(claims)
}
