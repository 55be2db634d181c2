//! How many are somewhere now.

use std::cell::Cell;

/// A count that goes down by itself.
#[derive(Default)]
pub struct Gauge(Cell<u32>);

/// Somebody who is counted, until this is dropped: however that comes about.
pub struct Counted<'a>(&'a Cell<u32>);

impl Gauge {
    /// How many there are.
    pub fn now(&self) -> u32 {
        self.0.get()
    }

    /// One more.
    pub fn enter(&self) -> Counted<'_> {
        self.0.set(self.0.get() + 1);
        Counted(&self.0)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}
