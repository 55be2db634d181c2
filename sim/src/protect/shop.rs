//! A shop's pages, each made of several keys.
//!
//! A page asks for its parts one after the other, or for all at once, and is
//! answered when it has them. Each part goes the way that a request for a single
//! key goes, so that whatever guards that guards every part: a page of the list is
//! the list and its category, a product's page the details and the category.
//!
//! A *session* is in the cache and nowhere else: what is evicted or cleared cannot
//! be loaded again, and its visitor has to log in. It lives on while it is used.
//! Reading it and prolonging it in two steps leaves a gap in which it may expire
//! (`GET`, then `EXPIRE`); in one there is none (`GETEX`).
//!
//! When a product is *updated*, the pages of the list that show it are old as well:
//!
//! - `tags`: each product has a set with the keys of the pages that show it, which
//!   was filled together with them (`MULTI`). Ask for it, and delete those.
//! - `scan`: walk all keys there are, and delete every page of the list. What is
//!   stored behind the cursor stays.
//! - `namespace`: count up a version that is part of all their names. One step, and
//!   all of them are gone; but whoever reads one has to ask for the version first.
//!
//! Sources: Redis documentation of `GETEX`, `EXPIRE`, `SCAN`; memcached's wiki,
//! *Namespacing*; OWASP, *Session Management Cheat Sheet* (idle and absolute
//! time-outs).

use std::rc::Rc;

use super::layer::{Layer, Next, Part};
use super::path::Site;
use super::{App, Loaded};
use crate::engine::all::all;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{Invalidate, Prolong};
use crate::telemetry::{Kind, Reason};
use crate::world::cache::{Cache, Down};
use crate::world::request::Key;
use crate::world::shop::{Class, Shop, Visitor};
use crate::world::{Claim, Request};

/// The pages of a process.
pub struct Pages {
    shop: Rc<Shop>,
    cache: Rc<Cache>,
    process: u32,
    seed: u64,
}

impl Layer for Pages {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if request.updates() {
            return next.load(request).await;
        }
        let Shop { layout, spec, .. } = &*self.shop;
        let (product, visitor) = (request.key, self.visitor(request));
        let category = layout.key(Class::Category, product);
        let draw = self.draw(request);
        if draw < spec.buy {
            request.note(Kind::BuyPage, product);
            if !self.is_known(request, visitor).await? {
                self.log_in(request, visitor, next).await?;
            }
            return self.parts(request, [product, category], next).await;
        }
        if draw < spec.buy + spec.login {
            request.note(Kind::LoginPage, visitor);
            return self.log_in(request, visitor, next).await;
        }
        // Who looks on without a session sees the page all the same.
        if draw < spec.buy + spec.login + spec.list {
            request.note(Kind::ListPage, layout.list_of(product));
            let _ = self.is_known(request, visitor).await;
            return self.parts(request, [layout.list_of(product), category], next).await;
        }
        request.note(Kind::DetailPage, product);
        let _ = self.is_known(request, visitor).await;
        self.parts(request, [product, category], next).await
    }
}

impl Pages {
    /// The keys of a page. The first one is what it is about, and its answer.
    async fn parts(&self, request: &Request<'_>, keys: [Key; 2], next: impl Next) -> Loaded {
        let loaded = match self.shop.spec.at_once {
            true => all(keys.into_iter().map(|key| self.part(request, key, next))).await,
            false => {
                let mut loaded = Vec::new();
                for key in keys {
                    loaded.push(self.part(request, key, next).await);
                    // Without what it is about there is no page.
                    if loaded[0].is_err() {
                        break;
                    }
                }
                loaded
            }
        };
        let failed = loaded.iter().find(|part| part.is_err());
        *failed.unwrap_or(&loaded[0])
    }

    /// One of them.
    async fn part(&self, request: &Request<'_>, key: Key, next: impl Next) -> Loaded {
        let part = request.part(key);
        part.process.set(request.process.get());
        part.note(Kind::Arrive, self.process);
        let began = request.world.core.now();
        let mut ending = Ending { part: &part, outcome: Err(Reason::Crashed) };
        let is_list = self.shop.layout.class_of(key) == Some(Class::List);
        if is_list
            && self.shop.spec.invalidate == Invalidate::Namespace
            && let Ok(version) = self.cache.number(&part).await
        {
            part.claim.set(Claim::Name(version));
        }
        ending.outcome = next.load(&part).await;
        let took = request.world.core.now() - began;
        request.world.recorder.benchmark(part.was_hit(), took);
        request.world.judge(&part, ending.outcome);
        ending.outcome
    }

    /// Whether the visitor is logged in. If so, that lasts longer from now on.
    async fn is_known(&self, request: &Request<'_>, visitor: Visitor) -> Result<bool, Reason> {
        let Shop { layout, spec, cookies, .. } = &*self.shop;
        let Some(began) = cookies.borrow().get(&visitor).copied() else { return Ok(false) };
        let session = layout.key(Class::Session, visitor);
        let prolongs = spec.session == Prolong::Getex;
        let look = self.cache.command(request, |now, store| {
            let left = self.shop.session_left(now, began);
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
            let prolong = self.cache.command(request, |now, store| {
                if !store.expire(now, session, left) {
                    request.note(Kind::Overtaken, session);
                }
            });
            prolong.await.map_err(|Down| Reason::CacheDown)?;
        }
        Ok(true)
    }

    /// A visitor logs in, and has a session.
    async fn log_in(&self, request: &Request<'_>, visitor: Visitor, next: impl Next) -> Loaded {
        let Shop { layout, cookies, .. } = &*self.shop;
        let profile = self.part(request, layout.key(Class::Profile, visitor), next).await?;
        let now = request.world.core.now();
        let (session, left) =
            (layout.key(Class::Session, visitor), self.shop.session_left(now, now));
        if let Some(left) = left {
            let begun = self.cache.log_in(request, session, left).await;
            begun.map_err(|Down| Reason::CacheDown)?;
        }
        cookies.borrow_mut().insert(visitor, now);
        Ok(profile)
    }

    fn visitor(&self, request: &Request<'_>) -> Visitor {
        request.client % self.shop.spec.visitors
    }

    /// What decides which page it is: the same for every try, and no other client's.
    fn draw(&self, request: &Request<'_>) -> f64 {
        let who = u64::from(request.client).rotate_left(32) ^ request.sent.0;
        Stream::new(self.seed, Purpose::Pages, who).unit()
    }

    /// The pages of a process, in a shop.
    pub fn new(site: &Site<'_>) -> Option<Pages> {
        let Site { world, process, seed, .. } = site;
        let (shop, cache) = (world.shop.clone()?, world.cache.clone()?);
        Some(Pages { shop, cache, process: process.id, seed: *seed })
    }
}

/// A part that is asked for. However it ends, it does so once.
struct Ending<'a> {
    part: &'a Request<'a>,
    outcome: Loaded,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.part.note(Kind::Parted, self.outcome.err().map_or(0, |reason| reason as u32));
    }
}

/// A product has been updated: pages of the list are not what they were.
pub async fn invalidate(app: &App, request: &Request<'_>) {
    let (Some(shop), Some(cache)) = (&app.world.shop, &app.world.cache) else { return };
    let lists = shop.layout.keys(Class::List);
    // Who gets no answer leaves what there is: nobody is told, the update is done.
    match shop.spec.invalidate {
        Invalidate::Tags => {
            let shown_on = shop.layout.list_of(request.key);
            let members = cache.command(request, |now, store| {
                let found: Vec<Key> = store.get(now, shown_on).map(|_| shown_on).into_iter().collect();
                request.note(Kind::Scan, found.len() as u32);
                found
            });
            if let Ok(found) = members.await {
                let _ = cache.unlink(request, found).await;
            }
        }
        Invalidate::Scan => {
            let mut cursor = 0;
            loop {
                let count = shop.spec.count as usize;
                let call = cache.command(request, |_, store| {
                    let (found, next) = store.scan(cursor, count, |key| lists.contains(&key));
                    request.note(Kind::Scan, found.len() as u32);
                    (found, next)
                });
                let Ok((found, next)) = call.await else { return };
                if !found.is_empty() && cache.unlink(request, found).await.is_err() {
                    return;
                }
                if next == 0 {
                    return;
                }
                cursor = next;
            }
        }
        Invalidate::Namespace => {
            let _ = cache.rename_all(request, lists).await;
        }
        Invalidate::None => {}
    }
}

impl Part for Pages {
    /// What there is to know is in the cache, and the visitors have it.
    fn reset(&self) {}
}
