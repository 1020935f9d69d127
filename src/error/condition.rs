//! What can be wrong with a condition, and how it is said.

use std::fmt;

use crate::error::ErrorKind;

#[derive(Clone, Debug)]
pub(crate) enum ConditionDetail {
    /// Placeholder of the skeleton; replaced by the stage's own variants.
    Skeleton,
}

impl ConditionDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Skeleton => ErrorKind::Condition,
        }
    }
}

impl fmt::Display for ConditionDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skeleton => f.write_str("not written yet"),
        }
    }
}
