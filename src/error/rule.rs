//! What can be wrong with a document, and how it is said.

use std::fmt;

use crate::error::ErrorKind;

#[derive(Clone, Debug)]
pub(crate) enum RuleDetail {
    /// Placeholder of the skeleton; replaced by the stage's own variants.
    Skeleton,
}

impl RuleDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Skeleton => ErrorKind::Document,
        }
    }
}

impl fmt::Display for RuleDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skeleton => f.write_str("not written yet"),
        }
    }
}
