//! Which rules of a corpus match more, less, or the same.
//!
//! The event that was made to meet a rule has been matched against all rules: only those that match it too can be
//! broader, and only they are held against the rule.

use serde::Serialize;

use crate::card::corpus::Corpus;
use crate::card::neighbour::{Neighbour, Neighbours, RuleLink, Wider, differences};
use crate::engine::Scratch;
use crate::proof::{self, Implication};

/// Another rule that matches whatever this one matches.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) other: u32,
    /// Whether it holds the other way round too.
    pub(super) backwards: Implication,
}

/// How two rules relate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// Whether every event that the first matches is matched by the second.
    pub forward: Implication,
    /// Whether every event that the second matches is matched by the first.
    pub backward: Implication,
    /// How the second differs from the first, in words. Empty if both implications are proven; [`Corpus::compare`] leaves it
    /// empty if neither is, too.
    pub differences: Vec<String>,
}

impl Corpus {
    /// Holds two rules against each other. `None` if there are not that many rules.
    ///
    /// # Cost
    /// Bounded, whatever the rules; a witness is matched against the whole rule set.
    #[must_use]
    pub fn compare(&self, first: usize, second: usize) -> Option<Comparison> {
        let (left, right) = (self.entries.get(first)?, self.entries.get(second)?);
        let mut scratch = self.rules.scratch();
        let forward = self.implies(first, second, &mut scratch);
        let backward = self.implies(second, first, &mut scratch);
        let differences = if forward.is_proven() && backward.is_proven() {
            Vec::new()
        } else if forward.is_proven() {
            differences(&left.plan, &right.plan, Wider::Other, "the first")
        } else if backward.is_proven() {
            differences(&left.plan, &right.plan, Wider::Own, "the first")
        } else {
            Vec::new()
        };
        Some(Comparison {
            forward,
            backward,
            differences,
        })
    }

    /// Holds each rule against those that matched its example.
    pub(super) fn relate(&mut self, scratch: &mut Scratch) {
        for index in 0..self.entries.len() {
            let candidates = self
                .entries
                .get(index)
                .map(|entry| entry.candidates.clone());
            for other in candidates.unwrap_or_default() {
                let other_index = other as usize;
                if other_index == index || !self.may_be_neighbours(index, other_index) {
                    continue;
                }
                let forward = self.implies(index, other_index, scratch);
                let backwards = match forward {
                    Implication::Proven => self.implies(other_index, index, scratch),
                    _ => Implication::Unknown,
                };
                self.note(index, other, forward, backwards);
            }
        }
    }

    fn note(&mut self, index: usize, other: u32, forward: Implication, backwards: Implication) {
        match forward {
            Implication::Proven => {
                let number = u32::try_from(index).unwrap_or(u32::MAX);
                if let Some(entry) = self.entries.get_mut(index) {
                    entry.broader.push(Relation { other, backwards });
                }
                if let Some(entry) = self.entries.get_mut(other as usize) {
                    entry.stricter.push(number);
                }
            }
            Implication::Unknown => {
                if let Some(entry) = self.entries.get_mut(index) {
                    entry.undecided.push(other);
                }
            }
            Implication::Refuted(_) => {}
        }
    }

    /// A broader rule must be for the same log source, or for one that covers it.
    fn may_be_neighbours(&self, narrow: usize, wide: usize) -> bool {
        match (self.entries.get(narrow), self.entries.get(wide)) {
            (Some(narrow), Some(wide)) => wide.rule.log_source.covers(&narrow.rule.log_source),
            _ => false,
        }
    }

    fn implies(&self, left: usize, right: usize, scratch: &mut Scratch) -> Implication {
        let (Some(narrow), Some(wide)) = (self.entries.get(left), self.entries.get(right)) else {
            return Implication::Unknown;
        };
        if narrow.hash == wide.hash {
            return Implication::Proven;
        }
        let wanted = u32::try_from(right).unwrap_or(u32::MAX);
        match &narrow.example {
            // Asked of the engine when it was made.
            Implication::Refuted(event)
                if narrow.left_out == 0 && !narrow.candidates.contains(&wanted) =>
            {
                return Implication::Refuted(event.clone());
            }
            _ => {}
        }
        proof::implies(&narrow.plan, &wide.plan, &mut |event| {
            let (mut has_left, mut has_right) = (false, false);
            for hit in self.rules.matches(event, scratch) {
                has_left |= hit.index() == left;
                has_right |= hit.index() == right;
            }
            has_left && !has_right
        })
    }

    pub(super) fn neighbours(&self, index: usize) -> Neighbours {
        let mut neighbours = Neighbours::default();
        let Some(entry) = self.entries.get(index) else {
            return neighbours;
        };
        neighbours.searched = entry.example.witness().is_some();
        neighbours.left_out = entry.left_out;
        for relation in &entry.broader {
            let other_index = relation.other as usize;
            let (Some(rule), Some(other)) = (self.link(other_index), self.entries.get(other_index))
            else {
                continue;
            };
            if relation.backwards.is_proven() {
                neighbours.add_same(rule, entry.hash == other.hash);
                continue;
            }
            neighbours.broader.push(Neighbour {
                rule,
                differences: differences(&entry.plan, &other.plan, Wider::Other, "this rule"),
                witness: relation.backwards.witness().cloned(),
            });
        }
        for other_index in &entry.stricter {
            let other_index = *other_index as usize;
            let (Some(rule), Some(other)) = (self.link(other_index), self.entries.get(other_index))
            else {
                continue;
            };
            let own = other
                .broader
                .iter()
                .find(|relation| relation.other as usize == index);
            let backwards = own.map(|relation| &relation.backwards);
            if backwards.is_some_and(Implication::is_proven) {
                let is_known = entry
                    .broader
                    .iter()
                    .any(|relation| relation.other as usize == other_index);
                if !is_known {
                    neighbours.add_same(rule, entry.hash == other.hash);
                }
                continue;
            }
            neighbours.stricter.push(Neighbour {
                rule,
                differences: differences(&entry.plan, &other.plan, Wider::Own, "this rule"),
                witness: backwards.and_then(Implication::witness).cloned(),
            });
        }
        let undecided = entry.undecided.iter();
        neighbours.undecided = undecided
            .filter_map(|other| self.link(*other as usize))
            .collect();
        neighbours
    }
}

impl Neighbours {
    fn add_same(&mut self, rule: RuleLink, is_duplicate: bool) {
        if is_duplicate {
            self.duplicates.push(rule);
        } else {
            self.equivalent.push(rule);
        }
    }
}
