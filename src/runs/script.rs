//! What runs scripts: a part of the program of its own, which comes when a run has
//! one, or when somebody writes one (see [`crate::web::later`]).

use gloo_timers::future::TimeoutFuture;

use crate::web::later::{NotFetched, later};
use crate::web::offline;

later! {
    script:
    /// It is here, in a worker, where nothing is kept.
    pub(super) async fn fetched() -> () {
        {
            #[cfg(feature = "split")]
            stampede_sim::lab::give();
            stampede_sim::lab::learn();
        }
    }
}

/// It is here, and kept for use without a network.
pub async fn ready() -> Result<(), NotFetched> {
    fetched().await?;
    // What is made of it is a task of its own: the page is drawn between them.
    TimeoutFuture::new(0).await;
    offline::keep("script");
    Ok(())
}
