//! A rule after compilation: tests over fields, and expressions over them.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::pattern::{Network, Number, Regex, TextPattern, TimePart};

/// What `compile` makes of one rule. Refers to fields by name: ids are given when many plans meet in `engine`.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// What each search identifier stands for, in the order of the model.
    pub(crate) identifiers: Vec<Expr>,
    /// The identifiers that each distinct pattern of the conditions selects. Kept apart so that a condition that
    /// names one pattern a thousand times does not hold its identifiers a thousand times.
    pub(crate) selections: Vec<Vec<usize>>,
    /// The conditions, of which one must hold.
    pub(crate) conditions: Vec<Expr>,
}

/// How operands are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Link {
    All,
    Any,
}

/// A boolean expression.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Constant(bool),
    /// An entry of [`Plan::identifiers`]; only in conditions.
    Identifier(usize),
    /// All or any of an entry of [`Plan::selections`]; only in conditions.
    Selected(Link, usize),
    Predicate(Predicate),
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

/// A question about one field (or, for keywords, about all values) of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Predicate {
    /// The field; `None` for keywords.
    pub(crate) field: Option<Arc<str>>,
    pub(crate) test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Test {
    /// Some leaf of the field passes one of these (S-114). Sorted and without repeats, so that equal lists are one
    /// predicate whatever their order.
    AnyOf(Vec<ValueTest>),
    /// The field is present (S-113).
    Exists,
    /// Some leaf of the field and some leaf of the other one compare (S-248).
    Reference { other: Arc<str>, relation: Relation },
}

/// How the texts of two fields compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Relation {
    Equal,
    Contains,
    StartsWith,
    EndsWith,
}

/// A test of one leaf.
#[derive(Clone, Debug)]
pub(crate) enum ValueTest {
    /// The leaf's text (S-123).
    Text(TextPattern),
    /// Numeric equality, or the canonical text (S-124).
    Number(Number),
    /// The text `true` or `false` (S-125).
    Boolean(bool),
    /// Null, or no value at all (S-130).
    Null,
    Regex(Arc<Regex>),
    Network(Network),
    /// A numeric comparison (S-230).
    Compare(Comparison, Number),
    /// A part of a timestamp (S-240).
    Time(TimePart, Comparison, Number),
    /// A number keyword (S-173).
    Token(Number),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    /// Whether `ordering` of event value to rule value satisfies it; not comparable is `None`, which never does.
    pub(crate) fn holds(self, ordering: Option<std::cmp::Ordering>) -> bool {
        let Some(ordering) = ordering else {
            return false;
        };
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl Expr {
    /// The conjunction; one operand stands for itself, none is true.
    pub(crate) fn all(operands: Vec<Self>) -> Self {
        Self::linked(operands, Self::And, true)
    }

    /// The disjunction; one operand stands for itself, none is false.
    pub(crate) fn any(operands: Vec<Self>) -> Self {
        Self::linked(operands, Self::Or, false)
    }

    pub(crate) fn negated(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    fn linked(mut operands: Vec<Self>, link: fn(Vec<Self>) -> Self, empty: bool) -> Self {
        match operands.pop() {
            None => Self::Constant(empty),
            Some(only) if operands.is_empty() => only,
            Some(last) => {
                operands.push(last);
                link(operands)
            }
        }
    }
}

impl ValueTest {
    /// A total order of kinds, and within a kind whatever is cheap: it serves to find equal lists, no more.
    fn key(&self) -> (u8, u8, &str, i128, u64) {
        match self {
            Self::Text(_) => (0, 0, "", 0, 0),
            Self::Number(number) => number_key(1, 0, *number),
            Self::Boolean(value) => (2, u8::from(*value), "", 0, 0),
            Self::Null => (3, 0, "", 0, 0),
            Self::Regex(regex) => (4, 0, regex.source(), 0, 0),
            Self::Network(_) => (5, 0, "", 0, 0),
            Self::Compare(comparison, number) => number_key(6, *comparison as u8, *number),
            Self::Time(part, comparison, number) => {
                number_key(7, (*part as u8) * 8 + *comparison as u8, *number)
            }
            Self::Token(number) => number_key(8, 0, *number),
        }
    }
}

/// Rule numbers are finite, and an integral float is an integer (S-120), so equal numbers have equal keys.
fn number_key(kind: u8, detail: u8, number: Number) -> (u8, u8, &'static str, i128, u64) {
    match number {
        Number::Integer(value) => (kind, detail, "", value, 0),
        Number::Float(value) => (kind, detail, "", 0, value.to_bits()),
    }
}

impl PartialEq for ValueTest {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ValueTest {}

impl PartialOrd for ValueTest {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ValueTest {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Network(a), Self::Network(b)) => a.cmp(b),
            (Self::Regex(a), Self::Regex(b)) => {
                (a.source(), a.options_key()).cmp(&(b.source(), b.options_key()))
            }
            _ => self.key().cmp(&other.key()),
        }
    }
}

impl Hash for ValueTest {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Self::Text(pattern) => pattern.hash(state),
            Self::Network(network) => network.hash(state),
            _ => self.key().hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests that were equal would be one predicate.
    #[test]
    fn tests_of_times_are_told_apart() {
        let parts = [
            TimePart::Minute,
            TimePart::Hour,
            TimePart::Day,
            TimePart::Week,
            TimePart::Month,
            TimePart::Year,
        ];
        let comparisons = [
            Comparison::Equal,
            Comparison::Less,
            Comparison::LessOrEqual,
            Comparison::Greater,
            Comparison::GreaterOrEqual,
        ];
        let of_part = |part: &TimePart| {
            let part = *part;
            comparisons.map(|comparison| ValueTest::Time(part, comparison, Number::Integer(5)))
        };
        let tests: Vec<ValueTest> = parts.iter().flat_map(of_part).collect();
        for (index, test) in tests.iter().enumerate() {
            let equal: Vec<usize> = (0..tests.len()).filter(|at| tests[*at] == *test).collect();
            assert_eq!(equal, [index]);
        }
    }
}
