//! What would have to be otherwise for a rule to match.
//!
//! A rule is a formula over *atoms*: an item with its list of values, or each value of an item with `all`. If no atom
//! stands in it twice, the least changes are found by one walk: those of a conjunction add up, of a disjunction the
//! cheapest is taken. Else that is an upper bound, and smaller sets are tried one after the other, as far as the bound on
//! work goes.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use crate::compile::Plan;
use crate::compile::plan::{Expr, Link};
use crate::engine::{NodeId, Probe};
use crate::explain::{ItemOutline, Outline, item_name, words};
use crate::rule::{Detection, DetectionItem, Modifier, Rule};

/// The smallest set of changes with which a rule would match. Prints as a sentence.
///
/// Changes are counted in items, and in values of items with `all`. They are taken one by one: that no event can have
/// two of them at once is not looked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct WhyNot {
    /// What would have to be otherwise, all of it, in source order.
    pub changes: Vec<Change>,
    /// Whether no smaller set would do. False if the same item counts in several places and trying every smaller set
    /// would take too long.
    pub is_smallest: bool,
}

/// An item that would have to be otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// The search identifier.
    pub identifier: String,
    /// Field and modifiers as in the rule; nothing for keywords without modifiers.
    pub item: String,
    /// One-based line of the item, or of the value of an item with `all`.
    pub line: u32,
    /// One-based column, in characters.
    pub column: u32,
    /// Whether it would have to match; else it would have to match no more.
    pub wanted: bool,
    /// The change in words: "`CommandLine` also contained ` -u `".
    pub words: String,
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("would match if ")?;
        for (index, change) in self.changes.iter().enumerate() {
            f.write_str(if index > 0 { ", and " } else { "" })?;
            f.write_str(&change.words)?;
        }
        if !self.is_smallest {
            f.write_str(" (fewer changes may do; not all were tried)")?;
        }
        Ok(())
    }
}

/// Steps of evaluation that the search for smaller sets may take.
const MOST_STEPS: usize = 2_000_000;

pub(super) fn why_not(
    rule: &Rule,
    plan: &Plan,
    outline: &[Outline],
    probe: &mut Probe<'_, '_>,
) -> Option<WhyNot> {
    let mut builder = Builder {
        probe,
        atoms: Vec::new(),
        by_nodes: HashMap::new(),
        size: 0,
        repeated: false,
    };
    let identifiers = rule.detections.identifiers.iter().zip(outline);
    let identifiers: Vec<Formula> = identifiers
        .enumerate()
        .map(|(index, (identifier, outline))| {
            builder.detection(index, &identifier.detection, outline)
        })
        .collect();
    let mut formula = Whole {
        plan,
        identifiers: &identifiers,
        size: builder.size + plan.identifiers.len(),
        atoms: builder.atoms,
    };
    let read_once = !builder.repeated && formula.names_each_once();
    let (mut changed, is_smallest) = formula.least(read_once)?;
    changed.sort_unstable();
    let changes = changed.iter().filter_map(|atom| formula.atoms.get(*atom));
    Some(WhyNot {
        changes: changes.map(|atom| atom.change(rule)).collect(),
        is_smallest,
    })
}

/// What can be otherwise.
struct Atom<'r> {
    identifier: usize,
    item: &'r DetectionItem,
    /// The value, of an item with `all`.
    value: Option<usize>,
    /// Which values of the item match.
    matching: Vec<bool>,
    truth: bool,
    seen: bool,
}

impl Atom<'_> {
    fn change(&self, rule: &Rule) -> Change {
        let identifier = rule.detections.identifiers.get(self.identifier);
        let place = self
            .value
            .and_then(|value| self.item.value_locations.get(value));
        let place = place.unwrap_or(&self.item.location);
        Change {
            identifier: identifier.map_or_else(String::new, |identifier| identifier.name.clone()),
            item: item_name(self.item),
            line: place.line,
            column: place.column,
            wanted: !self.truth,
            words: words::change(&words::Wanted {
                item: self.item,
                value: self.value,
                matching: &self.matching,
                holds: !self.truth,
                seen: self.seen,
            }),
        }
    }
}

/// An item or a detection over atoms.
enum Formula {
    Atom(usize),
    Not(Box<Self>),
    Linked(Link, Vec<Self>),
}

struct Builder<'p, 'a, 'e, 'r> {
    probe: &'p mut Probe<'a, 'e>,
    atoms: Vec<Atom<'r>>,
    /// Equal items of different identifiers are one atom.
    by_nodes: HashMap<Vec<NodeId>, usize>,
    size: usize,
    repeated: bool,
}

impl<'r> Builder<'_, '_, '_, 'r> {
    /// Recursion follows nested lists of the document, whose depth `syntax` bounds.
    fn detection(&mut self, index: usize, detection: &'r Detection, outline: &Outline) -> Formula {
        match (detection, outline) {
            (Detection::All(items), Outline::Items(nodes)) => Formula::Linked(
                Link::All,
                items
                    .iter()
                    .zip(nodes)
                    .map(|(item, nodes)| self.item(index, item, nodes))
                    .collect(),
            ),
            (Detection::Keywords(item), Outline::Items(nodes)) => Formula::Linked(
                Link::All,
                nodes
                    .iter()
                    .map(|nodes| self.item(index, item, nodes))
                    .collect(),
            ),
            (Detection::Any(parts), Outline::Parts(outlines)) => {
                Formula::Linked(Link::Any, self.parts(index, parts, outlines))
            }
            (Detection::Every(parts), Outline::Parts(outlines)) => {
                Formula::Linked(Link::All, self.parts(index, parts, outlines))
            }
            // The outline was made from this detection.
            _ => Formula::Linked(Link::Any, Vec::new()),
        }
    }

    fn parts(
        &mut self,
        index: usize,
        parts: &'r [Detection],
        outlines: &[Outline],
    ) -> Vec<Formula> {
        let parts = parts.iter().zip(outlines);
        parts
            .map(|(part, outline)| self.detection(index, part, outline))
            .collect()
    }

    fn item(&mut self, index: usize, item: &'r DetectionItem, nodes: &ItemOutline) -> Formula {
        let matching: Vec<bool> = nodes
            .values
            .iter()
            .map(|value| self.probe.holds(value.node))
            .collect();
        let seen = item
            .field
            .as_deref()
            .is_none_or(|field| self.probe.texts(field).is_some());
        let mut atom = |value: Option<usize>, nodes: Vec<NodeId>, truth| {
            self.size += 1;
            let next = self.atoms.len();
            let place = *self.by_nodes.entry(nodes).or_insert(next);
            if place < next {
                self.repeated = true;
            } else {
                self.atoms.push(Atom {
                    identifier: index,
                    item,
                    value,
                    matching: matching.clone(),
                    truth,
                    seen,
                });
            }
            Formula::Atom(place)
        };
        let formula = if item.modifiers.contains(&Modifier::All) && nodes.values.len() <= MOST_ALL {
            let values = nodes.values.iter().zip(&matching).enumerate();
            let values = values
                .map(|(value, (outline, truth))| atom(Some(value), vec![outline.node], *truth));
            Formula::Linked(Link::All, values.collect())
        } else {
            let all = item.modifiers.contains(&Modifier::All);
            let truth = if all {
                matching.iter().all(|truth| *truth)
            } else {
                matching.contains(&true)
            };
            let mut key: Vec<NodeId> = nodes.values.iter().map(|value| value.node).collect();
            key.sort_unstable();
            key.dedup();
            // A list of which all must match is another question than one of which any must.
            if all {
                key.insert(0, nodes.item);
            }
            atom(None, key, truth)
        };
        if item.modifiers.contains(&Modifier::Neq) {
            Formula::Not(Box::new(formula))
        } else {
            formula
        }
    }
}

/// Values of an item with `all` that count each for itself.
const MOST_ALL: usize = 100;

struct Whole<'a, 'r> {
    plan: &'a Plan,
    identifiers: &'a [Formula],
    size: usize,
    atoms: Vec<Atom<'r>>,
}

/// The least changes that make something true, and false; `None` if nothing does.
#[derive(Clone)]
struct Costs {
    to_true: Option<Vec<usize>>,
    to_false: Option<Vec<usize>>,
}

impl Costs {
    fn constant(value: bool) -> Self {
        let free = || Some(Vec::new());
        match value {
            true => Self {
                to_true: free(),
                to_false: None,
            },
            false => Self {
                to_true: None,
                to_false: free(),
            },
        }
    }

    fn turned(self) -> Self {
        Self {
            to_true: self.to_false,
            to_false: self.to_true,
        }
    }

    fn linked(link: Link, parts: impl Iterator<Item = Self>) -> Self {
        match link {
            Link::All => parts.fold(Self::constant(true), Self::and),
            // Not all of them false.
            Link::Any => {
                let none = parts
                    .map(Self::turned)
                    .fold(Self::constant(true), Self::and);
                none.turned()
            }
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            to_true: sum(self.to_true, other.to_true),
            to_false: least(self.to_false, other.to_false),
        }
    }
}

fn sum(left: Option<Vec<usize>>, right: Option<Vec<usize>>) -> Option<Vec<usize>> {
    let mut whole = left?;
    whole.extend(right?);
    Some(whole)
}

/// The first of equally small ones.
fn least(left: Option<Vec<usize>>, right: Option<Vec<usize>>) -> Option<Vec<usize>> {
    match (left, right) {
        (Some(left), Some(right)) if right.len() < left.len() => Some(right),
        (None, right) => right,
        (left, _) => left,
    }
}

impl Whole<'_, '_> {
    /// Whether no condition names an identifier that was named before.
    fn names_each_once(&self) -> bool {
        let mut named = vec![false; self.identifiers.len()];
        self.plan
            .conditions
            .iter()
            .all(|condition| self.names_once(condition, &mut named))
    }

    fn names_once(&self, expr: &Expr, named: &mut [bool]) -> bool {
        let mut is_new = |index: usize| {
            named
                .get_mut(index)
                .is_none_or(|named| !std::mem::replace(named, true))
        };
        match expr {
            Expr::Identifier(index) => is_new(*index),
            Expr::Selected(_, index) => self.selected(*index).all(is_new),
            Expr::Not(inner) => self.names_once(inner, named),
            Expr::And(parts) | Expr::Or(parts) => {
                parts.iter().all(|part| self.names_once(part, named))
            }
            Expr::Constant(_) | Expr::Predicate(_) => true,
        }
    }

    fn selected(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.plan
            .selections
            .get(index)
            .into_iter()
            .flatten()
            .copied()
    }

    /// The least changes, and whether they are.
    fn least(&mut self, read_once: bool) -> Option<(Vec<usize>, bool)> {
        let costs: Vec<Costs> = self
            .identifiers
            .iter()
            .map(|formula| self.costs(formula))
            .collect();
        let mut steps = MOST_STEPS;
        let conditions = self.plan.conditions.iter();
        let conditions: Option<Vec<Costs>> = conditions
            .map(|expr| self.condition_costs(expr, &costs, &mut steps))
            .collect();
        let bound =
            conditions.and_then(|costs| Costs::linked(Link::Any, costs.into_iter()).to_true);
        if read_once {
            return bound.map(|changed| (changed, true));
        }
        let bound = bound.and_then(|mut changed| {
            changed.sort_unstable();
            changed.dedup();
            self.holds_with(&changed).then_some(changed)
        });
        self.search(bound)
    }

    fn costs(&self, formula: &Formula) -> Costs {
        match formula {
            Formula::Atom(atom) => {
                let truth = self.atoms.get(*atom).is_some_and(|atom| atom.truth);
                let (free, change) = (Some(Vec::new()), Some(vec![*atom]));
                let as_it_is = Costs {
                    to_true: free,
                    to_false: change,
                };
                if truth { as_it_is } else { as_it_is.turned() }
            }
            Formula::Not(inner) => self.costs(inner).turned(),
            Formula::Linked(link, parts) => {
                Costs::linked(*link, parts.iter().map(|part| self.costs(part)))
            }
        }
    }

    /// `None` if a condition that names its identifiers very often takes too long.
    fn condition_costs(&self, expr: &Expr, costs: &[Costs], steps: &mut usize) -> Option<Costs> {
        let mut of = |index: usize| {
            let costs = costs
                .get(index)
                .cloned()
                .unwrap_or_else(|| Costs::constant(false));
            let length = |changes: &Option<Vec<usize>>| changes.as_ref().map_or(0, Vec::len);
            *steps = steps.checked_sub(1 + length(&costs.to_true) + length(&costs.to_false))?;
            Some(costs)
        };
        Some(match expr {
            Expr::Constant(value) => Costs::constant(*value),
            Expr::Predicate(_) => Costs::constant(false),
            Expr::Identifier(index) => of(*index)?,
            Expr::Selected(link, index) => {
                let parts: Option<Vec<Costs>> = self.selected(*index).map(of).collect();
                Costs::linked(*link, parts?.into_iter())
            }
            Expr::Not(inner) => self.condition_costs(inner, costs, steps)?.turned(),
            Expr::And(parts) | Expr::Or(parts) => {
                let link = if matches!(expr, Expr::And(_)) {
                    Link::All
                } else {
                    Link::Any
                };
                let parts = parts
                    .iter()
                    .map(|part| self.condition_costs(part, costs, steps));
                let parts: Option<Vec<Costs>> = parts.collect();
                Costs::linked(link, parts?.into_iter())
            }
        })
    }

    /// Tries sets of one, two and more changes, up to the size of a set that is known to do.
    fn search(&mut self, bound: Option<Vec<usize>>) -> Option<(Vec<usize>, bool)> {
        let most = bound
            .as_ref()
            .map_or(self.atoms.len(), |bound| bound.len().saturating_sub(1));
        let mut trials = MOST_STEPS / self.size.max(1);
        for size in 1..=most {
            let mut chosen: Vec<usize> = (0..size).collect();
            loop {
                let Some(left) = trials.checked_sub(1) else {
                    return bound.map(|changed| (changed, false));
                };
                trials = left;
                if self.holds_with(&chosen) {
                    return Some((chosen, true));
                }
                if !next_choice(&mut chosen, self.atoms.len()) {
                    break;
                }
            }
        }
        bound.map(|changed| (changed, true))
    }

    fn holds_with(&mut self, changed: &[usize]) -> bool {
        self.flip(changed);
        let identifiers: Vec<bool> = self
            .identifiers
            .iter()
            .map(|formula| self.holds(formula))
            .collect();
        let truth = self
            .plan
            .conditions
            .iter()
            .any(|expr| self.condition_holds(expr, &identifiers));
        self.flip(changed);
        truth
    }

    fn flip(&mut self, changed: &[usize]) {
        for atom in changed {
            if let Some(atom) = self.atoms.get_mut(*atom) {
                atom.truth = !atom.truth;
            }
        }
    }

    fn holds(&self, formula: &Formula) -> bool {
        match formula {
            Formula::Atom(atom) => self.atoms.get(*atom).is_some_and(|atom| atom.truth),
            Formula::Not(inner) => !self.holds(inner),
            Formula::Linked(Link::All, parts) => parts.iter().all(|part| self.holds(part)),
            Formula::Linked(Link::Any, parts) => parts.iter().any(|part| self.holds(part)),
        }
    }

    fn condition_holds(&self, expr: &Expr, identifiers: &[bool]) -> bool {
        let of = |index: usize| identifiers.get(index).is_some_and(|truth| *truth);
        match expr {
            Expr::Constant(value) => *value,
            Expr::Predicate(_) => false,
            Expr::Identifier(index) => of(*index),
            Expr::Selected(Link::All, index) => self.selected(*index).all(of),
            Expr::Selected(Link::Any, index) => self.selected(*index).any(of),
            Expr::Not(inner) => !self.condition_holds(inner, identifiers),
            Expr::And(parts) => parts
                .iter()
                .all(|part| self.condition_holds(part, identifiers)),
            Expr::Or(parts) => parts
                .iter()
                .any(|part| self.condition_holds(part, identifiers)),
        }
    }
}

/// The next set of as many out of `count`, in order; false after the last.
fn next_choice(chosen: &mut [usize], count: usize) -> bool {
    let size = chosen.len();
    let movable =
        |(place, at): (usize, &usize)| (*at + size - place < count).then_some((place, *at));
    let Some((place, at)) = chosen.iter().enumerate().rev().find_map(movable) else {
        return false;
    };
    for (offset, value) in chosen.iter_mut().skip(place).enumerate() {
        *value = at + 1 + offset;
    }
    true
}
