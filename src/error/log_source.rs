//! What can be wrong with a map of log sources, and how it is said.

use std::fmt;

use crate::error::Excerpt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LogSourceDetail {
    NotOne {
        found: usize,
    },
    NoRows,
    NotAList {
        found: &'static str,
    },
    NotARow {
        found: &'static str,
    },
    UnknownKey {
        found: String,
        nearest: Option<&'static str>,
        known: &'static [&'static str],
    },
    NoEvents,
    FieldsType {
        found: &'static str,
    },
    FieldType {
        found: &'static str,
    },
}

impl fmt::Display for LogSourceDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotOne { found } => write!(
                f,
                "the text has {found} documents, expected one map of log sources"
            ),
            Self::NoRows => {
                f.write_str("the map of log sources has no 'log_sources' (give a list of rows)")
            }
            Self::NotAList { found } => {
                write!(
                    f,
                    "'log_sources' is {found}, but must be a list of rows ('- logsource: …')"
                )
            }
            Self::NotARow { found } => {
                write!(
                    f,
                    "the row is {found}, but must be a map with 'logsource' and 'events'"
                )
            }
            Self::UnknownKey {
                found,
                nearest,
                known,
            } => {
                write!(f, "key '{}' is not known here", Excerpt(found))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{nearest}'?)"),
                    None => write!(f, ", expected '{}'", known.join("', '")),
                }
            }
            Self::NoEvents => f.write_str(
                "the row has no 'events' (give the fields that tell its events, such as 'Channel')",
            ),
            Self::FieldsType { found } => {
                write!(
                    f,
                    "'fields' is {found}, but must be a map from fields of rules to fields of events"
                )
            }
            Self::FieldType { found } => {
                write!(
                    f,
                    "found {found} as the name of a field, expected a string (quote it)"
                )
            }
        }
    }
}
