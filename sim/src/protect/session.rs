//! Sessions: who is logged in.
//!
//! A *session* is in the cache and nowhere else: what is evicted or cleared cannot
//! be loaded again, and its visitor has to log in. It lives on while it is used.
//! Reading it and prolonging it in two steps leaves a gap in which it may expire
//! (`GET`, then `EXPIRE`); in one there is none (`GETEX`).
//!
//! However often it is used, an absolute limit ends it: whoever has stolen one cannot
//! keep it alive for ever.
//!
//! Sources: Redis documentation of `GETEX` and `EXPIRE`; OWASP, *Session Management
//! Cheat Sheet* (idle and absolute time-outs).

use crate::scenario::Prolong;
use crate::telemetry::{Kind, Reason};
use crate::world::Request;
use crate::world::cache::{Cache, Down};
use crate::world::shop::{Class, Shop, Visitor};

/// Whether the visitor is logged in. If so, that lasts longer from now on.
pub async fn is_known(
    shop: &Shop,
    cache: &Cache,
    request: &Request<'_>,
    visitor: Visitor,
) -> Result<bool, Reason> {
    let Shop { layout, spec, cookies, .. } = shop;
    let Some(began) = cookies.borrow().get(&visitor).copied() else { return Ok(false) };
    let session = layout.key(Class::Session, visitor);
    let prolongs = spec.session == Prolong::Getex;
    let look = cache.command(request, |now, store| {
        let left = shop.session_left(now, began);
        let known = left.filter(|_| store.get(now, session).is_some());
        if let Some(left) = known.filter(|_| prolongs) {
            store.expire(now, session, left);
        }
        request.note(if known.is_some() { Kind::Known } else { Kind::LoggedOut }, session);
        known
    });
    let Some(left) = look.await.map_err(|Down| Reason::CacheDown)? else {
        cookies.borrow_mut().remove(&visitor);
        return Ok(false);
    };
    if spec.session == Prolong::GetExpire {
        let prolong = cache.command(request, |now, store| {
            if !store.expire(now, session, left) {
                request.note(Kind::Overtaken, session);
            }
        });
        prolong.await.map_err(|Down| Reason::CacheDown)?;
    }
    Ok(true)
}

/// A visitor who has logged in has a session from now on.
pub async fn begin(
    shop: &Shop,
    cache: &Cache,
    request: &Request<'_>,
    visitor: Visitor,
) -> Result<(), Reason> {
    let now = request.world.core.now();
    if let Some(left) = shop.session_left(now, now) {
        let session = shop.layout.key(Class::Session, visitor);
        cache.log_in(request, session, left).await.map_err(|Down| Reason::CacheDown)?;
    }
    shop.cookies.borrow_mut().insert(visitor, now);
    Ok(())
}
