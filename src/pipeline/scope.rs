//! When a processing item is applied: to which rules, to which detection items of them, to which fields.

use crate::error::PipelineFault;

use super::condition::{FieldCondition, ItemCondition, RuleCondition};
use super::run::{Draft, Run};
use super::walk::Tracked;

/// The three groups of conditions of a processing item (S-501).
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    pub(super) rules: Group<RuleCondition>,
    pub(super) items: Group<ItemCondition>,
    pub(super) fields: Group<FieldCondition>,
}

/// Conditions of one kind, and how they are linked. Without conditions it holds.
#[derive(Clone, Debug)]
pub(super) struct Group<C> {
    pub(super) conditions: Vec<C>,
    pub(super) link: Link,
    pub(super) is_negated: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Link {
    All,
    Any,
    Expression(Expression),
}

/// An expression over conditions, by their places in the group.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Condition(usize),
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
}

impl Scope {
    pub(super) fn covers_rule(&self, draft: &Draft, run: &Run<'_>) -> Result<bool, PipelineFault> {
        self.rules.holds(|condition| condition.holds(draft, run))
    }

    /// Whether the item is meant, by its values and by its field or the fields it compares with.
    pub(super) fn covers_item(&self, tracked: &Tracked, run: &Run<'_>) -> bool {
        let items = self
            .items
            .holds(|condition| Ok(condition.holds(tracked, run)));
        let fields = self
            .fields
            .holds(|condition| Ok(condition.holds_for_item(tracked, run)));
        // These conditions have no errors.
        matches!((items, fields), (Ok(true), Ok(true)))
    }

    /// Whether a field is meant; `None` is that of keywords.
    pub(super) fn covers_field(&self, field: Option<&str>, run: &Run<'_>) -> bool {
        let fields = self
            .fields
            .holds(|condition| Ok(condition.holds(field, run)));
        matches!(fields, Ok(true))
    }
}

impl<C> Group<C> {
    fn holds(
        &self,
        mut ask: impl FnMut(&C) -> Result<bool, PipelineFault>,
    ) -> Result<bool, PipelineFault> {
        if self.conditions.is_empty() {
            return Ok(true);
        }
        // All are asked: whether one is in error must not depend on the others.
        let answers = self.conditions.iter().map(&mut ask);
        let answers: Vec<bool> = answers.collect::<Result<_, _>>()?;
        let linked = match &self.link {
            Link::All => answers.iter().all(|answer| *answer),
            Link::Any => answers.iter().any(|answer| *answer),
            Link::Expression(expression) => expression.holds(&answers),
        };
        Ok(linked != self.is_negated)
    }
}

impl<C> Default for Group<C> {
    fn default() -> Self {
        Self {
            conditions: Vec::new(),
            link: Link::All,
            is_negated: false,
        }
    }
}

impl Expression {
    /// Recursion follows the expression, whose depth `condition` bounds.
    fn holds(&self, answers: &[bool]) -> bool {
        match self {
            Self::Condition(index) => answers.get(*index) == Some(&true),
            Self::Not(inner) => !inner.holds(answers),
            Self::And(operands) => operands.iter().all(|operand| operand.holds(answers)),
            Self::Or(operands) => operands.iter().any(|operand| operand.holds(answers)),
        }
    }
}
