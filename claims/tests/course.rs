//! What the course claims is so, whatever the seed, and would not be so if the
//! run were another.

use std::path::Path;

use stampede_chapters::claims::{Claim, Luck, all};
use stampede_claims::Prover;

fn claims() -> Vec<(String, Claim)> {
    let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("../course");
    let claims = all(&course).unwrap();
    assert!(claims.len() > 70, "{}", claims.len());
    claims
}

/// With the seed of its run, and, unless it is about that alone, with eight more.
#[test]
fn every_claim_holds() {
    let prover = Prover::default();
    let mut bad = Vec::new();
    for (place, claim) in claims() {
        let prove = |seed| prover.prove(&claim.run, &claim.check, seed);
        if let Err(problem) = prove(None) {
            bad.push(format!("{place}: {}: {problem}", claim.id));
        }
        let wrong: Vec<String> = match claim.luck {
            Luck::This => Vec::new(),
            _ => (2..=9)
                .filter_map(|seed| Some(format!("seed {seed}: {}", prove(Some(seed)).err()?)))
                .collect(),
        };
        let allowed = if claim.luck == Luck::Most { 3 } else { 0 };
        if wrong.len() > allowed {
            bad.push(format!("{place}: {}: {wrong:#?}", claim.id));
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}

/// Each is refuted by the run with those changes that it names itself.
#[test]
fn every_claim_can_be_refuted() {
    let prover = Prover::default();
    let mut bad = Vec::new();
    for (place, claim) in claims() {
        let run = format!("{}&{}", claim.run, claim.not);
        match prover.prove(&run, &claim.check, None) {
            Ok(seen) => bad.push(format!("{place}: {}: still {}", claim.id, seen.label())),
            // Refuted by what happens, not by a mistake in the check.
            Err(problem) if !problem.starts_with('`') => {
                bad.push(format!("{place}: {}: {problem}", claim.id));
            }
            Err(_) => {}
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
}
