//! What can be wrong with a correlation or a filter by itself, and how it is said.

use std::fmt;

use crate::error::{ErrorKind, Excerpt};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CorrelationDetail {
    /// A key of `correlation` or of its condition (S-400, S-407).
    UnknownKey {
        section: &'static str,
        key: String,
        nearest: Option<&'static str>,
    },
    /// S-400, S-450.
    Missing {
        section: &'static str,
        key: &'static str,
    },
    /// S-408.
    NoRules,
    ReferenceType {
        found: &'static str,
    },
    RepeatedReference {
        name: String,
    },
    /// S-404.
    NoGroupBy,
    /// S-404, S-407.
    FieldType {
        key: &'static str,
        found: &'static str,
    },
    /// S-406.
    Timespan {
        found: String,
    },
    TimespanZero {
        found: String,
    },
    TimespanTooLong {
        found: String,
    },
    /// S-407.
    MissingCondition {
        kind: &'static str,
    },
    NoOperator,
    OperatorValue {
        operator: &'static str,
        found: &'static str,
    },
    Percentile,
    /// A key of the condition that this type does not read.
    NoEffect {
        key: &'static str,
        kind: &'static str,
    },
    /// S-412 to S-414.
    FieldCount {
        kind: &'static str,
        expected: &'static str,
        found: usize,
    },
    /// S-416.
    ExtendedCondition {
        kind: &'static str,
    },
    NotListed {
        name: String,
    },
    NotNamed {
        name: String,
    },
    /// S-409.
    GenerateTwice,
    ConditionKey {
        found: &'static str,
    },
    /// S-417.
    AliasKey {
        found: &'static str,
    },
    AliasType {
        alias: String,
        found: &'static str,
    },
    AliasField {
        alias: String,
        found: &'static str,
    },
    /// S-451.
    FilterWithoutNot,
}

impl CorrelationDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        ErrorKind::Correlation
    }
}

impl fmt::Display for CorrelationDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey { section, key, nearest } => {
                write!(f, "key '{}' of {section} is not known", Excerpt(key))?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean '{nearest}'?)"),
                    None => Ok(()),
                }
            }
            Self::Missing { section, key } => write!(f, "{section} has no '{key}'"),
            Self::NoRules => f.write_str("the correlation refers to no rules (list ids or names in 'rules')"),
            Self::ReferenceType { found } => {
                write!(f, "a reference in 'rules' is {found}, but must be the id or the name of a rule")
            }
            Self::RepeatedReference { name } => {
                write!(f, "rule '{}' is in 'rules' twice, which counts once", Excerpt(name))
            }
            Self::NoGroupBy => f.write_str("'group-by' is missing: all events are one group"),
            Self::FieldType { key, found } => {
                write!(f, "'{key}' is {found}, but must be the name of a field or a list of names")
            }
            Self::Timespan { found } => write!(
                f,
                "timespan '{}' is not understood, expected digits and one of 's', 'm', 'h', 'd', 'w', 'M', 'y'",
                Excerpt(found)
            ),
            Self::TimespanZero { found } => write!(f, "timespan '{}' is zero", Excerpt(found)),
            Self::TimespanTooLong { found } => {
                write!(f, "timespan '{}' is more seconds than 64 bits hold", Excerpt(found))
            }
            Self::MissingCondition { kind } => {
                write!(f, "a correlation of type '{kind}' has no condition (write 'condition: {{gte: 10}}')")
            }
            Self::NoOperator => f.write_str(
                "the condition has none of 'gt', 'gte', 'lt', 'lte', 'eq', 'neq'",
            ),
            Self::OperatorValue { operator, found } => {
                write!(f, "operator '{operator}' was given {found}, but takes a number")
            }
            Self::Percentile => f.write_str("'percentile' must be an integer from 0 to 100"),
            Self::NoEffect { key, kind } => {
                write!(f, "'{key}' has no effect in the condition of type '{kind}' (drop it)")
            }
            Self::FieldCount { kind, expected, found } => {
                write!(f, "the condition of type '{kind}' names {found} fields, expected {expected} in 'field'")
            }
            Self::ExtendedCondition { kind } => write!(
                f,
                "the condition of type '{kind}' is a string, but must be a map (only temporal types combine rules)"
            ),
            Self::NotListed { name } => {
                write!(f, "the condition names rule '{}', which 'rules' does not list", Excerpt(name))
            }
            Self::NotNamed { name } => {
                write!(f, "'rules' lists rule '{}', which the condition does not name", Excerpt(name))
            }
            Self::GenerateTwice => {
                f.write_str("'generate' is given twice and differs: the one in 'correlation' counts")
            }
            Self::ConditionKey { found } => {
                write!(f, "a key of the condition is {found}, but must be an operator")
            }
            Self::AliasKey { found } => {
                write!(f, "a key in 'aliases' is {found}, but must be a string (quote it)")
            }
            Self::AliasType { alias, found } => write!(
                f,
                "alias '{}' is {found}, but must be a map from rules to fields",
                Excerpt(alias)
            ),
            Self::AliasField { alias, found } => write!(
                f,
                "alias '{}' maps a rule to {found}, expected the name of a field",
                Excerpt(alias)
            ),
            Self::FilterWithoutNot => f.write_str(
                "the filter's condition has no 'not': rules then fire only where it holds (to exclude, write 'not …')",
            ),
        }
    }
}
