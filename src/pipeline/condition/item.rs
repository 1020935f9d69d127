//! Conditions on detection items.

use super::super::operand::{Operand, operands};
use super::super::regex::Pattern;
use super::super::run::Run;
use super::super::walk::Tracked;
use super::state::StateCondition;

/// A condition on a detection item.
#[derive(Clone, Debug)]
pub(in crate::pipeline) enum ItemCondition {
    /// Any or all of the values pass a test. They are looked at with their modifiers applied: `F|contains: a` has the
    /// value `*a*`.
    Values(Quantity, ValueTest),
    Applied(String),
    State(StateCondition),
}

/// The parameter `cond`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum Quantity {
    Any,
    All,
}

/// A test of one value.
#[derive(Clone, Debug)]
pub(in crate::pipeline) enum ValueTest {
    /// `match_string`: a text that matches at its start; other values do not match, so that negated they pass.
    String { pattern: Pattern, is_negated: bool },
    /// `match_value`: this value and kind, texts compared exactly.
    Value(Operand),
    /// `contains_wildcard`.
    Wildcard,
    /// `is_null`.
    Null,
}

impl ItemCondition {
    pub(in crate::pipeline) fn holds(&self, tracked: &Tracked, run: &Run<'_>) -> bool {
        match self {
            Self::Values(quantity, test) => {
                let mut values = operands(&tracked.item);
                match quantity {
                    Quantity::Any => values.any(|value| test.passes(&value)),
                    Quantity::All => values.all(|value| test.passes(&value)),
                }
            }
            Self::Applied(id) => tracked.applied.contains(id.as_str()),
            Self::State(state) => state.holds(run),
        }
    }
}

impl ValueTest {
    fn passes(&self, value: &Operand) -> bool {
        match (self, value) {
            (
                Self::String {
                    pattern,
                    is_negated,
                },
                Operand::Text(text),
            ) => pattern.matches_start(&text.plain()) != *is_negated,
            (Self::String { is_negated, .. }, _) => *is_negated,
            (Self::Value(expected), value) => value.equals(expected),
            (Self::Wildcard, Operand::Text(text)) => text.has_wildcard(),
            (Self::Null, Operand::Null) => true,
            (Self::Wildcard | Self::Null, _) => false,
        }
    }
}

impl Operand {
    /// Whether two values are the same, placeholders taken for text.
    pub(in crate::pipeline) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.tokens().eq(b.tokens()),
            _ => self == other,
        }
    }
}
