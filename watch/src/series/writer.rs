//! Several series that are written together, again and again.

use super::output::Output;
use super::{Labels, OutOfOrder, Store};
use crate::Millis;
use crate::order::Index;

/// Series that are written together: what one time leaves out gets a marker of
/// staleness. A scrape is that, and a recording rule.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    numbers: Index,
    /// With when each was written last.
    outputs: Vec<(Output, Option<Millis>)>,
}

impl Writer {
    /// The number of a series in it.
    pub fn number(&mut self, labels: &Labels) -> usize {
        let (number, new) = self.numbers.number(labels);
        if new {
            self.outputs.push((Output::new(labels.clone()), None));
        }
        number
    }

    /// Notes that a series is written at `t`; whether it was already.
    pub fn note(&mut self, number: usize, t: Millis) -> bool {
        self.outputs[number].1.replace(t) == Some(t)
    }

    /// Writes the values of those that are noted for `t`, and that there are
    /// none of all others.
    pub fn write(
        &mut self,
        store: &mut Store,
        t: Millis,
        values: &[(usize, f64)],
    ) -> Result<(), OutOfOrder> {
        let mut result = Ok(());
        for &(number, value) in values {
            result = result.and(self.outputs[number].0.put(store, t, Some(value)));
        }
        for (output, noted) in &mut self.outputs {
            if *noted != Some(t) {
                result = result.and(output.put(store, t, None));
            }
        }
        result
    }
}
