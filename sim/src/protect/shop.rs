//! A shop's pages, each made of several keys.
//!
//! A page asks for its parts one after the other, or for all at once, and is
//! answered when it has them. Each part goes the way that a request for a single
//! key goes, so that whatever guards that guards every part: a page of the list is
//! the list and its category, a product's page the details and the category.
//!
//! Who is logged in is in `session.rs`, what becomes of the pages of the list when a
//! product is updated in `lists.rs`, and who decides whether one is left to sell in
//! `stock.rs`.

use std::rc::Rc;

use super::layer::{Layer, Next, Part};
use super::path::Site;
use super::{Loaded, session, stock};
use crate::engine::all::all;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::Invalidate;
use crate::telemetry::{Kind, Reason};
use crate::world::cache::Cache;
use crate::world::request::Key;
use crate::world::shop::{Class, Layout, Shop, Visitor};
use crate::world::{Claim, Process, Request};

/// Which key something has in the cache.
pub trait Naming {
    /// The key of something of a class, of number `number`, as a part of a page.
    fn key(&self, _page: &Request<'_>, layout: &Layout, class: Class, number: u32) -> Key {
        layout.key(class, number)
    }
    /// What a part of a class has got.
    fn got(&self, _part: &Request<'_>, _class: Class, _loaded: Loaded) {}
}

/// Everything has a key of its own.
pub struct Own;

impl Naming for Own {}

/// The pages of a process.
pub struct Pages {
    naming: Rc<dyn Naming>,
    shop: Rc<Shop>,
    /// Where sessions are.
    cache: Option<Rc<Cache>>,
    process: Rc<Process>,
    seed: u64,
}

impl Layer for Pages {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        if request.updates() {
            return next.load(request).await;
        }
        let Shop { layout, spec, .. } = &*self.shop;
        let (product, visitor) = (request.key, self.visitor(request));
        let draw = self.draw(request);
        // Without a cache there are no sessions, and a shop sells nothing.
        if let Some(cache) = self.cache.as_ref().filter(|_| draw < spec.buy + spec.login) {
            if draw < spec.buy {
                return self.buy(request, cache, visitor, next).await;
            }
            request.note(Kind::LoginPage, visitor);
            return self.log_in(request, cache, visitor, next).await;
        }
        // Who looks on without a session sees the page all the same.
        if draw < spec.buy + spec.login + spec.list {
            request.note(Kind::ListPage, layout.list_of(product));
            self.greet(request, visitor).await;
            return self.parts(request, Class::List, next).await;
        }
        request.note(Kind::DetailPage, product);
        self.greet(request, visitor).await;
        self.parts(request, Class::Detail, next).await
    }
}

impl Pages {
    /// A visitor buys a product, and has to be logged in for that.
    async fn buy(
        &self,
        request: &Request<'_>,
        cache: &Cache,
        visitor: Visitor,
        next: impl Next,
    ) -> Loaded {
        request.note(Kind::BuyPage, request.key);
        if !session::is_known(&self.shop, cache, request, visitor).await? {
            self.log_in(request, cache, visitor, next).await?;
        }
        let page = self.parts(request, Class::Detail, next).await?;
        stock::sell(&self.shop, cache, &self.process, request).await?;
        Ok(page)
    }

    /// Whoever is logged in is so for longer; nothing else depends on it.
    async fn greet(&self, request: &Request<'_>, visitor: Visitor) {
        if let Some(cache) = &self.cache {
            let _ = session::is_known(&self.shop, cache, request, visitor).await;
        }
    }

    /// The parts of a page: what it is about, which is its answer, and the category.
    async fn parts(&self, request: &Request<'_>, class: Class, next: impl Next) -> Loaded {
        let part = |class| self.part(request, class, request.key, next);
        let (main, category) = if self.shop.spec.at_once {
            let both = all([class, Class::Category].into_iter().map(part)).await;
            (both[0], both[1])
        } else {
            // Without what it is about there is no page.
            let main = part(class).await;
            main?;
            (main, part(Class::Category).await)
        };
        main.and(category).and(main)
    }

    /// One of them.
    async fn part(
        &self,
        request: &Request<'_>,
        class: Class,
        number: u32,
        next: impl Next,
    ) -> Loaded {
        let part = request.part(self.naming.key(request, &self.shop.layout, class, number));
        part.process.set(request.process.get());
        part.note(Kind::Arrive, self.process.id);
        let began = request.world.core.now();
        let mut ending = Ending { part: &part, outcome: Err(Reason::Crashed) };
        if class == Class::List
            && self.shop.spec.invalidate == Invalidate::Namespace
            && let Some(cache) = &self.cache
            && let Ok(version) = cache.number(&part).await
        {
            part.claim.set(Claim::Name(version));
        }
        if self.cache.is_none() {
            part.sees(None);
        }
        ending.outcome = next.load(&part).await;
        let took = request.world.core.now() - began;
        // Who has got nothing has not been served, however fast that was.
        if matches!(ending.outcome, Ok(_) | Err(Reason::NotFound)) {
            request.world.recorder.benchmark(part.was_hit(), took);
        }
        request.world.judge(&part, ending.outcome);
        self.naming.got(&part, class, ending.outcome);
        ending.outcome
    }

    /// A visitor logs in, which shows the profile, and has a session.
    async fn log_in(
        &self,
        request: &Request<'_>,
        cache: &Cache,
        visitor: Visitor,
        next: impl Next,
    ) -> Loaded {
        let profile = self.part(request, Class::Profile, visitor, next).await?;
        session::begin(&self.shop, cache, request, visitor).await?;
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
    pub fn new(site: &Site<'_>, naming: Rc<dyn Naming>) -> Option<Pages> {
        let Site { world, process, seed, .. } = site;
        let (shop, cache) = (world.shop.clone()?, world.cache.clone());
        shop.channel.subscribe(process);
        Some(Pages { naming, shop, cache, process: Rc::clone(process), seed: *seed })
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

impl Part for Pages {
    /// What there is to know is in the cache, and the visitors have it.
    fn reset(&self) {}
}
