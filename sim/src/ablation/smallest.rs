//! The smallest sets of a run's defences that still keep a goal.
//!
//! With at most [`MOST`] defences, exactly: all sets of one size, then of the
//! next, until some of a size keep the goal; these are all there are of it.
//! Nothing is taken for granted about which sets do: that a set keeps the goal
//! does not say that a larger one does. Left out are sets in which a part lacks
//! what it needs; a set with which the run is refused does not keep the goal.
//!
//! With more, by backward elimination: from all of them, take away whichever
//! one leaves the best run that keeps the goal, again and again. From what is
//! left in the end none can be taken away; there may be a smaller set yet.

use std::cmp::Reverse;

use super::{Ablation, Goal, Kept, Outcome};

/// With more defences than that not every set is tried.
pub const MOST: usize = 10;

/// How it is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Method {
    /// No smaller set keeps the goal.
    Exact,
    /// No single part can be taken away.
    Greedy,
}

/// A search in progress. It makes no run itself: it says which sets are to be
/// tried, and takes what came of them, in any order.
#[derive(Clone)]
pub struct Search {
    ablation: Ablation,
    goal: Goal,
    method: Method,
    /// What is tried now, and what came of it; numbers go on from `before`.
    round: Vec<(Kept, Option<Outcome>)>,
    before: usize,
    begun: usize,
    /// Exact: how large they are. Greedy: from what they are taken.
    size: u32,
    from: Kept,
    most: usize,
    found: Vec<(Kept, Outcome)>,
}

impl Search {
    /// Nothing has been tried; `full` is what comes of all defences, which keeps
    /// the goal, or there is nothing to search for.
    pub fn new(ablation: Ablation, goal: Goal, full: &Outcome) -> Search {
        let (all, count) = (ablation.all(), ablation.parts().len());
        let method = if count <= MOST { Method::Exact } else { Method::Greedy };
        let most = match method {
            Method::Exact => (0..all.0).filter(|set| ablation.is_sound(Kept(*set))).count(),
            Method::Greedy => count * (count + 1) / 2,
        };
        let holds = goal.holds(full);
        let mut search = Search {
            ablation,
            goal,
            method,
            round: Vec::new(),
            before: 0,
            begun: 0,
            size: 0,
            from: all,
            most,
            found: Vec::new(),
        };
        if holds {
            search.round = vec![(all, Some(*full))];
            search.next_round(true);
        }
        search
    }

    /// Whose defences they are.
    pub fn ablation(&self) -> &Ablation {
        &self.ablation
    }

    /// What they are to keep.
    pub fn goal(&self) -> &Goal {
        &self.goal
    }

    /// How it is searched.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The next set to try, and the number that its outcome is to be given with;
    /// none if the ones that are being tried have to be waited for.
    pub fn begin(&mut self) -> Option<(u64, Kept)> {
        loop {
            let (kept, _) = *self.round.get(self.begun)?;
            let number = (self.before + self.begun) as u64;
            self.begun += 1;
            // To look at all of a round at once would take too long for a page.
            if self.ablation.with(kept).is_ok() {
                return Some((number, kept));
            }
            self.take(number, Outcome { given_up: 1, ..Outcome::default() });
        }
    }

    /// Takes what came of a set.
    pub fn take(&mut self, number: u64, outcome: Outcome) {
        if let Some(tried) = self.round.get_mut((number as usize).wrapping_sub(self.before)) {
            tried.1 = Some(outcome);
        }
        if !self.is_over() && self.round.iter().all(|(_, outcome)| outcome.is_some()) {
            self.next_round(false);
        }
    }

    /// Whether all is known.
    pub fn is_over(&self) -> bool {
        self.round.is_empty()
    }

    /// How many sets have been tried, and how many there are to try at most.
    pub fn progress(&self) -> (usize, usize) {
        let known = self.round.iter().filter(|(_, outcome)| outcome.is_some()).count();
        (self.before + known, self.most)
    }

    /// The sets that were found, and what came of them. None, when it is over:
    /// not even all defences together keep the goal.
    pub fn found(&self) -> &[(Kept, Outcome)] {
        &self.found
    }

    /// Goes on when all of a round are known. The first has only the whole set.
    fn next_round(&mut self, first: bool) {
        if !first {
            self.before += self.round.len();
        }
        self.begun = 0;
        let tried = std::mem::take(&mut self.round).into_iter();
        let tried = tried.filter_map(|(kept, outcome)| Some((kept, outcome?)));
        let holding: Vec<_> = tried.filter(|(_, outcome)| self.goal.holds(outcome)).collect();
        match self.method {
            Method::Exact => self.next_size(first, holding),
            Method::Greedy => self.next_step(holding),
        }
    }

    /// Exact: the sets of the next size, unless some of this one will do.
    fn next_size(&mut self, first: bool, holding: Vec<(Kept, Outcome)>) {
        if first {
            // What is known already is what there is if nothing else is found.
            self.found = holding;
        } else if !holding.is_empty() {
            self.found = holding;
            return;
        }
        while self.round.is_empty() && self.size < self.ablation.all().count() {
            let size = self.size;
            self.size += 1;
            let sets = (0..self.ablation.all().0).map(Kept);
            let sets = sets.filter(|set| set.count() == size && self.ablation.is_sound(*set));
            self.round = sets.map(|set| (set, None)).collect();
        }
    }

    /// Greedy: what is left when one more is taken away from the best.
    fn next_step(&mut self, mut holding: Vec<(Kept, Outcome)>) {
        holding.sort_by_key(|(kept, outcome)| {
            (kept.count(), Reverse(outcome.good), outcome.db_calls, *kept)
        });
        let Some(best) = holding.first() else { return };
        self.found = vec![*best];
        self.from = best.0;
        let parts = (0..self.ablation.parts().len()).filter(|part| self.from.has(*part));
        for left in parts.map(|part| self.ablation.without(self.from, part)) {
            if !self.round.iter().any(|(known, _)| *known == left) {
                self.round.push((left, None));
            }
        }
    }
}
