//! Which series of one vector meet which of another.

use std::ops::Range;

use super::binary::{drops_name, element};
use super::error::{Error, Mistake, Side};
use super::line::{Line, merged, same};
use crate::order::Index;
use crate::parse::{Binary, BinaryOp, Cardinality, Matching};
use crate::series::{Labels, NAME};

/// Two vectors, whose series belong to groups that may meet.
pub struct Pairing {
    left: Vec<Line>,
    right: Vec<Line>,
    /// The group of each.
    left_groups: Vec<usize>,
    right_groups: Vec<usize>,
    groups: Vec<Labels>,
    instants: usize,
}

impl Matching {
    fn group(&self, labels: &Labels) -> Labels {
        let listed = |name: &str| self.labels.iter().any(|label| label == name);
        if self.on {
            labels.only(listed)
        } else {
            labels.only(|name| name != NAME && !listed(name))
        }
    }

    /// The labels of what comes of two series, of which `one` is on the side of
    /// one, if there is such a side.
    fn result(&self, many: &Labels, one: &Labels, drops_name: bool) -> Labels {
        let mut labels = if drops_name { many.unnamed() } else { many.clone() };
        if self.cardinality == Cardinality::OneToOne {
            let listed = |name: &str| self.labels.iter().any(|label| label == name);
            labels = labels.only(|name| listed(name) == self.on);
        }
        for name in &self.include {
            labels.set(name, one.get(name));
        }
        labels
    }
}

impl Pairing {
    pub fn new(binary: &Binary, left: Vec<Line>, right: Vec<Line>, instants: usize) -> Self {
        let mut known = Index::default();
        let mut groups = Vec::new();
        let mut of = |lines: &[Line]| -> Vec<usize> {
            let group = |line: &Line| {
                let labels = binary.matching.group(&line.labels);
                let (group, new) = known.number(&labels);
                if new {
                    groups.push(labels);
                }
                group
            };
            lines.iter().map(group).collect()
        };
        let (left_groups, right_groups) = (of(&left), of(&right));
        Self { left, right, left_groups, right_groups, groups, instants }
    }

    /// `and`, `or`, `unless`.
    pub fn sets(mut self, op: BinaryOp, at: &Range<usize>) -> Result<Vec<Line>, Error> {
        let there = |lines: &[Line], of: &[usize], count: usize, nr: usize| {
            let mut there = vec![false; count];
            for (line, &group) in lines.iter().zip(of) {
                there[group] |= line.values[nr].is_some();
            }
            there
        };
        let count = self.groups.len();
        for nr in 0..self.instants {
            let (lines, of, others) = if op == BinaryOp::Or {
                let left = there(&self.left, &self.left_groups, count, nr);
                (&mut self.right, &self.right_groups, left)
            } else {
                let right = there(&self.right, &self.right_groups, count, nr);
                (&mut self.left, &self.left_groups, right)
            };
            for (line, &group) in lines.iter_mut().zip(of) {
                if others[group] != (op == BinaryOp::And) {
                    line.values[nr] = None;
                }
            }
        }
        let more = if op == BinaryOp::Or { self.right } else { Vec::new() };
        merged(self.left.into_iter().chain(more), at)
    }

    /// All other operators.
    pub fn pairs(mut self, binary: &Binary, at: &Range<usize>) -> Result<Vec<Line>, Error> {
        let matching = &binary.matching;
        let error = |mistake| Error { at: at.clone(), mistake };
        // The right side is that of one, or else they change places.
        let swapped = matching.cardinality == Cardinality::OneToMany;
        if swapped {
            std::mem::swap(&mut self.left, &mut self.right);
            std::mem::swap(&mut self.left_groups, &mut self.right_groups);
        }
        let mut out: Vec<Line> = Vec::new();
        let mut places = Index::default();
        // Whom each has met the last time, and which line came of it.
        let mut last: Vec<Option<(usize, usize)>> = vec![None; self.left.len()];
        for nr in 0..self.instants {
            // Where nobody can meet them, it does not matter if there are too many.
            if self.left.iter().all(|line| line.values[nr].is_none()) {
                continue;
            }
            let mut ones: Vec<Option<usize>> = vec![None; self.groups.len()];
            for (one, &group) in self.right_groups.iter().enumerate() {
                if self.right[one].values[nr].is_some() && ones[group].replace(one).is_some() {
                    let side = if swapped { Side::Left } else { Side::Right };
                    let group = self.groups[group].clone();
                    return Err(error(Mistake::Duplicate { side, group }));
                }
            }
            let mut met = vec![false; self.groups.len()];
            for (many, &group) in self.left_groups.iter().enumerate() {
                let (Some(a), Some(one)) = (self.left[many].values[nr], ones[group]) else {
                    continue;
                };
                let Some(b) = self.right[one].values[nr] else { continue };
                let (a, b) = if swapped { (b, a) } else { (a, b) };
                let Some(value) = element(binary, a, b, a) else { continue };
                let place = match last[many] {
                    Some((met, place)) if met == one => place,
                    _ => {
                        let (left, right) = (&self.left[many].labels, &self.right[one].labels);
                        let labels = matching.result(left, right, drops_name(binary));
                        let (place, new) = places.number(&labels);
                        if new {
                            out.push(Line { labels, values: vec![None; self.instants] });
                        }
                        last[many] = Some((one, place));
                        place
                    }
                };
                let again = std::mem::replace(&mut met[group], true);
                if again && matching.cardinality == Cardinality::OneToOne {
                    return Err(error(Mistake::ManyToOne));
                }
                if out[place].values[nr].replace(value).is_some() {
                    let grouped = again && matching.cardinality != Cardinality::OneToOne;
                    return Err(if grouped {
                        error(Mistake::NotUnique)
                    } else {
                        same(&out[place].labels, at)
                    });
                }
            }
        }
        Ok(out)
    }
}
