//! How much work something is: a span, fixed or random.

use crate::engine::Nanos;
use crate::engine::streams::Stream;
use crate::scenario::Distribution;

/// A random span with a given mean.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    mean: Nanos,
    distribution: Distribution,
}

impl Work {
    /// Spans with mean `mean_ms` milliseconds.
    pub fn new(mean_ms: f64, distribution: Distribution) -> Work {
        Work { mean: Nanos::from_ms(mean_ms), distribution }
    }

    /// One span.
    pub fn draw(&self, random: &mut Stream) -> Nanos {
        match self.distribution {
            Distribution::Constant => self.mean,
            Distribution::Exponential => Nanos::from_f64(self.mean.0 as f64 * random.exponential()),
        }
    }
}
