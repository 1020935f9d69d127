//! What can be wrong when a rule is compiled, and how it is said.

use std::fmt;

use crate::error::ErrorKind;

#[derive(Clone, Debug)]
pub(crate) enum CompileDetail {
    /// Placeholder of the skeleton; replaced by the stage's own variants.
    Skeleton,
}

impl CompileDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Skeleton => ErrorKind::Modifier,
        }
    }
}

impl fmt::Display for CompileDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skeleton => f.write_str("not written yet"),
        }
    }
}
