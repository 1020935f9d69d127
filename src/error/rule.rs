//! What can be wrong with a document and its metadata, and how it is said.

use std::fmt;

use crate::error::{ErrorKind, Excerpt};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RuleDetail {
    /// S-008.
    KeyType {
        section: &'static str,
        found: &'static str,
    },
    Missing {
        key: &'static str,
    },
    WrongType {
        key: &'static str,
        found: &'static str,
        expected: &'static str,
    },
    Empty {
        key: &'static str,
    },
    TooLong {
        key: &'static str,
        characters: usize,
        limit: usize,
    },
    /// A value that is not one of a few words (S-043, S-046, S-051).
    UnknownWord {
        key: &'static str,
        found: String,
        known: &'static [&'static str],
        nearest: Option<&'static str>,
    },
    /// S-041, S-042.
    InvalidId {
        key: &'static str,
        found: String,
    },
    /// S-041.
    MissingId,
    IdVersion {
        version: usize,
    },
    IdForm {
        canonical: String,
    },
    /// S-042.
    RelatedKey {
        key: &'static str,
    },
    /// S-043.
    RelatedCorrelation,
    /// S-045.
    Taxonomy {
        found: String,
    },
    /// S-046.
    Unsupported,
    DeprecatedAlone,
    /// S-051.
    MissingLevel,
    /// S-049.
    DateForm {
        key: &'static str,
        found: String,
    },
    NoSuchDate {
        key: &'static str,
        found: String,
    },
    DateSlashes {
        key: &'static str,
        canonical: String,
    },
    ModifiedBeforeDate {
        date: String,
        modified: String,
    },
    /// S-050, S-052.
    ItemType {
        key: &'static str,
        found: &'static str,
    },
    RepeatedItem {
        key: &'static str,
        item: String,
    },
    ShortItem {
        key: &'static str,
        item: String,
    },
    /// S-052.
    TagWithoutDot {
        tag: String,
    },
    TagForm {
        tag: String,
    },
    /// S-055.
    TagNamespace {
        tag: String,
        nearest: Option<&'static str>,
    },
    TagName {
        tag: String,
        expected: &'static str,
    },
    /// S-053.
    LogSourceUnset,
    LogSourceForm {
        key: &'static str,
        found: String,
    },
    /// A section that this kind of document does not have (S-057).
    NoEffect {
        key: &'static str,
        kind: &'static str,
    },
    /// `Rule::from_yaml` and its like were given something else than one document of the kind.
    NotOne {
        found: usize,
    },
    NotADocument {
        found: &'static str,
    },
    OtherKind {
        expected: &'static str,
        found: &'static str,
    },
    /// A model that no document can say.
    Unwritable {
        key: String,
    },
    TooManyAlternatives {
        limit: usize,
    },
    TooManyProblems {
        limit: usize,
    },
}

impl RuleDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::TooManyProblems { .. } => ErrorKind::Limit,
            _ => ErrorKind::Document,
        }
    }
}

impl fmt::Display for RuleDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyType { section, found } => {
                write!(
                    f,
                    "a key of {section} is {found}, but must be a string (quote it)"
                )
            }
            Self::Missing { key } => write!(f, "'{key}' is missing"),
            Self::WrongType {
                key,
                found,
                expected,
            } => {
                write!(
                    f,
                    "'{key}' is {found}, but must be {expected}{}",
                    remedy(found, expected)
                )
            }
            Self::Empty { key } => write!(f, "'{key}' is empty"),
            Self::TooLong {
                key,
                characters,
                limit,
            } => {
                write!(
                    f,
                    "'{key}' has {characters} characters, but at most {limit} are allowed"
                )
            }
            Self::UnknownWord {
                key,
                found,
                known,
                nearest,
            } => {
                write!(f, "{key} '{}' is not known", Excerpt(found))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{nearest}'?)"),
                    None => write!(f, ", expected one of '{}'", known.join("', '")),
                }
            }
            Self::InvalidId { key, found } => write!(f, "{key} '{}' is not a UUID", Excerpt(found)),
            Self::MissingId => f.write_str("'id' is missing (add a random UUID, version 4)"),
            Self::IdVersion { version } => {
                write!(
                    f,
                    "the id is a UUID of version {version}, expected a random one, version 4"
                )
            }
            Self::IdForm { canonical } => {
                write!(
                    f,
                    "the id is not in lower-case hyphenated form (write '{canonical}')"
                )
            }
            Self::RelatedKey { key } => write!(f, "an item of 'related' has no '{key}'"),
            Self::RelatedCorrelation => {
                f.write_str("related type 'correlation' is pySigma's, not the specification's")
            }
            Self::Taxonomy { found } => write!(
                f,
                "taxonomy '{}' is not 'sigma': field names are used as they are (translate them by a pipeline)",
                Excerpt(found)
            ),
            Self::Unsupported => f.write_str("the status of the rule is 'unsupported'"),
            Self::DeprecatedAlone => f.write_str(
                "the status is 'deprecated', but 'related' names no rule that took its place",
            ),
            Self::MissingLevel => f.write_str("'level' is missing"),
            Self::DateForm { key, found } => {
                write!(
                    f,
                    "{key} '{}' is not a date, expected the form YYYY-MM-DD",
                    Excerpt(found)
                )
            }
            Self::NoSuchDate { key, found } => write!(f, "{key} '{found}' is not in the calendar"),
            Self::DateSlashes { key, canonical } => {
                write!(
                    f,
                    "'{key}' has the old form with slashes (write '{canonical}')"
                )
            }
            Self::ModifiedBeforeDate { date, modified } => {
                write!(f, "modified '{modified}' is before date '{date}'")
            }
            Self::ItemType { key, found } => write!(
                f,
                "an item of '{key}' is {found}, but must be a string{}",
                remedy(found, "a string")
            ),
            Self::RepeatedItem { key, item } => {
                write!(f, "'{}' is in '{key}' twice", Excerpt(item))
            }
            Self::ShortItem { key, item } => {
                write!(f, "item '{item}' of '{key}' is shorter than two characters")
            }
            Self::TagWithoutDot { tag } => {
                write!(
                    f,
                    "tag '{}' has no namespace (write 'namespace.name')",
                    Excerpt(tag)
                )
            }
            Self::TagForm { tag } => write!(
                f,
                "tag '{}' has other characters than lower-case letters, digits, '-', '_' and '.'",
                Excerpt(tag)
            ),
            Self::TagNamespace { tag, nearest } => {
                write!(f, "the namespace of tag '{}' is not known", Excerpt(tag))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{nearest}'?)"),
                    None => Ok(()),
                }
            }
            Self::TagName { tag, expected } => write!(
                f,
                "tag '{}' is not known in its namespace, expected {expected}",
                Excerpt(tag)
            ),
            Self::LogSourceUnset => {
                f.write_str("'logsource' sets none of 'category', 'product' and 'service'")
            }
            Self::LogSourceForm { key, found } => write!(
                f,
                "{key} '{}' of 'logsource' has other characters than lower-case letters, digits, '_', '-' and '.'",
                Excerpt(found)
            ),
            Self::NoEffect { key, kind } => {
                write!(f, "'{key}' has no effect in a {kind} (drop it)")
            }
            Self::NotOne { found } => write!(f, "the text has {found} documents, expected one"),
            Self::NotADocument { found } => {
                write!(f, "the document is {found}, but must be a map ('title: …')")
            }
            Self::OtherKind { expected, found } => {
                write!(f, "the document is a {found}, expected a {expected}")
            }
            Self::TooManyAlternatives { limit } => write!(
                f,
                "a detection that pipelines made would be a list of more than {limit} maps, which no text should say"
            ),
            Self::Unwritable { key } => write!(
                f,
                "the item '{}' cannot be written (its field has a '|', or two items of one map have that key)",
                Excerpt(key)
            ),
            Self::TooManyProblems { limit } => {
                write!(
                    f,
                    "the document has more than {limit} problems; the others are not reported"
                )
            }
        }
    }
}

/// What to do about a scalar that YAML did not take for text.
fn remedy(found: &str, expected: &str) -> &'static str {
    let is_scalar = matches!(
        found,
        "a number" | "a boolean" | "a date" | "a value without a type"
    );
    match expected {
        "a string" if is_scalar => " (quote it)",
        "a list" if is_scalar || found == "a string" => " (write '- ' before it)",
        _ => "",
    }
}
