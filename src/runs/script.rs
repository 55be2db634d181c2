//! What runs scripts: a part of the program of its own, which comes when a run has
//! one, or when somebody writes one (see [`crate::web::later`]).

use crate::web::later::{NotFetched, later};
use crate::web::offline;

later! {
    script:
    /// It is here, in a worker, where nothing is kept.
    pub(super) async fn fetched() -> () {
        {
            #[cfg(feature = "split")]
            stampede_sim::lab::give();
        }
    }
}

/// It is here, and kept for use without a network.
pub async fn ready() -> Result<(), NotFetched> {
    fetched().await?;
    offline::keep("script");
    Ok(())
}
