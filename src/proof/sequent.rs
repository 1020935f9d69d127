//! The search: from what is known to the goals, by taking both apart.
//!
//! A *sequent* is a list of facts and a list of goals; it holds if every event with all the facts has one of the goals.
//! `not` moves a part to the other side, so only positive predicates are left in the end. A disjunction among the facts
//! and a conjunction among the goals are *splits*: each of their parts must lead to a proof of its own.

use crate::compile::Plan;
use crate::compile::plan::{Expr, Link, Predicate};
use crate::proof::{Answer, Assumption, Implication, Question, Witness, model, predicate};

/// An expression of a plan, or a whole plan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'p> {
    plan: &'p Plan,
    part: Part<'p>,
    /// A part of the plan that is taken for a constant.
    mask: Option<(&'p Expr, bool)>,
}

#[derive(Clone, Copy, Debug)]
enum Part<'p> {
    /// Any of the plan's conditions.
    Whole,
    Expr(&'p Expr),
    /// An entry of the plan's selections.
    Selected(Link, usize),
}

impl<'p> Side<'p> {
    /// The rule as a whole.
    pub(crate) fn plan(plan: &'p Plan) -> Self {
        Self {
            plan,
            part: Part::Whole,
            mask: None,
        }
    }

    /// An expression of `plan`.
    pub(crate) fn expr(plan: &'p Plan, expr: &'p Expr) -> Self {
        Self {
            plan,
            part: Part::Expr(expr),
            mask: None,
        }
    }

    /// The same with a part taken for true or false.
    pub(crate) fn masked(self, part: &'p Expr, value: bool) -> Self {
        Self {
            mask: Some((part, value)),
            ..self
        }
    }

    fn with(self, part: Part<'p>) -> Self {
        Self { part, ..self }
    }

    /// What the part is made of.
    fn shape(self) -> Shape<'p> {
        match self.part {
            Part::Whole => Shape::linked(Link::Any, self, &self.plan.conditions),
            Part::Selected(link, index) => {
                let selected = self.plan.selections.get(index).into_iter().flatten();
                let parts = selected.map(|identifier| self.identifier(*identifier));
                Shape::Linked(link, parts.collect())
            }
            Part::Expr(expr) => match self.mask {
                Some((masked, value)) if std::ptr::eq(masked, expr) => Shape::Constant(value),
                _ => self.expr_shape(expr),
            },
        }
    }

    fn expr_shape(self, expr: &'p Expr) -> Shape<'p> {
        match expr {
            Expr::Constant(value) => Shape::Constant(*value),
            Expr::Identifier(index) => Shape::Linked(Link::All, vec![self.identifier(*index)]),
            Expr::Selected(link, index) => {
                Shape::Linked(Link::All, vec![self.with(Part::Selected(*link, *index))])
            }
            Expr::Predicate(predicate) => Shape::Predicate(predicate),
            Expr::Not(inner) => Shape::Not(self.with(Part::Expr(inner))),
            Expr::And(parts) => Shape::linked(Link::All, self, parts),
            Expr::Or(parts) => Shape::linked(Link::Any, self, parts),
        }
    }

    fn identifier(self, index: usize) -> Self {
        static NEVER: Expr = Expr::Constant(false);
        self.with(Part::Expr(
            self.plan.identifiers.get(index).unwrap_or(&NEVER),
        ))
    }
}

enum Shape<'p> {
    Constant(bool),
    Predicate(&'p Predicate),
    Not(Side<'p>),
    Linked(Link, Vec<Side<'p>>),
}

impl<'p> Shape<'p> {
    fn linked(link: Link, side: Side<'p>, parts: &'p [Expr]) -> Self {
        Self::Linked(
            link,
            parts
                .iter()
                .map(|part| side.with(Part::Expr(part)))
                .collect(),
        )
    }
}

/// What is known and what is to be shown, taken apart as far as it goes without a choice.
#[derive(Clone, Debug, Default)]
pub(super) struct Sequent<'p> {
    pub(super) facts: Vec<&'p Predicate>,
    pub(super) goals: Vec<&'p Predicate>,
    splits: Vec<Split<'p>>,
}

impl Sequent<'_> {
    fn size(&self) -> usize {
        let splits = self.splits.iter().map(|split| 1 + split.parts.len());
        self.facts.len() + self.goals.len() + splits.sum::<usize>()
    }
}

/// Entries of lists that are copied in the time of a comparison.
const COPIED_PER_STEP: usize = 4;

/// Parts of which each must lead to a proof.
#[derive(Clone, Debug)]
struct Split<'p> {
    is_fact: bool,
    parts: Vec<Side<'p>>,
}

struct Search<'p, 'c> {
    question: Question<'p>,
    confirm: &'c mut dyn FnMut(&Witness) -> bool,
    steps: usize,
    trials: usize,
    used: Vec<&'p Predicate>,
}

/// How a branch ended.
enum End {
    Closed,
    Refuted(Witness),
    /// Open, but no event was found; or too much work.
    Open,
}

pub(super) fn search<'p>(
    question: Question<'p>,
    confirm: &mut dyn FnMut(&Witness) -> bool,
) -> Answer<'p> {
    let mut search = Search {
        question,
        confirm,
        steps: question.effort.steps,
        trials: question.effort.trials,
        used: Vec::new(),
    };
    let facts = question.known.iter().map(|side| (*side, true));
    let goals = question.goals.iter().map(|side| (*side, false));
    let end = search.branch(Sequent::default(), facts.chain(goals).collect(), 0);
    let implication = match end {
        End::Closed => Implication::Proven,
        End::Refuted(witness) => Implication::Refuted(witness),
        End::Open => Implication::Unknown,
    };
    if implication != Implication::Proven {
        search.used.clear();
    }
    Answer {
        implication,
        used: search.used,
    }
}

impl<'p> Search<'p, '_> {
    /// Adds parts to a sequent and goes on until every branch is closed or one is refuted. Recursion: one level per
    /// split, as many as the effort allows.
    fn branch(
        &mut self,
        mut sequent: Sequent<'p>,
        parts: Vec<(Side<'p>, bool)>,
        depth: usize,
    ) -> End {
        match self.add(&mut sequent, parts) {
            Added::Closed => return End::Closed,
            Added::TooMuch => return End::Open,
            Added::Open => {}
        }
        if self.closes(&sequent) {
            return End::Closed;
        }
        if depth > self.question.effort.depth || self.steps == 0 {
            return End::Open;
        }
        let Some(split) = take_split(&mut sequent) else {
            return self.refute(&sequent);
        };
        let mut end = End::Closed;
        let size = sequent.size();
        for part in split.parts {
            // What copying takes must be paid for too, or long lists would make quadratic work of few steps.
            if !self.spend(1 + size / COPIED_PER_STEP) {
                return End::Open;
            }
            match self.branch(sequent.clone(), vec![(part, split.is_fact)], depth + 1) {
                End::Closed => {}
                End::Refuted(witness) => return End::Refuted(witness),
                End::Open if self.trials == 0 => return End::Open,
                End::Open => end = End::Open,
            }
        }
        end
    }

    fn add(&mut self, sequent: &mut Sequent<'p>, mut parts: Vec<(Side<'p>, bool)>) -> Added {
        while let Some((side, is_fact)) = parts.pop() {
            if !self.spend(1) {
                return Added::TooMuch;
            }
            match side.shape() {
                // A false fact, or a true goal.
                Shape::Constant(value) if value != is_fact => return Added::Closed,
                Shape::Constant(_) => {}
                Shape::Predicate(predicate) if is_fact => sequent.facts.push(predicate),
                Shape::Predicate(predicate) => sequent.goals.push(predicate),
                Shape::Not(inner) => parts.push((inner, !is_fact)),
                Shape::Linked(_, only) if only.len() == 1 => {
                    parts.extend(only.into_iter().map(|part| (part, is_fact)));
                }
                Shape::Linked(link, inner) if (link == Link::All) == is_fact => {
                    if !self.spend(inner.len()) {
                        return Added::TooMuch;
                    }
                    parts.extend(inner.into_iter().map(|part| (part, is_fact)));
                }
                Shape::Linked(_, inner) => {
                    if !self.spend(inner.len() / COPIED_PER_STEP) {
                        return Added::TooMuch;
                    }
                    sequent.splits.push(Split {
                        is_fact,
                        parts: inner,
                    });
                }
            }
        }
        Added::Open
    }

    fn closes(&mut self, sequent: &Sequent<'p>) -> bool {
        let single = self.question.assumption == Assumption::SingleValues;
        predicate::close(sequent, single, &mut self.steps, &mut self.used)
    }

    /// A branch without anything left to split: an event with its facts and none of its goals may exist.
    fn refute(&mut self, sequent: &Sequent<'p>) -> End {
        for turn in 0..model::TURNS {
            if self.trials == 0 {
                break;
            }
            self.trials -= 1;
            let Some(witness) = model::event(sequent, turn) else {
                continue;
            };
            if (self.confirm)(&witness) {
                return End::Refuted(witness);
            }
        }
        End::Open
    }

    fn spend(&mut self, steps: usize) -> bool {
        let enough = self.steps >= steps;
        self.steps = self.steps.saturating_sub(steps);
        enough
    }
}

enum Added {
    Closed,
    Open,
    TooMuch,
}

/// The next choice: a goal before a fact, since each part of a goal needs few facts; then the shortest.
fn take_split<'p>(sequent: &mut Sequent<'p>) -> Option<Split<'p>> {
    let key = |split: &Split<'_>| (split.is_fact, split.parts.len());
    let (index, _) = sequent
        .splits
        .iter()
        .enumerate()
        .min_by_key(|(_, split)| key(split))?;
    Some(sequent.splits.remove(index))
}
