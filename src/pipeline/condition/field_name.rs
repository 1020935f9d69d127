//! Conditions on names of fields.

use std::collections::BTreeSet;

use super::super::operand::references;
use super::super::regex::Pattern;
use super::super::run::Run;
use super::super::walk::Tracked;
use super::state::StateCondition;

/// A condition on the name of a field, of an item, of a reference in its values, or of the list `fields`.
#[derive(Clone, Debug)]
pub(in crate::pipeline) enum FieldCondition {
    /// `include_fields` and `exclude_fields` in mode `plain`. Names are case-sensitive.
    Names {
        names: BTreeSet<String>,
        is_excluded: bool,
    },
    /// The same in mode `re`: patterns that match at the start.
    Patterns {
        patterns: Vec<Pattern>,
        is_excluded: bool,
    },
    Applied(String),
    State(StateCondition),
}

impl FieldCondition {
    /// `None` is the field of keywords, which no list includes.
    pub(in crate::pipeline) fn holds(&self, field: Option<&str>, run: &Run<'_>) -> bool {
        match self {
            Self::Names { names, is_excluded } => {
                let is_listed = |field| names.contains::<str>(field);
                field.is_some_and(is_listed) != *is_excluded
            }
            Self::Patterns {
                patterns,
                is_excluded,
            } => {
                let is_listed = |field| {
                    patterns
                        .iter()
                        .any(|pattern: &Pattern| pattern.matches_start(field))
                };
                field.is_some_and(is_listed) != *is_excluded
            }
            Self::Applied(id) => field.is_some_and(|field| run.renamed_by(field, id)),
            Self::State(state) => state.holds(run),
        }
    }

    /// Whether the condition holds for the field of an item or for one that its values refer to.
    pub(in crate::pipeline) fn holds_for_item(&self, tracked: &Tracked, run: &Run<'_>) -> bool {
        if let Self::Applied(id) = self {
            return tracked.applied.contains(id.as_str());
        }
        self.holds(tracked.item.field.as_deref(), run)
            || references(&tracked.item).any(|(_, field)| self.holds(Some(&field), run))
    }
}
