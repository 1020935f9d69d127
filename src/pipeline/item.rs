//! A processing item: what is done, and when.

use std::sync::Arc;

use crate::error::{ItemLabel, Location, PipelineFault};
use crate::rule::Source;

use super::run::{Draft, Reject, Run};
use super::scope::Scope;
use super::transformation::{Context, Transformation};
use super::walk::Tree;

/// One entry of `transformations`.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) label: ItemLabel,
    pub(super) location: Option<Location>,
    pub(super) scope: Scope,
    pub(super) transformation: Box<dyn Transformation>,
}

impl Item {
    /// Applies the item if its rule conditions hold.
    pub(super) fn apply(
        &self,
        draft: &mut Draft,
        source: &Arc<Source>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject> {
        self.transform(draft, source, run).map_err(|mut reject| {
            // The innermost item is to blame.
            let item = &mut reject.0.item;
            item.get_or_insert_with(|| (self.label.clone(), self.location));
            reject
        })
    }

    fn transform(
        &self,
        draft: &mut Draft,
        source: &Arc<Source>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject> {
        if !self.scope.covers_rule(draft, run)? {
            return Ok(());
        }
        run.mark(self.label.id.as_ref());
        let context = Context {
            scope: &self.scope,
            id: self.label.id.as_ref(),
            source,
        };
        self.transformation.apply(draft, &context, run)?;
        check_depth(draft, run)
    }
}

/// Trees are walked recursively.
fn check_depth(draft: &Draft, run: &Run<'_>) -> Result<(), Reject> {
    // What a rule may nest, and what one transformation can add to that.
    let limit = run.limits.nesting.min(DEEPEST);
    let Draft::Rule(draft) = draft else {
        return Ok(());
    };
    if draft.trees.iter().any(|tree| Tree::depth(tree) > limit) {
        return Err(PipelineFault::TooDeep { limit }.into());
    }
    Ok(())
}

impl Clone for Item {
    fn clone(&self) -> Self {
        Self {
            label: self.label.clone(),
            location: self.location,
            scope: self.scope.clone(),
            transformation: self.transformation.boxed(),
        }
    }
}

/// As of documents.
const DEEPEST: usize = 512;
