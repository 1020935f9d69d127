//! What processing items do: one file for each family of transformations, one small type for each.
//!
//! In: a document while pipelines work on it, the processing item's scope, what is remembered of the run. Out: the
//! document changed, or why it is rejected. Called by `mod.rs` for each item whose rule conditions hold. There are four
//! kinds of them, by what they look at: a whole document, a detection item, a value, the name of a field. Those of the
//! last three never walk through a rule: [`Items`], [`Values`] and [`Fields`] do, by the one walk.

mod add_condition;
mod extract;
mod failure;
mod field_list;
mod field_name;
mod hashes;
mod log_source;
mod nest;
mod placeholder;
mod regex;
mod state;
mod string;
mod value;

use std::fmt::Debug;
use std::sync::Arc;

use crate::error::PipelineFault;
use crate::rule::{Detections, Source};

use super::operand::{Operand, Outcome, changed, operands};
use super::run::{Draft, Reject, Run, VALUE_BYTES};
use super::scope::Scope;
use super::walk::{Change, Tracked};

pub(super) use self::add_condition::AddCondition;
pub(super) use self::extract::ExtractFields;
pub(super) use self::failure::{ItemFailure, RuleFailure, StrictMapping};
pub(super) use self::field_list::{FieldList, FieldListChange};
pub(super) use self::field_name::{
    Affix, AffixSide, Fields, Function, Mapping, PrefixMapping, Targets,
};
pub(super) use self::hashes::Hashes;
pub(super) use self::log_source::{ChangeLogSource, SetAttribute};
pub(super) use self::nest::Nest;
pub(super) use self::placeholder::{
    External, Handled, PlaceholderValues, Placeholders, QueryExpression,
};
pub(super) use self::regex::{ToRegex, ToRegexMethod};
pub(super) use self::state::SetState;
pub(super) use self::string::{Case, CaseMethod, MapString, ReplaceString};
pub(super) use self::value::{ConvertType, DropItem, SetValue, number};

/// Something a processing item does.
pub(super) trait Transformation: Debug + Send + Sync {
    /// # Errors
    /// Why the document is rejected.
    fn apply(
        &self,
        draft: &mut Draft,
        context: &Context<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject>;

    /// Takes over values that the embedder gives for a source outside. Most transformations have none.
    fn provide(&mut self, _: &mut dyn FnMut(&super::ExternalSource) -> Option<Vec<String>>) {}

    /// A copy, since embedders may clone a pipeline and give values to one of both.
    fn boxed(&self) -> Box<dyn Transformation>;
}

/// The processing item around a transformation.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'i> {
    pub(super) scope: &'i Scope,
    pub(super) id: Option<&'i Arc<str>>,
    /// Where the pipeline was written.
    pub(super) source: &'i Arc<Source>,
}

/// Looks at one detection item.
pub(super) trait ItemTransformation: Debug + Send + Sync + Clone + 'static {
    fn change(&self, tracked: &Tracked, run: &mut Run<'_>) -> Result<Change, Reject>;
}

/// Looks at one value, with its modifiers applied.
pub(super) trait ValueTransformation: Debug + Send + Sync + Clone + 'static {
    /// What the value becomes; `None` if it is none of those that are changed.
    fn change(
        &self,
        operand: &Operand,
        run: &Run<'_>,
    ) -> Result<Option<Vec<Operand>>, PipelineFault>;
}

/// Applies a transformation to all detection items in scope.
#[derive(Clone, Debug)]
pub(super) struct Items<T>(pub(super) T);

/// Applies a transformation to all values of all detection items in scope.
#[derive(Clone, Debug)]
pub(super) struct Values<T>(pub(super) T);

impl<T: ItemTransformation> Transformation for Items<T> {
    fn apply(
        &self,
        draft: &mut Draft,
        context: &Context<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject> {
        change_items(draft, context, run, |tracked, run| {
            self.0.change(tracked, run)
        })
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}

impl<T: ValueTransformation> Transformation for Values<T> {
    fn apply(
        &self,
        draft: &mut Draft,
        context: &Context<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject> {
        change_items(draft, context, run, |tracked, run| {
            change_values(&self.0, tracked, run)
        })
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}

/// Asks about every detection item in scope.
fn change_items(
    draft: &mut Draft,
    context: &Context<'_>,
    run: &mut Run<'_>,
    mut change: impl FnMut(&Tracked, &mut Run<'_>) -> Result<Change, Reject>,
) -> Result<(), Reject> {
    let Draft::Rule(draft) = draft else {
        return Ok(());
    };
    for (index, tree) in draft.trees.iter_mut().enumerate() {
        tree.change(context.id, &mut |tracked| {
            if context.scope.covers_item(tracked, run) {
                change(tracked, run)
            } else {
                Ok(Change::None)
            }
        })
        .map_err(|reject| in_rule(reject, &draft.rule.detections, index))?;
    }
    Ok(())
}

/// A place in something that was added to the rule is no place in the rule.
fn in_rule(mut reject: Reject, detections: &Detections, index: usize) -> Reject {
    let identifier = detections.identifiers.get(index);
    if identifier.is_none_or(|identifier| identifier.source.is_some()) {
        reject.0.location = None;
    }
    reject
}

fn change_values(
    transformation: &impl ValueTransformation,
    tracked: &Tracked,
    run: &mut Run<'_>,
) -> Result<Change, Reject> {
    let mut outcomes = Vec::with_capacity(tracked.item.values.len());
    let mut is_changed = false;
    let mut is_applied = false;
    for operand in operands(&tracked.item) {
        outcomes.push(match transformation.change(&operand, run)? {
            None => Outcome::Kept,
            Some(made) => {
                is_applied = true;
                is_changed |= made != [operand];
                let bytes = made.iter().map(|operand| operand.len() + VALUE_BYTES);
                run.spend(bytes.fold(0, usize::saturating_add))?;
                Outcome::Made(made)
            }
        });
    }
    Ok(match (is_applied, is_changed) {
        (false, _) => Change::None,
        // As written, with its modifiers.
        (true, false) => Change::To(super::walk::Tree::Item(tracked.clone())),
        (true, true) => {
            run.spend_item(tracked)?;
            Change::To(changed(tracked, outcomes))
        }
    })
}
