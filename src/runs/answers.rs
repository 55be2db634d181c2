//! Answers to jobs that are numbered from 0, begun in that order, and may be answered in
//! any.

/// What is known of them.
pub struct Answers<A> {
    begun: usize,
    known: Vec<Option<A>>,
}

impl<A: Clone> Answers<A> {
    /// To so many jobs, none of which has been begun.
    pub fn to(jobs: usize) -> Answers<A> {
        Answers { begun: 0, known: vec![None; jobs] }
    }

    /// The number of the job to be begun now, if one is left.
    pub fn begin(&mut self) -> Option<usize> {
        let number = self.begun;
        (number < self.known.len()).then(|| {
            self.begun += 1;
            number
        })
    }

    /// Takes an answer.
    pub fn take(&mut self, number: usize, answer: A) {
        self.known[number] = Some(answer);
    }

    /// What is known so far, with the numbers.
    pub fn known(&self) -> impl Iterator<Item = (usize, &A)> {
        self.known.iter().enumerate().filter_map(|(n, answer)| Some((n, answer.as_ref()?)))
    }

    /// All of them, when they are known.
    pub fn all(&self) -> Option<Vec<A>> {
        self.known.iter().cloned().collect()
    }

    /// Whether they are.
    pub fn are_complete(&self) -> bool {
        self.known.iter().all(Option::is_some)
    }
}
