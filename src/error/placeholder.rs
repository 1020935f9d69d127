//! What can be wrong with a table of placeholders, and how it is said.

use std::fmt;

use crate::error::Excerpt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlaceholderDetail {
    NotOne { found: usize },
    NameType { found: &'static str },
    ValueType { name: String, found: &'static str },
}

impl fmt::Display for PlaceholderDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne { found } => {
                write!(
                    f,
                    "the text has {found} documents, expected one table of placeholders"
                )
            }
            Self::NameType { found } => {
                write!(
                    f,
                    "found {found} as the name of a placeholder, expected a string (quote it)"
                )
            }
            Self::ValueType { name, found } => write!(
                f,
                "a value of placeholder '{}' is {found}, but must be a string or a number (quote it)",
                Excerpt(name)
            ),
        }
    }
}
