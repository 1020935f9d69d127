//! What can be wrong with a text as YAML, and how it is said.

use std::fmt;

use crate::error::ErrorKind;

#[derive(Clone, Debug)]
pub(crate) enum SyntaxDetail {
    /// Placeholder of the skeleton; replaced by the stage's own variants.
    Skeleton,
}

impl SyntaxDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Skeleton => ErrorKind::Yaml,
        }
    }
}

impl fmt::Display for SyntaxDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skeleton => f.write_str("not written yet"),
        }
    }
}
