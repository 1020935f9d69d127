//! `set_state`: what `processing_state` asks for later.

use crate::rule::CustomValue;

use super::super::run::{Draft, Reject, Run};
use super::{Context, Transformation};

/// Sets a key of the state of this run.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct SetState {
    pub(in crate::pipeline) key: String,
    pub(in crate::pipeline) value: CustomValue,
}

impl Transformation for SetState {
    fn apply(&self, _: &mut Draft, _: &Context<'_>, run: &mut Run<'_>) -> Result<(), Reject> {
        run.state.insert(self.key.clone(), self.value.clone());
        Ok(())
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}
