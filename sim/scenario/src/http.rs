//! What requests are over HTTP, and what a handler answers.

use super::fields::{DAY, Kind, real, whole};
use super::section::{section, words};

section! {
    /// What a request asks for beside its path, which is its key, and what the
    /// handler's answer is. It is looked at where there is a middleware
    /// (`protect.coalesce`).
    pub struct HttpSpec in "http" {
        /// How many different queries (`?page=…`) requests have; the answer to each
        /// is another one. 0: none.
        queries: u32 = 0, whole(0.0, 1_000.0);
        /// How many accounts there are; each request is signed in to one of them
        /// (`Authorization`). 0: nobody signs in.
        accounts: u32 = 0, whole(0.0, 1_000.0);
        /// How many other sites' pages requests come from (`Origin`); the answer
        /// names the one that may read it (`Access-Control-Allow-Origin`). 0: none.
        origins: u32 = 0, whole(0.0, 1_000.0);
        /// Whether the answer is another one for each account.
        private: bool = false, Kind::Flag;
        /// Whether the answer sets a cookie for its account's session.
        cookies: bool = false, Kind::Flag;
        /// What the answer says about keeping it.
        cache_control: CacheControl = CacheControl::None, CacheControl::KIND;
        /// With `max-age`: for how long it is fresh, in whole milliseconds; RFC 9111
        /// counts in seconds.
        max_age_ms: f64 = 0.0, whole(0.0, DAY);
        /// How long the answer takes to be sent, from its first byte to its last.
        stream_ms: f64 = 0.0, real(0.0, DAY);
        /// Whether the answer has an entity tag, and clients that have had it ask
        /// whether it has changed (`If-None-Match`).
        etags: bool = false, Kind::Flag;
        /// Whether the handler writes no body.
        empty: bool = false, Kind::Flag;
        /// How large an answer's content is, in KB (1,000 bytes).
        size_kb: f64 = 0.0, real(0.0, 100_000.0);
        /// How many languages clients ask for (`Accept-Language`), each always for the
        /// same; the answer to each is another one. 0: they do not say.
        languages: u32 = 0, whole(0.0, 1_000.0);
        /// Whether the answer says that it is another one for each language (`Vary`).
        vary_language: bool = false, Kind::Flag;
        /// Whether it says so of each origin.
        vary_origin: bool = false, Kind::Flag;
        /// How old the answer is when it comes, from a cache behind the handler (`Age`),
        /// in whole milliseconds.
        age_ms: f64 = 0.0, whole(0.0, DAY);
        /// Which share of requests are a POST, which does something (an order, say)
        /// and has a body. The others are a GET.
        posts: f64 = 0.0, real(0.0, 1.0);
        /// How many different bodies those have; the answer to each is another one.
        bodies: u32 = 1, whole(1.0, 1_000.0);
    }
}

words! {
    /// What an answer says about keeping it (`Cache-Control`).
    pub enum CacheControl {
        /// Nothing.
        None = "none",
        /// It is fresh for so long (`max-age`).
        MaxAge = "max-age",
        /// It is for one user (`private`).
        Private = "private",
        /// Nobody is to keep it (`no-store`).
        NoStore = "no-store",
    }
}
