//! The parts of a condition with the verdict of each.

use std::collections::HashMap;

use serde::Serialize;

use crate::condition::{Expression, Quantifier};
use crate::rule::Detections;

/// A part of a condition and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ConditionPart {
    /// The part as a condition writes it.
    pub text: String,
    /// Whether it holds.
    pub matched: bool,
    /// What it is made of; for a quantifier the search identifiers that it means. Beyond 10,000 parts of a rule they are
    /// left out.
    pub parts: Vec<Self>,
}

const MOST_PARTS: usize = 10_000;

/// Makes the parts of conditions from the verdicts on search identifiers.
pub(super) struct Tree<'a> {
    detections: &'a Detections,
    truths: &'a [bool],
    by_name: HashMap<&'a str, bool>,
    left: usize,
}

impl<'a> Tree<'a> {
    pub(super) fn new(detections: &'a Detections, truths: &'a [bool]) -> Self {
        let names = detections
            .identifiers
            .iter()
            .map(|identifier| identifier.name.as_str());
        Self {
            detections,
            truths,
            by_name: names.zip(truths.iter().copied()).collect(),
            left: MOST_PARTS,
        }
    }

    /// Recursion follows the condition, whose depth `condition` bounds.
    pub(super) fn part(&mut self, expression: &Expression) -> ConditionPart {
        let (matched, parts) = match expression {
            Expression::Identifier(name) => (
                self.by_name.get(name.as_str()).is_some_and(|truth| *truth),
                Vec::new(),
            ),
            Expression::Of(quantifier, selector) => {
                let detections = self.detections;
                let selected: Vec<usize> = detections.select(selector).collect();
                let truth = |index: &usize| self.truths.get(*index).is_some_and(|truth| *truth);
                let matched = match quantifier {
                    Quantifier::Any => selected.iter().any(truth),
                    Quantifier::All => selected.iter().all(truth),
                };
                let names = selected
                    .iter()
                    .filter_map(|index| detections.identifiers.get(*index));
                let parts = names
                    .map(|identifier| Expression::Identifier(identifier.name.clone()))
                    .take(self.left);
                (matched, self.parts(&parts.collect::<Vec<_>>()))
            }
            Expression::Not(inner) => {
                let inner = self.part(inner);
                (!inner.matched, vec![inner])
            }
            Expression::And(operands) => {
                let parts = self.parts(operands);
                (parts.iter().all(|part| part.matched), parts)
            }
            Expression::Or(operands) => {
                let parts = self.parts(operands);
                (parts.iter().any(|part| part.matched), parts)
            }
        };
        ConditionPart {
            text: expression.to_string(),
            matched,
            parts,
        }
    }

    fn parts(&mut self, operands: &[Expression]) -> Vec<ConditionPart> {
        self.left = self.left.saturating_sub(operands.len());
        operands.iter().map(|operand| self.part(operand)).collect()
    }
}
