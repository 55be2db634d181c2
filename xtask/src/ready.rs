//! A program that has been made ready is kept: to cut and to optimise it takes minutes,
//! and it is made anew only when what was linked is another, or whoever makes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::pieces::{After, BEFORE};
use crate::program::Program;

/// Written last: where it is not, nothing is whole.
const STAMP: &str = "made-from";
const GLUE: &str = "glue.js";
const LOADER: &str = "loader.js";
const FIRST: &str = "first.wasm";
const LATER: &str = "later";
const AFTER: &str = "after.json";

/// What a program is made from, in a word: what was linked, and this program.
pub fn made_from(linked: &Path) -> Result<String> {
    let maker = fs::metadata(env::current_exe()?)?;
    let linked = Sha256::digest(fs::read(linked)?);
    Ok(format!("{linked:x} {} {:?}", maker.len(), maker.modified()?))
}

/// Keeps a program in a folder, in place of what is there.
pub fn write(folder: &Path, made_from: &str, program: &Program) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder.join(LATER))?;
    fs::write(folder.join(GLUE), &program.glue)?;
    fs::write(folder.join(LOADER), &program.loader)?;
    fs::write(folder.join(FIRST), &program.first)?;
    for (part, bytes) in &program.later {
        fs::write(folder.join(LATER).join(part), bytes)?;
    }
    fs::write(folder.join(AFTER), serde_json::to_string(&program.after)?)?;
    Ok(fs::write(folder.join(STAMP), made_from)?)
}

/// What is kept in a folder; nothing if it was made from something else, or is not
/// whole.
pub fn read(folder: &Path, made_from: &str) -> Option<Program> {
    let text = |name| fs::read_to_string(folder.join(name)).ok();
    text(STAMP).filter(|there| there == made_from)?;
    let mut later = BTreeMap::new();
    for part in fs::read_dir(folder.join(LATER)).ok()? {
        let part = part.ok()?;
        later.insert(part.file_name().into_string().ok()?, fs::read(part.path()).ok()?);
    }
    let after: BTreeMap<String, BTreeSet<String>> = serde_json::from_str(&text(AFTER)?).ok()?;
    let known = |name: &String| BEFORE.into_iter().find(|known| known == name);
    let after = after.iter().map(|(part, before)| {
        let before: Option<BTreeSet<_>> = before.iter().map(known).collect();
        Some((part.clone(), before?))
    });
    Some(Program {
        glue: text(GLUE)?,
        loader: text(LOADER)?,
        first: fs::read(folder.join(FIRST)).ok()?,
        later,
        after: after.collect::<Option<After>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_was_made_and_from_nothing_else() {
        let folder = env::temp_dir().join(format!("stampede-ready-{}", std::process::id()));
        let [lab, common, _] = BEFORE;
        let made = Program {
            glue: "glue".to_owned(),
            loader: "loader".to_owned(),
            first: vec![0, 255],
            later: BTreeMap::from([(lab.to_owned(), vec![1]), ("own".to_owned(), vec![2])]),
            after: After::from([("own".to_owned(), BTreeSet::from([lab, common]))]),
        };
        write(&folder, "this", &made).unwrap();
        assert!(read(&folder, "this").is_some_and(|kept| kept == made));
        assert!(read(&folder, "that").is_none());
        // Of another one nothing is left, and half of one is none.
        let other = Program { later: BTreeMap::new(), ..made };
        write(&folder, "that", &other).unwrap();
        assert!(read(&folder, "that").is_some_and(|kept| kept == other));
        fs::remove_file(folder.join(FIRST)).unwrap();
        assert!(read(&folder, "that").is_none());
        fs::remove_dir_all(&folder).unwrap();
    }
}
