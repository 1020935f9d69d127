//! Transformations that reject rules: `rule_failure`, `detection_item_failure`, `strict_field_mapping_failure`.

use std::collections::BTreeSet;

use crate::error::PipelineFault;

use super::super::run::{Draft, Reject, Run};
use super::super::walk::{Change, Tracked};
use super::{Context, ItemTransformation, Transformation};

/// Rejects every rule in scope.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct RuleFailure(pub(in crate::pipeline) String);

/// Rejects a rule with a detection item in scope.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct ItemFailure(pub(in crate::pipeline) String);

/// Rejects a rule with a field that no item before has renamed. Fields that `add_condition` brought in count too.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct StrictMapping;

impl Transformation for RuleFailure {
    fn apply(&self, _: &mut Draft, _: &Context<'_>, _: &mut Run<'_>) -> Result<(), Reject> {
        Err(PipelineFault::Message {
            message: self.0.clone(),
        }
        .into())
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}

impl ItemTransformation for ItemFailure {
    fn change(&self, _: &Tracked, _: &mut Run<'_>) -> Result<Change, Reject> {
        Err(PipelineFault::Message {
            message: self.0.clone(),
        }
        .into())
    }
}

impl Transformation for StrictMapping {
    fn apply(&self, draft: &mut Draft, _: &Context<'_>, run: &mut Run<'_>) -> Result<(), Reject> {
        let items = draft.items();
        let fields = items
            .iter()
            .filter_map(|tracked| tracked.item.field.as_ref());
        let unmapped: BTreeSet<&String> = fields.filter(|field| !run.is_mapped(field)).collect();
        if unmapped.is_empty() {
            return Ok(());
        }
        Err(PipelineFault::Unmapped {
            fields: unmapped.into_iter().cloned().collect(),
        }
        .into())
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}
