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
    let claims = claims();
    let mut bad: Vec<Vec<String>> = vec![Vec::new(); claims.len()];
    let mut shown = Vec::new();
    for seed in [None].into_iter().chain((2..=9).map(Some)) {
        // What has been computed with one seed is of no use with another.
        let prover = Prover::default();
        for ((place, claim), bad) in claims.iter().zip(&mut bad) {
            if seed.is_some() && claim.luck == Luck::This {
                continue;
            }
            if let Err(problem) = prover.prove(&claim.run, &claim.check, seed) {
                let problem = format!("{place}: {}, seed {seed:?}: {problem}", claim.id);
                if seed.is_none() { shown.push(problem) } else { bad.push(problem) }
            }
        }
    }
    assert!(shown.is_empty(), "in the run that is shown: {shown:#?}");
    let allowed = |claim: &Claim| if claim.luck == Luck::Most { 3 } else { 0 };
    let bad: Vec<Vec<String>> = (claims.iter().zip(bad))
        .filter_map(|((_, claim), bad)| (bad.len() > allowed(claim)).then_some(bad))
        .collect();
    assert!(bad.is_empty(), "{bad:#?}");
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
