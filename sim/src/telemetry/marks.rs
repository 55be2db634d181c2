//! What is known at any instant of a log, without beginning at its start.

/// Between two marks: so many events at least, and so many marks at most.
const APART: usize = 1 << 14;
const MOST: usize = 24;

/// A state that events change, as of a reading position. Forward it goes event
/// by event; back, it starts from the last of a few marks that were left on
/// the way.
#[derive(Default)]
pub struct Marked<S> {
    /// The state at the position.
    pub state: S,
    read: usize,
    marks: Vec<(usize, S)>,
}

impl<S: Clone + Default> Marked<S> {
    /// Moves to before event `until` of a log with `events` of them; `step`
    /// says what each event on the way does to the state.
    #[inline]
    pub fn seek(&mut self, until: usize, events: usize, mut step: impl FnMut(&mut S, usize)) {
        if until < self.read {
            let mark = self.marks.iter().rfind(|(read, _)| *read <= until);
            (self.read, self.state) = mark.cloned().unwrap_or_default();
        }
        let apart = APART.max(events / MOST);
        while self.read < until {
            let next = self.marks.last().map_or(0, |(read, _)| *read) + apart;
            if self.read >= next {
                self.marks.push((self.read, self.state.clone()));
                continue;
            }
            let stop = until.min(next);
            (self.read..stop).for_each(|i| step(&mut self.state, i));
            self.read = stop;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Back and forth, each position has the state of a reading from the start,
    /// and none takes more steps than two marks are apart.
    #[test]
    fn it_does_not_depend_on_the_way() {
        let events = 10 * APART;
        let mut marked = Marked::<u64>::default();
        for (n, until) in
            [events, 5, 3 * APART, 3 * APART + 1, 0, events, 9 * APART - 1].into_iter().enumerate()
        {
            let mut steps = 0;
            marked.seek(until, events, |sum, i| {
                *sum += i as u64;
                steps += 1;
            });
            let until = until as u64;
            assert_eq!(marked.state, until * until.saturating_sub(1) / 2);
            // The first way, and the one from the start to the end, leave marks.
            assert!(matches!(n, 0 | 5) || steps <= 3 * APART + 5, "{steps}");
        }
        assert_eq!(marked.marks.len(), 9);
    }
}
