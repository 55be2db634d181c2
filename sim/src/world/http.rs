//! HTTP: what a request asks for beside its path, and what it gets.
//!
//! A request's key is its path. What else makes it another request than one for the
//! same path (RFC 9110: the query is part of the target; `Authorization` and `Origin`
//! are header fields) stands here, and so does for whom each value was made. So it is
//! noticed when somebody gets what was made for another.
//!
//! It stands beside the requests, by their number: a run without HTTP has none of it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use super::request::Key;
use super::senders::Client;
use super::{Request, Value, World};
use crate::engine::Nanos;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{CacheControl, HttpSpec};
use crate::telemetry::reply::{From, Reply};
use crate::telemetry::{Kind, Reason};

/// What a request asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Asked {
    /// Its path.
    pub path: Key,
    /// Its query; 0 is the first, or none.
    pub query: u32,
    /// The account that it is signed in to; 0 is none.
    pub account: u32,
    /// The site whose page sends it; 0 is our own.
    pub origin: u32,
    /// The language that it asks for; 0 is any.
    pub language: u32,
    /// Its body, if it is a POST; 0 is a GET.
    pub body: u32,
}

/// All of a run.
pub struct Http {
    /// What requests and answers are like.
    pub spec: HttpSpec,
    /// Whether the store of answers that all processes share is down.
    pub store_down: Cell<bool>,
    seed: u64,
    asked: RefCell<BTreeMap<u32, Asked>>,
    /// What each value answers.
    made: RefCell<BTreeMap<Value, Asked>>,
    /// What a client has, and may ask whether it has changed.
    had: RefCell<BTreeMap<(Client, Asked), Value>>,
}

/// How an answer is served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Served {
    /// Where it comes from.
    pub from: From,
    /// How old it is.
    pub age: Nanos,
    /// With all headers of the request for which it was made.
    pub all_headers: bool,
}

impl Http {
    /// Nobody has asked for anything yet.
    pub fn new(spec: &HttpSpec, seed: u64) -> Http {
        let (asked, made, had) = Default::default();
        Http { spec: spec.clone(), store_down: Cell::new(false), seed, asked, made, had }
    }

    /// What a request asks for. Query, origin and body are drawn by its number alone, and a
    /// client always has the same account.
    pub fn asked(&self, request: &Request<'_>) -> Asked {
        let draw = || {
            let mut random = Stream::new(self.seed, Purpose::Http, request.id.into());
            let mut of = |count: u32| match count {
                0 => 0,
                count => random.below(count.into()) as u32,
            };
            Asked {
                path: request.key,
                query: of(self.spec.queries),
                origin: of(self.spec.origins) + u32::from(self.spec.origins > 0),
                account: match self.spec.accounts {
                    0 => 0,
                    count => 1 + request.client % count,
                },
                language: self.language(request.client),
                body: self.body(request),
            }
        };
        *self.asked.borrow_mut().entry(request.id).or_insert_with(draw)
    }

    fn language(&self, client: Client) -> u32 {
        if self.spec.languages == 0 {
            return 0;
        }
        let mut random = Stream::new(self.seed, Purpose::Languages, client.into());
        1 + random.below(self.spec.languages.into()) as u32
    }

    fn body(&self, request: &Request<'_>) -> u32 {
        if self.spec.posts == 0.0 {
            return 0;
        }
        let mut random = Stream::new(self.seed, Purpose::Bodies, request.id.into());
        let posts = random.unit() < self.spec.posts;
        if posts { 1 + random.below(self.spec.bodies.into()) as u32 } else { 0 }
    }

    /// A request is the same as one before.
    pub fn same(&self, before: u32, now: u32) {
        let asked = &mut *self.asked.borrow_mut();
        if let Some(same) = asked.get(&before).copied() {
            asked.insert(now, same);
        }
    }

    /// A value is what a request's handler answers, unless it is somebody's already.
    pub fn makes(&self, request: &Request<'_>, value: Value) {
        let asked = self.asked(request);
        self.made.borrow_mut().entry(value).or_insert(asked);
    }

    /// A process answers: notes what, and whether it is what was asked for.
    pub fn answer(&self, request: &Request<'_>, answer: Result<Value, Reason>, served: Served) {
        let asked = self.asked(request);
        let made = answer.ok().and_then(|value| self.made.borrow().get(&value).copied());
        let made = made.unwrap_or(asked);
        let mine = served.from == From::Handler;
        let (page, cookie) = (self.spec.private, self.spec.cookies && served.all_headers && !mine);
        let whose = if page || cookie { made.account } else { 0 };
        let code = match status(answer) {
            200 if self.has_it(request, asked, answer) => {
                request.note(Kind::NotModified, 0);
                304
            }
            code => code,
        };
        let age = Reply::tenths(served.age);
        let reply = Reply { status: code, from: served.from, account: whose, age };
        request.note(Kind::Respond, reply.pack());
        // Whoever has it already, and who is told of an error, gets none.
        let content = if code == 200 && !self.spec.empty { self.spec.size_kb * 1e3 } else { 0.0 };
        if content > 0.0 {
            request.note(Kind::Content, content as u32);
        }
        if whose != 0 && whose != asked.account {
            request.note(Kind::Leak, whose);
        }
        if made.query != asked.query {
            request.note(Kind::WrongPage, made.query);
        }
        if made.language != asked.language {
            request.note(Kind::WrongLanguage, made.language);
        }
        let says = self.spec.cache_control == CacheControl::MaxAge && code == 200;
        let most = Nanos::from_ms(self.spec.max_age_ms);
        if says && served.age > most {
            request.note(Kind::TooOld, (served.age - most).ms() as u32);
        }
        if made.body != asked.body {
            request.note(Kind::WrongBody, made.body);
        }
        // What it asks for has not been done, and it is told that it has.
        if asked.body != 0 && !mine && answer.is_ok() {
            request.note(Kind::LostPost, asked.body);
        }
        if served.all_headers && !mine && made.origin != asked.origin {
            request.note(Kind::Blocked, made.origin);
        }
    }

    /// How old an answer is when it comes.
    pub fn age(&self, answer: Result<Value, Reason>) -> Nanos {
        Nanos::from_ms(if answer.is_ok() { self.spec.age_ms } else { 0.0 })
    }

    /// The first byte of an answer leaves.
    pub fn first_byte(&self, request: &Request<'_>) {
        let World { recorder, core, .. } = request.world;
        recorder.first_byte(core.now() - request.sent);
    }

    /// Whether a client has this very answer already (RFC 9110, §13.1.2). It does from
    /// now on.
    fn has_it(&self, request: &Request<'_>, asked: Asked, answer: Result<Value, Reason>) -> bool {
        let (true, Ok(value)) = (self.spec.etags && asked.body == 0, answer) else { return false };
        self.had.borrow_mut().insert((request.client, asked), value) == Some(value)
    }
}

/// The status that a handler's result has over HTTP (RFC 9110, §15; 429: RFC 6585).
fn status(loaded: Result<Value, Reason>) -> u32 {
    match loaded {
        Ok(Value::NOTHING) | Err(Reason::NotFound) => 404,
        Ok(_) => 200,
        Err(Reason::OverQuota | Reason::RateLimited) => 429,
        Err(Reason::QueryTimeout | Reason::FlightTimeout | Reason::LockTimeout) => 504,
        Err(Reason::Database | Reason::Panic | Reason::LeaderGone) => 500,
        Err(_) => 503,
    }
}
