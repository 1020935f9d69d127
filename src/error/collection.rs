//! What can be wrong with many documents together, and how it is said.

use std::fmt;

use crate::error::ErrorKind;

#[derive(Clone, Debug)]
pub(crate) enum CollectionDetail {
    /// Placeholder of the skeleton; replaced by the stage's own variants.
    Skeleton,
}

impl CollectionDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Skeleton => ErrorKind::Reference,
        }
    }
}

impl fmt::Display for CollectionDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Skeleton => f.write_str("not written yet"),
        }
    }
}
