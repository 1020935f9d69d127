//! `nest`: items under the conditions of another. They share its state and its variables.

use super::super::item::Item;
use super::super::run::{Draft, Reject, Run};
use super::{Context, Transformation};

/// Applies the inner items in order.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct Nest(pub(in crate::pipeline) Vec<Item>);

impl Transformation for Nest {
    /// Recursion follows nests in nests, whose depth `syntax` bounds.
    fn apply(
        &self,
        draft: &mut Draft,
        context: &Context<'_>,
        run: &mut Run<'_>,
    ) -> Result<(), Reject> {
        self.0
            .iter()
            .try_for_each(|item| item.apply(draft, context.source, run))
    }

    fn provide(
        &mut self,
        provider: &mut dyn FnMut(&super::super::ExternalSource) -> Option<Vec<String>>,
    ) {
        for item in &mut self.0 {
            item.transformation.provide(provider);
        }
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}
