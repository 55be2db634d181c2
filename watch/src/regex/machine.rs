//! A tree as a program, and a machine that follows all ways through it at
//! once, in the order of preference (Thompson and Pike; R. Cox, "Regular
//! Expression Matching: the Virtual Machine Approach"). So no expression takes
//! longer than its length times that of the text.

use super::class::Class;
use super::read::Node;
use super::{Error, Mistake};

/// The longest program.
const LONGEST: usize = 10_000;

#[derive(Clone, Debug)]
enum Step {
    One(Class),
    /// Goes on at the first, and if that fails, at the second.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Start,
    End,
    Edge(bool),
    Match,
}

#[derive(Clone, Debug)]
pub struct Program {
    steps: Vec<Step>,
    groups: usize,
}

impl Program {
    pub fn new(node: &Node, groups: usize) -> Result<Self, Error> {
        let mut program = Self { steps: Vec::new(), groups };
        program.add(node)?;
        program.push(Step::Match)?;
        Ok(program)
    }

    /// Where groups begin and end: two each.
    pub fn slots(&self) -> usize {
        self.groups * 2
    }

    fn push(&mut self, step: Step) -> Result<usize, Error> {
        if self.steps.len() >= LONGEST {
            return Err(Error { at: 0, mistake: Mistake::TooLarge });
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn add(&mut self, node: &Node) -> Result<(), Error> {
        match node {
            Node::One(class) => drop(self.push(Step::One(class.clone()))?),
            Node::Start => drop(self.push(Step::Start)?),
            Node::End => drop(self.push(Step::End)?),
            Node::Edge(there) => drop(self.push(Step::Edge(*there))?),
            Node::Chain(all) => all.iter().try_for_each(|node| self.add(node))?,
            Node::Group(nr, inner) => {
                self.push(Step::Save(nr * 2))?;
                self.add(inner)?;
                self.push(Step::Save(nr * 2 + 1))?;
            }
            Node::Either(all) => {
                let mut jumps = Vec::new();
                for (nr, node) in all.iter().enumerate() {
                    if nr + 1 == all.len() {
                        self.add(node)?;
                        break;
                    }
                    let split = self.push(Step::Split(0, 0))?;
                    self.add(node)?;
                    jumps.push(self.push(Step::Jump(0))?);
                    self.steps[split] = Step::Split(split + 1, self.steps.len());
                }
                for jump in jumps {
                    self.steps[jump] = Step::Jump(self.steps.len());
                }
            }
            Node::Repeat { of, least, most, greedy } => {
                for _ in 0..*least {
                    self.add(of)?;
                }
                match most {
                    None => {
                        let split = self.push(Step::Split(0, 0))?;
                        self.add(of)?;
                        self.push(Step::Jump(split))?;
                        self.leave(split, *greedy);
                    }
                    Some(most) => {
                        let mut splits = Vec::new();
                        for _ in *least..*most {
                            splits.push(self.push(Step::Split(0, 0))?);
                            self.add(of)?;
                        }
                        splits.into_iter().for_each(|split| self.leave(split, *greedy));
                    }
                }
            }
        }
        Ok(())
    }

    /// From here one goes on behind it, or else to the end of what there is.
    fn leave(&mut self, split: usize, greedy: bool) {
        let (on, out) = (split + 1, self.steps.len());
        self.steps[split] = if greedy { Step::Split(on, out) } else { Step::Split(out, on) };
    }

    /// If all of `text` matches, the first `slots` of the places where groups
    /// begin and end.
    pub fn run(&self, text: &str, slots: usize) -> Option<Vec<Option<usize>>> {
        let mut now = Threads::new(self.steps.len());
        let mut next = Threads::new(self.steps.len());
        let mut before = None;
        let mut rest = text.char_indices().peekable();
        let first = rest.peek().map(|&(_, c)| c);
        now.add(self, 0, vec![None; slots], Place { at: 0, before, after: first });
        while let Some((at, c)) = rest.next() {
            before = Some(c);
            let after = rest.peek().map(|&(_, c)| c);
            let place = Place { at: at + c.len_utf8(), before, after };
            next.clear();
            for (step, saved) in now.list.drain(..) {
                if let Step::One(class) = &self.steps[step]
                    && class.has(c)
                {
                    next.add(self, step + 1, saved, place);
                }
            }
            std::mem::swap(&mut now, &mut next);
        }
        let matched = |(step, _): &(usize, _)| matches!(self.steps[*step], Step::Match);
        now.list.into_iter().find(matched).map(|(_, saved)| saved)
    }
}

/// A place between two characters.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    before: Option<char>,
    after: Option<char>,
}

impl Place {
    fn is_edge(self) -> bool {
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        word(self.before) != word(self.after)
    }
}

struct Threads {
    list: Vec<(usize, Vec<Option<usize>>)>,
    seen: Vec<bool>,
}

impl Threads {
    fn new(steps: usize) -> Self {
        Self { list: Vec::new(), seen: vec![false; steps] }
    }

    fn clear(&mut self) {
        self.list.clear();
        self.seen.fill(false);
    }

    /// All steps that are reached from one without reading on, best first. A
    /// list of its own in place of recursion, which a long program would
    /// overflow the stack with.
    fn add(&mut self, program: &Program, step: usize, saved: Vec<Option<usize>>, place: Place) {
        let mut open = vec![(step, saved)];
        while let Some((step, mut saved)) = open.pop() {
            if std::mem::replace(&mut self.seen[step], true) {
                continue;
            }
            match program.steps[step] {
                Step::Split(first, second) => {
                    open.push((second, saved.clone()));
                    open.push((first, saved));
                }
                Step::Jump(to) => open.push((to, saved)),
                Step::Save(slot) => {
                    if let Some(place_of) = saved.get_mut(slot) {
                        *place_of = Some(place.at);
                    }
                    open.push((step + 1, saved));
                }
                Step::Start if place.at == 0 => open.push((step + 1, saved)),
                Step::End if place.after.is_none() => open.push((step + 1, saved)),
                Step::Edge(there) if place.is_edge() == there => open.push((step + 1, saved)),
                Step::Start | Step::End | Step::Edge(_) => {}
                Step::One(_) | Step::Match => self.list.push((step, saved)),
            }
        }
    }
}
