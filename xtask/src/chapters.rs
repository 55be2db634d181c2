//! `cargo xtask chapters`: the chapters as the page reads them, to be put beside
//! the page. Every build does this first, Trunk's too (`Trunk.toml`).

use std::fs;

use anyhow::{Result, anyhow};

use crate::sh::root;
use stampede_chapters::claims::{Claim, Shown};
use stampede_claims::Prover;
use stampede_sim::quote::number;

pub fn run() -> Result<()> {
    let out = root().join("target/chapters");
    let prover = Prover::default();
    let prove = |claim: &Claim| {
        let seen = prover.prove(&claim.run, &claim.check, None)?;
        Ok(Shown { label: seen.label(), run: seen.link(&claim.run) })
    };
    let chapters = stampede_chapters::read(&root().join("course"), &number, &prove);
    let chapters = chapters.map_err(|e| anyhow!(e))?;
    for (i, language) in ["en", "ja"].iter().enumerate() {
        let folder = out.join(language);
        fs::create_dir_all(&folder)?;
        for chapter in &chapters {
            fs::write(folder.join(format!("{}.txt", chapter.name)), &chapter.texts[i])?;
            fs::write(folder.join(format!("{}.notes.txt", chapter.name)), &chapter.notes[i])?;
        }
    }
    Ok(())
}
