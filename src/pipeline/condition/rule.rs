//! Conditions on a rule or correlation as a whole.

use crate::error::PipelineFault;
use crate::rule::LogSource;

use super::super::operand::{Operand, operands};
use super::super::run::{Draft, Run};
use super::attribute::Attribute;
use super::state::StateCondition;

/// A condition on a document.
#[derive(Clone, Debug)]
pub(in crate::pipeline) enum RuleCondition {
    /// What is given equals the rule's (S-453); of a correlation, that of any rule it refers to, directly or not.
    LogSource(LogSource),
    /// Some item is for this field.
    ContainsField(String),
    /// Some item is for this field and has this value.
    ContainsItem(String, Operand),
    Applied(String),
    State(StateCondition),
    IsRule,
    IsCorrelation,
    Attribute(Attribute),
    /// The rule has this tag.
    Tag(String),
}

impl RuleCondition {
    /// # Errors
    /// An attribute that cannot be compared so.
    pub(in crate::pipeline) fn holds(
        &self,
        draft: &Draft,
        run: &Run<'_>,
    ) -> Result<bool, PipelineFault> {
        Ok(match self {
            Self::LogSource(log_source) => match draft {
                Draft::Rule(draft) => log_source.covers(&draft.rule.log_source),
                Draft::Correlation(draft) => {
                    let mut sources = draft.log_sources.iter();
                    sources.any(|source| log_source.covers(source))
                }
            },
            Self::ContainsField(field) => {
                let items = draft.items();
                items
                    .iter()
                    .any(|tracked| tracked.item.field.as_ref() == Some(field))
            }
            Self::ContainsItem(field, value) => draft.items().iter().any(|tracked| {
                tracked.item.field.as_ref() == Some(field)
                    && operands(&tracked.item).any(|operand| operand.equals(value))
            }),
            Self::Applied(id) => run.was_applied(id),
            Self::State(state) => state.holds(run),
            Self::IsRule => matches!(draft, Draft::Rule(_)),
            Self::IsCorrelation => matches!(draft, Draft::Correlation(_)),
            Self::Attribute(attribute) => attribute.holds(draft)?,
            Self::Tag(tag) => draft
                .metadata()
                .tags
                .iter()
                .any(|own| own.eq_ignore_ascii_case(tag)),
        })
    }
}
