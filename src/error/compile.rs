//! What can be wrong when a rule is compiled: modifier chains and the values under them.

use std::fmt;

use crate::error::ErrorKind;

#[derive(Clone, Debug)]
pub(crate) enum CompileDetail {
    /// A modifier was given a value of a kind it cannot take (S-181).
    WrongType {
        modifier: &'static str,
        found: &'static str,
        expected: &'static str,
    },
    /// `re`, `cidr` and `exists` stand first or not at all (S-181).
    NotFirst {
        modifier: &'static str,
        before: &'static str,
    },
    /// A modifier that needs a field was used on keywords (S-175).
    NeedsField { modifier: &'static str },
    /// Only `all` and `neq` may follow `exists` (S-210).
    AfterExists { modifier: &'static str },
    /// A boolean or null keyword (S-174).
    KeywordKind { found: &'static str },
    /// `*` or `?` under a modifier that cannot have it (S-182).
    Wildcard {
        modifier: &'static str,
        value: String,
    },
    /// UTF-16 text of something other than ASCII (S-208).
    WideNotAscii,
    /// Placeholders, dashes and encodings multiply beyond the limit (S-560).
    TooManyVariants { limit: usize },
    /// The same for all rules of a set together.
    TooManyExpansions { limit: usize },
    /// The regular expressions of all rules of a set together (S-560).
    TooMuchRegexMemory { limit: usize },
    /// A placeholder that the table does not have (S-252).
    UnknownPlaceholder { name: String, known: Vec<String> },
    /// `base64offset` of nothing (S-207).
    NothingToEncode,
    /// A regular expression that is not RE2 (S-222 to S-224). The text comes from `pattern`.
    Regex { message: String },
    /// A regular expression beyond a limit (S-225, S-560). The text comes from `pattern`.
    RegexTooLarge { message: String },
    /// A network that is none (S-245). The text comes from `pattern`.
    Network { message: String },

    /// The same modifier twice (S-183).
    RepeatedModifier { modifier: &'static str },
    /// Several of `contains`, `startswith`, `endswith` (S-183).
    SeveralAffixes,
    /// `all` with fewer than two values (S-185).
    AllOfOne,
    /// `base64offset` without `contains` (S-183).
    OffsetWithoutContains,
    /// `re` with `contains`, `startswith` or `endswith` (S-226).
    RegexWithAffix { modifier: &'static str },
    /// Several values under `exists` (S-210).
    ExistsList,
    /// `startswith` or `endswith` on keywords, where they mean `contains` (S-175).
    KeywordAffix { modifier: &'static str },
    /// A keyword that every event with a value has (S-174).
    EmptyKeyword,
}

impl CompileDetail {
    /// Whether the rest of the set is in the same plight.
    pub(crate) fn is_of_the_set(&self) -> bool {
        matches!(
            self,
            Self::TooManyExpansions { .. } | Self::TooMuchRegexMemory { .. }
        )
    }

    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Regex { .. }
            | Self::Network { .. }
            | Self::UnknownPlaceholder { .. }
            | Self::WideNotAscii
            | Self::NothingToEncode
            | Self::KeywordKind { .. }
            | Self::EmptyKeyword => ErrorKind::Value,
            Self::TooManyVariants { .. }
            | Self::TooManyExpansions { .. }
            | Self::TooMuchRegexMemory { .. }
            | Self::RegexTooLarge { .. } => ErrorKind::Limit,
            _ => ErrorKind::Modifier,
        }
    }
}

impl fmt::Display for CompileDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongType { modifier, found, expected } => {
                write!(f, "modifier '{modifier}' was given {found}, but takes {expected}")
            }
            Self::NotFirst { modifier, before } => write!(
                f,
                "modifier '{modifier}' stands after '{before}', but must be the first (write '|{modifier}|{before}')"
            ),
            Self::NeedsField { modifier } => {
                write!(f, "modifier '{modifier}' was used on keywords, but needs a field (write 'field|{modifier}')")
            }
            Self::AfterExists { modifier } => {
                write!(f, "modifier '{modifier}' stands after 'exists', but only 'all' and 'neq' may follow it")
            }
            Self::KeywordKind { found } => {
                write!(f, "found {found} as a keyword, expected text or a number (quote it to search for its text)")
            }
            Self::Wildcard { modifier, value } => write!(
                f,
                "value '{value}' has a wildcard, which modifier '{modifier}' cannot take (escape '*' and '?' with a backslash, or put 'contains' last)"
            ),
            Self::WideNotAscii => f.write_str(
                "UTF-16 bytes are compared as text, which works for ASCII values only (add 'base64' or 'base64offset')",
            ),
            Self::TooManyVariants { limit } => write!(
                f,
                "the value grows to more than {limit} variants or as many KiB, the limit 'expansions' (use fewer placeholders, dashes or encodings)"
            ),
            Self::TooManyExpansions { limit } => write!(
                f,
                "placeholders, dashes and encodings add more than {limit} variants or as many KiB to the values of the set, the limit 'set_expansions' (use fewer of them)"
            ),
            Self::TooMuchRegexMemory { limit } => write!(
                f,
                "the regular expressions of the set take more than {limit} bytes of memory, the limit 'set_regex_memory' (use fewer)"
            ),
            Self::UnknownPlaceholder { name, known } if known.is_empty() => {
                write!(f, "placeholder '%{name}%' has no values (give a table of placeholders)")
            }
            Self::UnknownPlaceholder { name, known } => {
                write!(f, "placeholder '%{name}%' has no values (the table has '{}')", known.join("', '"))
            }
            Self::NothingToEncode => {
                f.write_str("modifier 'base64offset' was given nothing to encode (every form of it is empty)")
            }
            Self::Regex { message } | Self::RegexTooLarge { message } | Self::Network { message } => f.write_str(message),
            Self::RepeatedModifier { modifier } => write!(f, "modifier '{modifier}' is given twice (drop one)"),
            Self::SeveralAffixes => {
                f.write_str("several of 'contains', 'startswith' and 'endswith' together mean 'contains' (write that)")
            }
            Self::AllOfOne => f.write_str("modifier 'all' has fewer than two values to link (drop it)"),
            Self::OffsetWithoutContains => f.write_str(
                "modifier 'base64offset' without 'contains' compares with the whole value (append '|contains')",
            ),
            Self::RegexWithAffix { modifier } => write!(
                f,
                "modifier '{modifier}' on a regular expression only sets its anchors (write '^' or '$' in the pattern)"
            ),
            Self::ExistsList => f.write_str("modifier 'exists' has several values, of which any may hold (give one)"),
            Self::KeywordAffix { modifier } => {
                write!(f, "modifier '{modifier}' on keywords means 'contains' (write that, or name a field)")
            }
            Self::EmptyKeyword => {
                f.write_str("an empty keyword matches every event that has a value (write the text to look for)")
            }
        }
    }
}
