//! What can be wrong with many documents together, and how it is said.

use std::fmt;

use crate::error::{ErrorKind, Excerpt};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CollectionDetail {
    Io {
        message: String,
    },
    /// A folder without rules.
    EmptyFolder,
    /// A link that leads back to a folder above it.
    LinkCircle,
    /// S-024.
    UnknownAction {
        found: String,
        nearest: Option<&'static str>,
    },
    ActionType {
        found: &'static str,
    },
    /// S-560.
    TooManyTemplateNodes {
        limit: usize,
    },
    TooManyFilterNodes {
        limit: usize,
    },
    /// S-058. `first` says which document has it too.
    RepeatedId {
        id: String,
        first: String,
    },
    RepeatedName {
        name: String,
        first: String,
    },
    /// S-408, S-417.
    UnknownReference {
        name: String,
        nearest: Option<String>,
    },
    AmbiguousReference {
        name: String,
    },
    SelfReference {
        name: String,
    },
    Circle {
        path: Vec<String>,
        is_longer: bool,
    },
    RejectedReference {
        name: String,
    },
    /// S-417: the rule exists, but the correlation does not take its matches.
    AliasWithoutEffect {
        alias: String,
        name: String,
    },
    /// S-452.
    UnknownTarget {
        name: String,
    },
    CorrelationTarget {
        name: String,
    },
}

impl CollectionDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Io { .. } | Self::EmptyFolder | Self::LinkCircle => ErrorKind::Io,
            Self::UnknownAction { .. } | Self::ActionType { .. } => ErrorKind::Document,
            Self::TooManyTemplateNodes { .. } | Self::TooManyFilterNodes { .. } => ErrorKind::Limit,
            _ => ErrorKind::Reference,
        }
    }
}

impl fmt::Display for CollectionDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { message } => write!(f, "cannot be read: {message}"),
            Self::EmptyFolder => {
                f.write_str("the folder has no file that ends in '.yml' or '.yaml'")
            }
            Self::LinkCircle => {
                f.write_str("the link leads back to a folder above it and is not followed")
            }
            Self::UnknownAction { found, nearest } => {
                write!(f, "action '{}' is not known", Excerpt(found))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{nearest}'?)"),
                    None => f.write_str(", expected 'global', 'reset' or 'repeat'"),
                }
            }
            Self::ActionType { found } => {
                write!(
                    f,
                    "'action' is {found}, but must be 'global', 'reset' or 'repeat'"
                )
            }
            Self::TooManyTemplateNodes { limit } => {
                write!(f, "'action' copies more than {limit} nodes within the text")
            }
            Self::TooManyFilterNodes { limit } => write!(
                f,
                "filters add more than {limit} nodes to the rules of the set, the limit 'filter_nodes' (name the rules that a filter is for)"
            ),
            Self::RepeatedId { id, first } => {
                write!(f, "id '{}' is also that of {first}", Excerpt(id))
            }
            Self::RepeatedName { name, first } => {
                write!(f, "name '{}' is also that of {first}", Excerpt(name))
            }
            Self::UnknownReference { name, nearest } => {
                write!(f, "rule '{}' is not loaded", Excerpt(name))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{}'?)", Excerpt(nearest)),
                    None => f.write_str(", expected the id or the name of a rule"),
                }
            }
            Self::AmbiguousReference { name } => {
                write!(
                    f,
                    "'{}' means more than one rule (give each its own id and name)",
                    Excerpt(name)
                )
            }
            Self::SelfReference { name } => {
                write!(f, "the correlation refers to itself as '{}'", Excerpt(name))
            }
            Self::Circle { path, is_longer } => {
                f.write_str("the correlation refers to itself through ")?;
                for (index, name) in path.iter().enumerate() {
                    let link = if index > 0 { ", " } else { "" };
                    write!(f, "{link}'{}'", Excerpt(name))?;
                }
                f.write_str(if *is_longer { ", …" } else { "" })
            }
            Self::RejectedReference { name } => {
                write!(
                    f,
                    "correlation '{}', to which it refers, is rejected",
                    Excerpt(name)
                )
            }
            Self::AliasWithoutEffect { alias, name } => write!(
                f,
                "alias '{}' maps rule '{}', which is not in 'rules'",
                Excerpt(alias),
                Excerpt(name)
            ),
            Self::UnknownTarget { name } => {
                write!(
                    f,
                    "rule '{}' is not loaded, so that the filter does not apply to it",
                    Excerpt(name)
                )
            }
            Self::CorrelationTarget { name } => write!(
                f,
                "'{}' is a correlation, to which filters do not apply (name the rules it refers to)",
                Excerpt(name)
            ),
        }
    }
}
