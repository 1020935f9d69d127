//! What must hold for a correlation to fire.

use std::cmp::Ordering;

use crate::condition::Expression;
use crate::pattern;
use crate::rule::{Number, Operator};

/// A condition, ready to be asked.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// All comparisons must hold (S-407).
    Comparisons(Box<[(Operator, pattern::Number)]>),
    /// Over the rules seen (S-416).
    Rules(Box<RuleExpression>),
}

/// An expression over rules by their places in the list.
#[derive(Clone, Debug)]
pub(super) enum RuleExpression {
    Seen(usize),
    Not(Box<Self>),
    All(Box<[Self]>),
    Any(Box<[Self]>),
}

impl Test {
    pub(super) fn comparisons<'a>(
        comparisons: impl IntoIterator<Item = &'a (Operator, Number)>,
    ) -> Self {
        let numbers = comparisons
            .into_iter()
            .map(|(operator, number)| (*operator, self::number(*number)));
        Self::Comparisons(numbers.collect())
    }

    pub(super) fn holds_for_count(&self, count: u64) -> bool {
        let count = pattern::Number::from(count);
        self.holds(|number| count.compare(number))
    }

    /// Whether every comparison holds of something that compares itself with a number.
    pub(super) fn holds(&self, compare: impl Fn(pattern::Number) -> Option<Ordering>) -> bool {
        match self {
            Self::Comparisons(comparisons) => comparisons.iter().all(|(operator, number)| {
                compare(*number).is_some_and(|order| accepts(*operator, order))
            }),
            Self::Rules(_) => false,
        }
    }
}

fn accepts(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Gt => order.is_gt(),
        Operator::Gte => order.is_ge(),
        Operator::Lt => order.is_lt(),
        Operator::Lte => order.is_le(),
        Operator::Eq => order.is_eq(),
        Operator::Neq => order.is_ne(),
    }
}

fn number(number: Number) -> pattern::Number {
    match number {
        Number::Integer(value) => pattern::Number::Integer(value),
        Number::Float(value) => pattern::Number::float(value),
    }
}

impl RuleExpression {
    /// `None` if a name is none of the rules. The depth is that of the condition, which `Limits` bounds.
    pub(super) fn resolve(
        expression: &Expression,
        place: &impl Fn(&str) -> Option<usize>,
    ) -> Option<Self> {
        let resolve_all = |operands: &[Expression]| -> Option<Box<[Self]>> {
            operands
                .iter()
                .map(|operand| Self::resolve(operand, place))
                .collect()
        };
        Some(match expression {
            Expression::Identifier(name) => Self::Seen(place(name)?),
            Expression::Not(operand) => Self::Not(Box::new(Self::resolve(operand, place)?)),
            Expression::And(operands) => Self::All(resolve_all(operands)?),
            Expression::Or(operands) => Self::Any(resolve_all(operands)?),
            Expression::Of(..) => return None,
        })
    }

    pub(super) fn holds(&self, is_seen: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Seen(rule) => is_seen(*rule),
            Self::Not(operand) => !operand.holds(is_seen),
            Self::All(operands) => operands.iter().all(|operand| operand.holds(is_seen)),
            Self::Any(operands) => operands.iter().any(|operand| operand.holds(is_seen)),
        }
    }
}
