//! The list `fields` of a rule, which decides no match: `add_field`, `remove_field`, `set_field`.

use super::super::run::{Draft, Reject, Run};
use super::{Context, Transformation};

/// Changes the list `fields`.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct FieldList {
    pub(in crate::pipeline) change: FieldListChange,
    pub(in crate::pipeline) fields: Vec<String>,
}

/// What is done with the fields.
#[derive(Clone, Copy, Debug)]
pub(in crate::pipeline) enum FieldListChange {
    Add,
    /// The first of each; one that is not there is passed over.
    Remove,
    Set,
}

impl Transformation for FieldList {
    fn apply(&self, draft: &mut Draft, _: &Context<'_>, run: &mut Run<'_>) -> Result<(), Reject> {
        run.spend(
            self.fields
                .iter()
                .map(String::len)
                .fold(0, usize::saturating_add),
        )?;
        let own = &mut draft.metadata_mut().fields;
        match self.change {
            FieldListChange::Add => own.extend(self.fields.iter().cloned()),
            FieldListChange::Set => own.clone_from(&self.fields),
            FieldListChange::Remove => {
                for field in &self.fields {
                    if let Some(index) = own.iter().position(|own| own == field) {
                        own.remove(index);
                    }
                }
            }
        }
        Ok(())
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}
