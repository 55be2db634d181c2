//! Which key a request asks for.

use rand_distr::Zipf;
use stampede_scenario::apart;

use super::request::Key;
use crate::engine::streams::{Purpose, Stream};
use crate::scenario::{KeysSpec, Popularity};

/// Draws keys by popularity. Key 0 is the most popular.
pub struct Keys {
    count: u64,
    /// The share that asks for the first one, whatever its popularity.
    top: f64,
    zipf: Option<Draw>,
    stream: Stream,
}

/// Draws a key.
type Draw = Box<dyn Fn(&mut Stream) -> Key>;

/// What the page's first figure does without, as in
/// [`crate::protect::further`]: powers, and what is drawn with them.
#[derive(Clone, Copy)]
pub struct Further {
    zipf: fn(&KeysSpec) -> Option<Draw>,
}

impl Further {
    const ALL: Further = Further { zipf };

    /// Whether keys are drawn by it.
    pub fn is_needed(spec: &KeysSpec) -> bool {
        spec.count > 1 && spec.popularity == Popularity::Zipf
    }
}

apart!(Further, given);

impl Keys {
    /// Keys for one source of requests.
    pub fn new(spec: &KeysSpec, seed: u64, source: u64) -> Keys {
        Keys::with(spec, Stream::new(seed, Purpose::Keys, source))
    }

    /// Keys drawn from a given stream.
    pub fn with(spec: &KeysSpec, stream: Stream) -> Keys {
        let needed = Further::is_needed(spec);
        let zipf = needed.then(|| (Further::given().zipf)(spec)).flatten();
        Keys { count: u64::from(spec.count), top: spec.top, zipf, stream }
    }

    /// The next request's key.
    #[inline]
    pub fn draw(&mut self) -> Key {
        match &self.zipf {
            _ if self.count == 1 => 0,
            _ if self.top > 0.0 && self.stream.unit() < self.top => 0,
            Some(draw) => draw(&mut self.stream),
            None => self.stream.below(self.count) as Key,
        }
    }
}

/// By Zipf's law; `None` for numbers that it knows nothing of.
fn zipf(spec: &KeysSpec) -> Option<Draw> {
    let zipf = Zipf::new(f64::from(spec.count), spec.exponent).ok()?;
    Some(Box::new(move |stream| stream.sample(&zipf) as Key - 1))
}
