//! `cargo xtask chapters`: the chapters as the page reads them, to be put beside
//! the page. Every build does this first, Trunk's too (`Trunk.toml`).

use std::path::Path;
use std::{env, fs};

use anyhow::{Result, anyhow};
use sha2::{Digest, Sha256};

use crate::sh::root;
use stampede_chapters::claims::{Claim, Shown};
use stampede_claims::Prover;
use stampede_sim::quote::number;

pub fn run() -> Result<()> {
    let (out, course) = (root().join("target/chapters"), root().join("course"));
    // Beside the folder: all in it becomes part of the page.
    let (stamp, now) = (root().join("target/chapters.made-from"), made_from(&course)?);
    if out.is_dir() && fs::read_to_string(&stamp).is_ok_and(|before| before == now) {
        return Ok(());
    }
    let prover = Prover::default();
    let prove = |claim: &Claim| {
        let seen = prover.prove(&claim.run, &claim.check, None)?;
        Ok(Shown { label: seen.label(), run: seen.link(&claim.run) })
    };
    let chapters = stampede_chapters::read(&course, &number, &prove).map_err(|e| anyhow!(e))?;
    for (i, language) in ["en", "ja"].iter().enumerate() {
        let folder = out.join(language);
        fs::create_dir_all(&folder)?;
        for chapter in &chapters {
            fs::write(folder.join(format!("{}.txt", chapter.name)), &chapter.texts[i])?;
            fs::write(folder.join(format!("{}.notes.txt", chapter.name)), &chapter.notes[i])?;
        }
    }
    Ok(fs::write(stamp, now)?)
}

/// What the chapters are made from: the course, and this program, which has the
/// simulation in it. To run all that they say takes some seconds.
fn made_from(course: &Path) -> Result<String> {
    let program = fs::metadata(env::current_exe()?)?;
    let mut all = vec![format!("{} {:?}", program.len(), program.modified()?)];
    for folder in fs::read_dir(course)? {
        for file in fs::read_dir(folder?.path())? {
            let path = file?.path();
            all.push(format!("{} {:x}", path.display(), Sha256::digest(fs::read(&path)?)));
        }
    }
    all.sort();
    Ok(all.join("\n"))
}
