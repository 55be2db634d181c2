//! What the simulation has for larger systems than those of the first seven
//! chapters: a part of the program of its own, which comes when a run needs it
//! (see [`crate::web::later`]).

use stampede_sim::scenario::{Fault, Problem};

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

/// It is here, and kept for use without a network.
pub async fn ready() -> Result<(), NotFetched> {
    fetched().await?;
    offline::keep("beyond");
    Ok(())
}

/// Whether a run was refused only because this is not here.
pub fn is_missing(problem: &Problem) -> bool {
    problem.path.is_empty() && problem.fault == Fault::Missing
}
