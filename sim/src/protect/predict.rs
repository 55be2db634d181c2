//! Load prediction: serve what is old while much is expected, and only then.
//!
//! Old values keep a rush away from the database, and are old. So this counts the
//! requests that come into its process, window by window, and forecasts how many
//! will come in a while (`forecast.rs`). While that is more than a share of what the
//! process can serve, the cache may give out values that have expired, and each is
//! loaded again behind its readers (`stale.rs`). At other times whoever finds an
//! expired value waits for a new one, as without all this.
//!
//! A forecast is wrong in two ways. If it is too high, some read old values for
//! nothing; if it is too low, or too late, a rush waits for a load. It knows
//! nothing but the past: of a rush out of nowhere it learns when the first window
//! has ended.
//!
//! It stands at the door, in front of every cache, because requests that are
//! answered there are load, too.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::Loaded;
use super::forecast::Forecast;
use super::layer::{Layer, Next, Part};
use super::path::Site;
use crate::engine::Nanos;
use crate::scenario::PredictSpec;
use crate::telemetry::Kind;
use crate::world::Request;

/// The prediction of one process.
pub struct Predict {
    spec: PredictSpec,
    process: u32,
    rush: Rc<Rush>,
    watch: RefCell<Watch>,
}

/// Whether more is expected than is well. Whoever asks the cache looks at it.
#[derive(Default)]
pub struct Rush(pub Cell<bool>);

/// What has been seen.
struct Watch {
    forecast: Forecast,
    /// Requests in the window that goes on, and when it ends.
    count: u32,
    end: Nanos,
}

impl Layer for Predict {
    async fn call(&self, request: &Request<'_>, next: impl Next) -> Loaded {
        let expected = self.expects(request.world.core.now());
        if expected != self.rush.0.replace(expected) {
            let kind = if expected { Kind::Brace } else { Kind::Relax };
            request.note(kind, self.process);
        }
        next.load(request).await
    }
}

impl Predict {
    /// Counts a request that comes in now; whether too many more are to come.
    fn expects(&self, now: Nanos) -> bool {
        let PredictSpec { window_ms, ahead, capacity, share, .. } = self.spec;
        let watch = &mut *self.watch.borrow_mut();
        let window = Nanos::from_ms(window_ms);
        if now.since(watch.end) > Nanos(IDLE * window.0) {
            // Nobody has come for so long that nothing is known any more.
            *watch = Watch::new(&self.spec, Nanos(now.0 - now.0 % window.0));
        }
        while now >= watch.end {
            watch.forecast.see(f64::from(watch.count) / window.secs());
            (watch.count, watch.end) = (0, watch.end + window);
        }
        watch.count += 1;
        watch.forecast.ahead(ahead) > share * capacity
    }

    /// A process's, which has seen nothing yet, and says so in `rush`.
    pub fn new(site: &Site<'_>, rush: Rc<Rush>) -> Predict {
        let spec = site.scenario.predict.clone();
        let watch = RefCell::new(Watch::new(&spec, Nanos::ZERO));
        Predict { spec, process: site.process.id, rush, watch }
    }
}

impl Watch {
    /// Nothing, from `begin` on.
    fn new(spec: &PredictSpec, begin: Nanos) -> Watch {
        let forecast = Forecast::new(spec.rule, spec.alpha, spec.beta);
        Watch { forecast, count: 0, end: begin + Nanos::from_ms(spec.window_ms) }
    }
}

/// After so many windows without anybody, it begins anew.
const IDLE: u64 = 1_000;

impl Part for Predict {
    fn reset(&self) {
        *self.watch.borrow_mut() = Watch::new(&self.spec, Nanos::ZERO);
    }
}

impl Part for Rush {
    fn reset(&self) {
        self.0.set(false);
    }
}
