//! What the simulation has for larger systems than those of the first seven
//! chapters: a part of the program of its own, which comes when a run needs it
//! (see [`crate::web::later`]).

use stampede_sim::scenario::{Fault, Problem};

use super::script;
use crate::web::later::{NotFetched, later};
use crate::web::offline;

later! {
    beyond:
    /// It is here, in a worker, where nothing is kept.
    pub(super) async fn fetched() -> () {
        {
            #[cfg(feature = "split")]
            stampede_sim::run::give_beyond();
        }
    }
}

/// All is here that a refused run was missing, and kept for use without a network.
pub async fn ready(missing: &Problem) -> Result<(), NotFetched> {
    if missing.path == SCRIPT {
        script::ready().await?;
    }
    fetched().await?;
    offline::keep("beyond");
    Ok(())
}

/// Whether a run was refused only because this is not here, or what runs scripts.
pub fn is_missing(problem: &Problem) -> bool {
    problem.fault == Fault::Missing && ["", SCRIPT].contains(&problem.path.as_str())
}

/// Where a run is refused that has a script.
const SCRIPT: &str = "script";
