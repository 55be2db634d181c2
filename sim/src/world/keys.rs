//! Which key a request asks for.

use rand_distr::Zipf;

use super::request::Key;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{KeysSpec, Popularity};

/// Draws keys by popularity. Key 0 is the most popular.
pub struct Keys {
    count: u64,
    zipf: Option<Zipf<f64>>,
    stream: Stream,
}

impl Keys {
    /// Keys for one source of requests.
    pub fn new(spec: &KeysSpec, seed: u64, source: u64) -> Keys {
        Keys::with(spec, Stream::new(seed, Purpose::Keys, source))
    }

    /// Keys drawn from a given stream.
    pub fn with(spec: &KeysSpec, stream: Stream) -> Keys {
        let zipf = match spec.popularity {
            Popularity::Zipf => Zipf::new(f64::from(spec.count), spec.exponent).ok(),
            Popularity::Uniform => None,
        };
        Keys { count: u64::from(spec.count), zipf, stream }
    }

    /// The next request's key.
    #[inline]
    pub fn draw(&mut self) -> Key {
        match &self.zipf {
            _ if self.count == 1 => 0,
            Some(zipf) => self.stream.sample(zipf) as Key - 1,
            None => self.stream.below(self.count) as Key,
        }
    }
}
