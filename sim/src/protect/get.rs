//! How a process answers a request: the cache first, then the database.
//!
//! Cache-aside, as most services do it. What stands between the cache and the
//! database is the defence.

use super::{App, Loaded};
use crate::world::Request;

/// Reads the request's key through the cache.
pub async fn get(app: &App, request: &Request<'_>) -> Loaded {
    if let Some(cache) = &request.world.cache
        && let Some(value) = cache.get(request).await
    {
        return Ok(value);
    }
    match &app.singleflight {
        None => load(app, request).await,
        Some(group) => {
            let work = async || load(app, request).await;
            group.run(request.key, request, work).await.value
        }
    }
}

/// Asks the database and fills the cache. The answer waits until the cache
/// has it, so that whoever comes next finds it there.
async fn load(app: &App, request: &Request<'_>) -> Loaded {
    let value = app.process.query(request).await?;
    if let Some(cache) = &request.world.cache {
        cache.set(request, value).await;
    }
    Ok(value)
}
