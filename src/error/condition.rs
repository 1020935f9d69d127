//! What can be wrong with a condition, and how it is said.

use std::fmt;

use crate::error::{ErrorKind, Excerpt};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConditionDetail {
    /// Nothing but blanks.
    Empty,
    TooLong {
        bytes: usize,
        limit: usize,
    },
    TooDeep {
        limit: usize,
    },
    /// The aggregations of Sigma 1 (S-310).
    Pipe,
    /// S-300.
    Character {
        found: char,
    },
    /// S-307.
    WrongCase {
        found: String,
        keyword: &'static str,
    },
    /// Two operands in a row (S-306).
    NotLinked {
        found: String,
        after: String,
    },
    /// S-306. `found` and `after` are absent at the ends of the condition.
    MissingOperand {
        found: Option<String>,
        after: Option<String>,
        expected: &'static str,
    },
    EmptyParentheses,
    Unclosed,
    Unopened,
    /// S-303.
    UnknownQuantifier {
        count: String,
    },
    MissingQuantifier,
    BareThem,
    BarePattern {
        pattern: String,
    },
    MissingOf {
        quantifier: String,
        found: Option<String>,
    },
    MissingSelector {
        quantifier: String,
        found: Option<String>,
    },
    /// `of` in the condition of a correlation (S-416).
    QuantifierOfRules,
    /// A name that the condition of a correlation cannot hold (S-416).
    RuleName {
        name: String,
    },
}

impl ConditionDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::TooLong { .. } | Self::TooDeep { .. } => ErrorKind::Limit,
            _ => ErrorKind::Condition,
        }
    }
}

impl fmt::Display for ConditionDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the condition is empty"),
            Self::TooLong { bytes, limit } => {
                write!(f, "the condition has {bytes} bytes, but the limit is {limit}")
            }
            Self::TooDeep { limit } => write!(
                f,
                "the condition nests 'not' and parentheses more than {limit} levels deep"
            ),
            Self::Pipe => f.write_str(
                "'|' is not allowed in a condition (aggregations such as '| count()' are correlation rules since Sigma 2)",
            ),
            Self::Character { found } => write_character(f, *found),
            Self::WrongCase { found, keyword } => write!(
                f,
                "'{found}' is no keyword, since keywords are lower case (did you mean '{keyword}'?)"
            ),
            Self::NotLinked { found, after } => write!(
                f,
                "found '{}' after '{}', expected 'and', 'or' or the end",
                Excerpt(found),
                Excerpt(after)
            ),
            Self::MissingOperand { found, after, expected } => {
                write_found(f, found.as_deref(), after.as_deref())?;
                write!(f, ", expected {expected}")
            }
            Self::EmptyParentheses => f.write_str("the parentheses are empty"),
            Self::Unclosed => f.write_str("the parenthesis is not closed (add ')')"),
            Self::Unopened => f.write_str("the closing parenthesis has no opening one"),
            Self::UnknownQuantifier { count } => write!(
                f,
                "quantifier '{} of' is not known, expected '1 of', 'any of' or 'all of'",
                Excerpt(count)
            ),
            Self::MissingQuantifier => f.write_str("'of' has no quantifier before it (write '1 of' or 'all of')"),
            Self::BareThem => {
                f.write_str("'them' has no quantifier before it (write '1 of them' or 'all of them')")
            }
            Self::BarePattern { pattern } => write!(
                f,
                "pattern '{0}' has no quantifier before it (write '1 of {0}' or 'all of {0}')",
                Excerpt(pattern)
            ),
            Self::MissingOf { quantifier, found } => {
                write_found(f, found.as_deref(), Some(quantifier))?;
                f.write_str(", expected 'of'")
            }
            Self::MissingSelector { quantifier, found } => {
                write_found(f, found.as_deref(), Some(&format!("{quantifier} of")))?;
                f.write_str(", expected 'them' or one pattern such as 'selection_*'")
            }
            Self::QuantifierOfRules => {
                f.write_str("the condition of a correlation has no quantifiers (name the rules, linked by 'and' and 'or')")
            }
            Self::RuleName { name } => write!(
                f,
                "'{}' cannot stand in the condition of a correlation (give the rule a name of letters, digits and '_')",
                Excerpt(name)
            ),
        }
    }
}

fn write_found(
    f: &mut fmt::Formatter<'_>,
    found: Option<&str>,
    after: Option<&str>,
) -> fmt::Result {
    match (found, after) {
        (Some(found), Some(after)) => {
            write!(f, "found '{}' after '{}'", Excerpt(found), Excerpt(after))
        }
        (Some(found), None) => write!(f, "the condition starts with '{}'", Excerpt(found)),
        (None, Some(after)) => write!(f, "nothing follows '{}'", Excerpt(after)),
        (None, None) => f.write_str("the condition is empty"),
    }
}

fn write_character(f: &mut fmt::Formatter<'_>, found: char) -> fmt::Result {
    if found.is_alphanumeric() || found.is_ascii_graphic() {
        write!(f, "character '{found}' is not allowed in a condition (")?;
    } else {
        write!(
            f,
            "character U+{:04X} is not allowed in a condition (",
            u32::from(found)
        )?;
    }
    f.write_str(match found {
        '!' => "write 'not'",
        '&' => "write 'and'",
        ',' => "link names by 'and' or 'or'",
        '\'' | '"' | '`' => "write names without quotes",
        '?' => "the only wildcard in patterns is '*'",
        _ => "names are letters, digits, '_' and '-'; others are reached by a pattern such as '1 of sel*'",
    })?;
    f.write_str(")")
}
