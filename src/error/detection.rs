//! What can be wrong with a detection section, and how it is said.

use std::fmt;

use crate::error::{ErrorKind, Excerpt};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DetectionDetail {
    /// S-054. `section` is `'detection'` or `'filter'`.
    NoIdentifier {
        section: &'static str,
    },
    NoCondition {
        section: &'static str,
    },
    /// S-008.
    KeyType {
        section: &'static str,
        found: &'static str,
    },
    /// S-091.
    Empty {
        name: String,
        found: &'static str,
    },
    EmptyPart {
        found: &'static str,
    },
    Null {
        name: String,
    },
    NestedList,
    /// S-091, S-174.
    Keyword {
        found: &'static str,
    },
    EmptyKeywords,
    /// S-093.
    EmptyModifier {
        key: String,
    },
    UnknownModifier {
        name: String,
        nearest: Option<&'static str>,
    },
    /// S-094.
    ValueType {
        key: String,
        found: &'static str,
    },
    ListInList {
        key: String,
    },
    NotFinite {
        key: String,
    },
    /// S-095.
    EmptyList {
        key: String,
    },
    /// S-096.
    NullInList {
        key: String,
    },
    EmptyInList {
        key: String,
    },
    /// S-012.
    Ambiguous {
        source: String,
        meaning: String,
    },
    /// S-098.
    Unused {
        name: String,
    },
    /// S-312.
    Timeframe,
    /// S-308.
    KeywordName {
        name: String,
    },
    /// S-309.
    ConditionType {
        found: &'static str,
        expected: &'static str,
    },
    NoConditions,
    /// S-302.
    UnknownIdentifier {
        name: String,
        nearest: Option<String>,
    },
    /// S-305.
    SelectsNothing {
        selector: String,
        nearest: Option<String>,
    },
    /// S-560.
    TooManyComparisons {
        limit: usize,
    },
    /// S-560.
    TooManyIdentifiers {
        limit: usize,
    },
    /// S-560.
    TooManyValues {
        limit: usize,
    },
    /// S-560.
    TooManyModifiers {
        found: usize,
        limit: usize,
    },
}

impl DetectionDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::EmptyModifier { .. } | Self::UnknownModifier { .. } => ErrorKind::Modifier,
            Self::ConditionType { .. }
            | Self::NoCondition { .. }
            | Self::NoConditions
            | Self::UnknownIdentifier { .. }
            | Self::SelectsNothing { .. } => ErrorKind::Condition,
            Self::TooManyComparisons { .. }
            | Self::TooManyIdentifiers { .. }
            | Self::TooManyValues { .. }
            | Self::TooManyModifiers { .. } => ErrorKind::Limit,
            _ => ErrorKind::Detection,
        }
    }
}

impl fmt::Display for DetectionDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoIdentifier { section } => write!(f, "{section} has no search identifier"),
            Self::NoCondition { section } => write!(f, "{section} has no 'condition'"),
            Self::KeyType { section, found } => {
                write!(f, "a key of {section} is {found}, but must be a string (quote it)")
            }
            Self::Empty { name, found } => {
                write!(f, "search identifier '{}' is an empty {found}", Excerpt(name))
            }
            Self::EmptyPart { found } => write!(f, "an empty {found} stands in a list of a search identifier"),
            Self::Null { name } => write!(
                f,
                "search identifier '{}' is null (indent what belongs to it)",
                Excerpt(name)
            ),
            Self::NestedList => {
                f.write_str("a list stands in a list of a search identifier (write one list, any entry of which may match)")
            }
            Self::Keyword { found } => write!(
                f,
                "found {found} as a keyword, expected text or a number (quote it to search for its text)"
            ),
            Self::EmptyKeywords => f.write_str("the list of keywords is empty"),
            Self::EmptyModifier { key } => {
                write!(f, "'{}' has an empty modifier (drop the '|')", Excerpt(key))
            }
            Self::UnknownModifier { name, nearest } => {
                write!(f, "modifier '{}' is not known", Excerpt(name))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{nearest}'?)"),
                    None => Ok(()),
                }
            }
            Self::ValueType { key, found } => write!(
                f,
                "the value of '{}' is {found}, expected text, a number, a boolean, null or a list of these{}",
                Excerpt(key),
                if matches!(*found, "a map" | "a list") { "" } else { " (quote it if it is text)" }
            ),
            Self::ListInList { key } => write!(
                f,
                "a list stands in the list of '{}' (write its values side by side)",
                Excerpt(key)
            ),
            Self::NotFinite { key } => write!(
                f,
                "a value of '{}' is no finite number (quote it if it is text)",
                Excerpt(key)
            ),
            Self::EmptyList { key } => {
                write!(f, "the list of '{}' is empty, which means null (write 'null')", Excerpt(key))
            }
            Self::NullInList { key } => write!(
                f,
                "null stands in the list of '{}' (make it a search identifier of its own)",
                Excerpt(key)
            ),
            Self::EmptyInList { key } => write!(
                f,
                "an empty string stands in the list of '{}' (make it a search identifier of its own)",
                Excerpt(key)
            ),
            Self::Ambiguous { source, meaning } => write!(
                f,
                "'{}' without quotes is {meaning} (quote it if it is text)",
                Excerpt(source)
            ),
            Self::Unused { name } => {
                write!(f, "search identifier '{}' is used in no condition", Excerpt(name))
            }
            Self::Timeframe => f.write_str(
                "'timeframe' has no effect (time windows belong to correlation rules since Sigma 2)",
            ),
            Self::KeywordName { name } => write!(
                f,
                "search identifier '{name}' is a keyword of conditions, so that only patterns can mean it (rename it)"
            ),
            Self::ConditionType { found, expected } => {
                write!(f, "the condition is {found}, but must be {expected}")
            }
            Self::NoConditions => f.write_str("the list of conditions is empty"),
            Self::UnknownIdentifier { name, nearest } => {
                write!(f, "search identifier '{}' does not exist", Excerpt(name))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{}'?)", Excerpt(nearest)),
                    None => Ok(()),
                }
            }
            Self::SelectsNothing { selector, nearest } => {
                write!(f, "'{}' selects no search identifier", Excerpt(selector))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{}'?)", Excerpt(nearest)),
                    None => Ok(()),
                }
            }
            Self::TooManyComparisons { limit } => write!(
                f,
                "too many patterns for so many search identifiers: more than {limit} bytes of names to compare"
            ),
            Self::TooManyIdentifiers { limit } => write!(
                f,
                "more than {limit} search identifiers, the limit 'identifiers' (split the rule)"
            ),
            Self::TooManyValues { limit } => {
                write!(f, "more than {limit} values, the limit 'values' (split the rule)")
            }
            Self::TooManyModifiers { found, limit } => write!(
                f,
                "an item has {found} modifiers, but the limit 'modifiers' is {limit}"
            ),
        }
    }
}
