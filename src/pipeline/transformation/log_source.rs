//! What a rule says of itself beside its detections: `change_logsource`, `set_custom_attribute`.

use crate::rule::{CustomValue, LogSource};

use super::super::run::{Draft, Reject, Run};
use super::{Context, Transformation};

/// `change_logsource`: what is not given is unset. The note `definition` and further keys stay. A correlation has no log
/// source.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct ChangeLogSource(pub(in crate::pipeline) LogSource);

/// `set_custom_attribute`: a key of the document that Sigma does not define.
#[derive(Clone, Debug)]
pub(in crate::pipeline) struct SetAttribute {
    pub(in crate::pipeline) key: String,
    pub(in crate::pipeline) value: CustomValue,
}

impl Transformation for ChangeLogSource {
    fn apply(&self, draft: &mut Draft, _: &Context<'_>, _: &mut Run<'_>) -> Result<(), Reject> {
        if let Draft::Rule(draft) = draft {
            let own = &mut draft.rule.log_source;
            own.category.clone_from(&self.0.category);
            own.product.clone_from(&self.0.product);
            own.service.clone_from(&self.0.service);
        }
        Ok(())
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}

impl Transformation for SetAttribute {
    fn apply(&self, draft: &mut Draft, _: &Context<'_>, _: &mut Run<'_>) -> Result<(), Reject> {
        let custom = &mut draft.metadata_mut().custom;
        match custom.iter_mut().find(|(key, _)| *key == self.key) {
            Some((_, value)) => value.clone_from(&self.value),
            None => custom.push((self.key.clone(), self.value.clone())),
        }
        Ok(())
    }

    fn boxed(&self) -> Box<dyn Transformation> {
        Box::new(self.clone())
    }
}
