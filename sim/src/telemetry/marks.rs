//! What is known at any instant of a log, without beginning at its start.

/// A state that events change, as of a reading position. Forward it goes event
/// by event; back, it starts from the last of the marks that were left on the
/// way, one every `APART` events.
#[derive(Default)]
pub struct Marked<S, const APART: usize> {
    /// The state at the position.
    pub state: S,
    read: usize,
    marks: Vec<S>,
}

impl<S: Clone + Default, const APART: usize> Marked<S, APART> {
    /// Moves to before event `until`; `step` says what each event on the way
    /// does to the state.
    #[inline]
    pub fn seek(&mut self, until: usize, mut step: impl FnMut(&mut S, usize)) {
        let nearest = (until / APART).min(self.marks.len());
        if until < self.read || self.read < nearest * APART {
            let mark = nearest.checked_sub(1).map(|i| self.marks[i].clone());
            (self.read, self.state) = (nearest * APART, mark.unwrap_or_default());
        }
        while self.read < until {
            let next = (self.read / APART + 1) * APART;
            let stop = until.min(next);
            (self.read..stop).for_each(|i| step(&mut self.state, i));
            self.read = stop;
            if stop == (self.marks.len() + 1) * APART {
                self.marks.push(self.state.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Back and forth, each position has the state of a reading from the start,
    /// and once it has been passed, none takes more steps than two marks are
    /// apart.
    #[test]
    fn it_does_not_depend_on_the_way() {
        const APART: usize = 100;
        let mut marked = Marked::<u64, APART>::default();
        let positions = [1000, 5, 300, 301, 0, 1000, 899, 1037, 850];
        for (n, until) in positions.into_iter().enumerate() {
            let mut steps = 0;
            marked.seek(until, |sum, i| {
                *sum += i as u64;
                steps += 1;
            });
            let until = until as u64;
            assert_eq!(marked.state, until * until.saturating_sub(1) / 2);
            assert!(n == 0 || steps < APART, "{steps} to {until}");
        }
        assert_eq!(marked.marks.len(), 10);
    }
}
