//! What can be wrong when correlations meet a rule set, or a correlator meets saved state.

use std::fmt;

use crate::error::{ErrorKind, Excerpt};

#[derive(Clone, Debug)]
pub(crate) enum CorrelatorDetail {
    /// A reference to something that is neither in the rule set nor among the correlations (S-408).
    NotInSet { name: String },
    /// A reference to several rules or correlations (S-058).
    Ambiguous { name: String },
    /// A correlation that refers to itself, directly or not (S-408).
    Circle,
    /// A correlation that refers to one that was left out.
    LeftOut { name: String },
    /// A condition over rules that does not fit its list (S-416).
    Condition { text: String },
    /// A correlation that lacks the condition or the field that its type needs (S-407, S-412). Only for models that were
    /// not read from a text.
    Incomplete { kind: &'static str },
    /// State that a later version of this crate has written.
    SnapshotVersion { found: u32, expected: u32 },
    /// State of one group in two places.
    SharedGroup { group: String },
}

impl CorrelatorDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::NotInSet { .. }
            | Self::Ambiguous { .. }
            | Self::Circle
            | Self::LeftOut { .. } => ErrorKind::Reference,
            Self::Condition { .. } => ErrorKind::Condition,
            Self::Incomplete { .. } => ErrorKind::Correlation,
            Self::SnapshotVersion { .. } | Self::SharedGroup { .. } => ErrorKind::State,
        }
    }
}

impl fmt::Display for CorrelatorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInSet { name } => write!(
                f,
                "'{}' is neither a rule of the set nor a correlation (was the rule compiled?)",
                Excerpt(name)
            ),
            Self::Ambiguous { name } => write!(
                f,
                "'{}' means more than one rule or correlation (use ids that are given once)",
                Excerpt(name)
            ),
            Self::Circle => f.write_str("the correlation refers to itself by way of others"),
            Self::LeftOut { name } => {
                write!(
                    f,
                    "'{}' was left out for an error of its own",
                    Excerpt(name)
                )
            }
            Self::Condition { text } => write!(
                f,
                "condition '{}' does not name the rules of the correlation",
                Excerpt(text)
            ),
            Self::Incomplete { kind } => {
                write!(
                    f,
                    "type '{kind}' lacks a condition or a field that it needs"
                )
            }
            Self::SnapshotVersion { found, expected } => write!(
                f,
                "state has version {found}, expected at most {expected} (a later version wrote it)"
            ),
            Self::SharedGroup { group } => write!(
                f,
                "group '{}' is in both states (only those of different shards can be merged)",
                Excerpt(group)
            ),
        }
    }
}
