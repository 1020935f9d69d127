//! What follows from a rule's conditions: whether one rule matches all that another does, whether it can match at all.
//!
//! In: compiled plans, and someone who says what a rule makes of an event. Out: an answer of three values: proven;
//! refuted by an event, which was tried; unknown. Called by `card`, and by whoever looks for mistakes in rules. Knows no
//! rule set and no text of rules.
//!
//! Two plans are held against each other as a *sequent* (`sequent`): what is known on one side, what is to be shown on
//! the other. Conjunctions and disjunctions are taken apart until only predicates are left; then some known predicate
//! must imply the goals (`predicate`), test by test (`test`, `text`). Where nothing closes, an event is built from what
//! is known (`model`, `sample`), and only if it is confirmed the answer is no.
//!
//! Events may have several values in a field (S-114), so `F: a` and `F: b` do not contradict each other. That they do
//! for events with one value is a question of its own.

mod disjoint;
mod leaf;
mod model;
mod predicate;
mod sample;
mod sequent;
mod test;
mod text;
mod witness;

use serde::Serialize;

use crate::compile::Plan;
use crate::compile::plan::{Expr, Predicate};

pub use self::witness::{Witness, WitnessValue};

pub(crate) use self::leaf::passes;
pub(crate) use self::sequent::Side;
pub(crate) use self::test::implies as test_implies;

/// An answer about all events. Serialises to `"proven"`, `{"refuted": event}` or `"unknown"`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Implication {
    /// It holds for every event.
    Proven,
    /// It does not hold for this event, which the engine was asked about.
    Refuted(Witness),
    /// Neither was found within bounded work.
    Unknown,
}

impl Implication {
    /// Whether it is proven.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        matches!(self, Self::Proven)
    }

    /// The event for which it does not hold, if one was found.
    #[must_use]
    pub fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Refuted(witness) => Some(witness),
            _ => None,
        }
    }
}

/// What is taken for granted about events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assumption {
    /// Nothing.
    AnyEvent,
    /// No field has more than one value.
    SingleValues,
}

/// How much work a question may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// Comparisons of two tests, and steps of taking apart.
    pub(crate) steps: usize,
    /// Choices that stand open at once.
    pub(crate) depth: usize,
    /// Attempts to make an event.
    pub(crate) trials: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self {
            steps: 500_000,
            depth: 64,
            trials: 48,
        }
    }
}

/// A question to be answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'p> {
    pub(crate) known: &'p [Side<'p>],
    pub(crate) goals: &'p [Side<'p>],
    pub(crate) assumption: Assumption,
    pub(crate) effort: Effort,
}

/// The answer to a [`Question`].
#[derive(Debug)]
pub(crate) struct Answer<'p> {
    pub(crate) implication: Implication,
    /// The predicates that the proof used; empty if there is none.
    pub(crate) used: Vec<&'p Predicate>,
}

/// Whether every event that satisfies all that is known satisfies one of the goals. `confirm` says of an event whether
/// it satisfies what is known and none of the goals.
pub(crate) fn ask<'p>(
    question: Question<'p>,
    confirm: &mut dyn FnMut(&Witness) -> bool,
) -> Answer<'p> {
    sequent::search(question, confirm)
}

/// Whether every event that `left` matches is matched by `right`.
pub(crate) fn implies(
    left: &Plan,
    right: &Plan,
    confirm: &mut dyn FnMut(&Witness) -> bool,
) -> Implication {
    let question = Question {
        known: &[Side::plan(left)],
        goals: &[Side::plan(right)],
        assumption: Assumption::AnyEvent,
        effort: Effort::default(),
    };
    ask(question, confirm).implication
}

/// An event that `plan` matches, as `confirm` has it; with [`Implication::Proven`] there is none.
pub(crate) fn example(plan: &Plan, confirm: &mut dyn FnMut(&Witness) -> bool) -> Implication {
    let question = Question {
        known: &[Side::plan(plan)],
        goals: &[],
        assumption: Assumption::AnyEvent,
        effort: Effort::default(),
    };
    ask(question, confirm).implication
}

/// Whether a plan stays the same if a part of it, found by its place in memory, is taken for true or false.
pub(crate) fn is_same_without(plan: &Plan, part: &Expr, value: bool) -> bool {
    let (whole, masked) = (Side::plan(plan), Side::plan(plan).masked(part, value));
    let effort = Effort {
        steps: 40_000,
        trials: 0,
        ..Effort::default()
    };
    let follows = |known: Side<'_>, goal: Side<'_>| {
        let question = Question {
            known: &[known],
            goals: &[goal],
            assumption: Assumption::AnyEvent,
            effort,
        };
        ask(question, &mut |_| false).implication.is_proven()
    };
    follows(masked, whole) && follows(whole, masked)
}
