//! What can be wrong with a regular expression, and how it is said.

use std::fmt;

/// Why a regular expression was rejected. Says nothing of the rule it stands in: `compile` adds that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RegexError {
    /// Other dialects have it, RE2 has not (S-223).
    Unsupported {
        construct: Construct,
        /// The construct as written, or its beginning.
        text: String,
        /// Bytes before it.
        offset: usize,
    },
    /// No dialect we know has it.
    Syntax {
        fault: Fault,
        /// The culprit as written, or its beginning.
        text: String,
        /// Bytes before it.
        offset: usize,
    },
    TooLarge(Excess),
}

/// Constructs of other dialects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Construct {
    AtomicGroup,
    BackReference,
    Backspace,
    BranchReset,
    Callout,
    CaseChange,
    CodeBlock,
    Comment,
    Conditional,
    ControlCharacter,
    EndBeforeNewline,
    EndOfQuote,
    EscapeCharacter,
    Flag,
    HorizontalSpace,
    LineBreak,
    Lookahead,
    Lookbehind,
    MatchReset,
    NamedBackReference,
    NegativeLookahead,
    NegativeLookbehind,
    NotHorizontalSpace,
    NotNewline,
    NotVerticalSpace,
    Possessive,
    QuotedGroupName,
    Recursion,
    SearchStart,
    SingleByte,
    TextSegment,
    UnicodeEscape,
    Verb,
}

/// Mistakes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    BackwardRange,
    BackwardRepetition,
    EmptyNegation,
    HexEscape,
    InvalidGroupName,
    MeaninglessInClass,
    MisplacedClassInRange,
    NestedRepetitions,
    NothingToRepeat,
    RepeatedQuantifier,
    TooManyRepetitions,
    TrailingBackslash,
    UnclosedClass,
    UnclosedFlags,
    UnclosedGroup,
    UnclosedGroupName,
    UnclosedProperty,
    UnknownClass,
    UnknownEscape,
    UnknownGroup,
    UnknownProperty,
    UnopenedGroup,
}

/// Limits (S-560).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Excess {
    /// The pattern as written.
    PatternBytes { found: usize, limit: usize },
    /// Groups in groups, quantifiers over quantifiers.
    Nesting { limit: usize },
    /// The pattern compiled.
    Memory { limit: usize },
}

impl RegexError {
    pub(super) fn unsupported(construct: Construct, text: &str, offset: usize) -> Self {
        Self::Unsupported {
            construct,
            text: excerpt(text),
            offset,
        }
    }

    pub(super) fn syntax(fault: Fault, text: &str, offset: usize) -> Self {
        Self::Syntax {
            fault,
            text: excerpt(text),
            offset,
        }
    }

    /// Whether it is a limit that was reached (S-560).
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(self, Self::TooLarge(_))
    }

    #[cfg(test)]
    /// Bytes of the pattern before the culprit; `None` if it is the whole pattern.
    pub(crate) fn offset(&self) -> Option<usize> {
        match self {
            Self::Unsupported { offset, .. } | Self::Syntax { offset, .. } => Some(*offset),
            Self::TooLarge(_) => None,
        }
    }
}

impl fmt::Display for RegexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported {
                construct, text, ..
            } => {
                let (name, remedy) = construct.words();
                let remedy = translated(*construct, text).unwrap_or_else(|| remedy.to_owned());
                write!(f, "{name} '{text}' is not supported (RE2 syntax{remedy})")
            }
            Self::Syntax { fault, text, .. } => fault.write(f, text),
            Self::TooLarge(excess) => excess.fmt(f),
        }
    }
}

impl std::error::Error for RegexError {}

impl Construct {
    /// Its name, and what to write instead, to stand after "RE2 syntax".
    fn words(self) -> (&'static str, &'static str) {
        const SPLIT: &str = "; split the rule or use a second item";
        const PLAIN_GROUP: &str = "; a plain group '(?:…)' may do";
        match self {
            Self::AtomicGroup => ("atomic group", PLAIN_GROUP),
            Self::BackReference => ("back reference", ""),
            Self::Backspace => ("backspace", r"; write '\x08'"),
            Self::BranchReset => ("branch reset group", PLAIN_GROUP),
            Self::Callout => ("callout", ""),
            Self::CaseChange => ("case change", "; write the letters out"),
            Self::CodeBlock => ("code block", ""),
            Self::Comment => ("comment", "; remove it"),
            Self::Conditional => ("conditional", SPLIT),
            Self::ControlCharacter => ("control character", r"; write '\x01' or the like"),
            Self::EndBeforeNewline => (
                "end of text",
                r"; write '\z', or '\n?\z' to allow a final newline",
            ),
            Self::EndOfQuote => ("end of quote", r"; it takes a '\Q' before it"),
            Self::EscapeCharacter => ("escape character", r"; write '\x1b'"),
            Self::Flag => ("flag", "; the flags are i, m, s and U"),
            Self::HorizontalSpace => ("horizontal space", r"; write '[ \t]'"),
            Self::LineBreak => ("line break", r"; write '\r?\n'"),
            Self::Lookahead => ("lookahead", SPLIT),
            Self::Lookbehind => ("lookbehind", SPLIT),
            Self::MatchReset => ("match reset", "; leave it out"),
            Self::NamedBackReference => ("named back reference", ""),
            Self::NegativeLookahead => ("negative lookahead", SPLIT),
            Self::NegativeLookbehind => ("negative lookbehind", SPLIT),
            Self::NotHorizontalSpace => ("negated horizontal space", r"; write '[^ \t]'"),
            Self::NotNewline => ("not a newline", r"; write '[^\n]'"),
            Self::NotVerticalSpace => ("negated vertical space", r"; write '[^\n\v\f\r]'"),
            Self::Possessive => ("possessive quantifier", "; a greedy one may do"),
            Self::QuotedGroupName => ("group name in quotes", "; write '(?<name>…)'"),
            Self::Recursion => ("recursion", ""),
            Self::SearchStart => ("start of search", r"; write '\A'"),
            Self::SingleByte => ("single byte", r"; write '(?s:.)' for a character"),
            Self::TextSegment => ("text segment", r"; write '.' for a character"),
            Self::UnicodeEscape => ("escape", r"; write '\x{263a}' or the like"),
            Self::Verb => ("verb", r"; write '\*' for the character"),
        }
    }
}

impl Fault {
    fn write(self, f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
        match self {
            Self::BackwardRange => write!(f, "range '{text}' runs backwards"),
            Self::BackwardRepetition => {
                write!(f, "quantifier '{text}' has its maximum below its minimum")
            }
            Self::EmptyNegation => write!(f, "group '{text}' negates no flag"),
            Self::HexEscape => write!(
                f,
                r"escape '{text}' is no code point, but '\x' takes two hex digits or '{{10FFFF}}' at most"
            ),
            Self::InvalidGroupName => {
                write!(f, "group name '{text}' is not of letters, digits and '_'")
            }
            Self::MeaninglessInClass => {
                write!(f, "escape '{text}' has no meaning in a character class")
            }
            Self::MisplacedClassInRange => write!(
                f,
                r"range '{text}' ends in a class, but takes a character (write '\-' for the hyphen)"
            ),
            Self::NestedRepetitions => write!(
                f,
                "quantifier '{text}' and those inside it repeat more than {MAX_REPETITIONS} times"
            ),
            Self::NothingToRepeat => {
                write!(
                    f,
                    r"quantifier '{text}' has nothing to repeat (write '\{text}' for the character)"
                )
            }
            Self::RepeatedQuantifier => {
                write!(
                    f,
                    "quantifiers '{text}' follow each other (put the first into a group)"
                )
            }
            Self::TooManyRepetitions => {
                write!(
                    f,
                    "quantifier '{text}' repeats more than {MAX_REPETITIONS} times"
                )
            }
            Self::TrailingBackslash => write!(
                f,
                r"'\' at the end escapes nothing (write '\\' for the character)"
            ),
            Self::UnclosedClass => {
                write!(
                    f,
                    r"character class '{text}' is not closed (write '\[' for the character)"
                )
            }
            Self::UnclosedFlags => write!(f, "group flags '{text}' are not closed by ')' or ':'"),
            Self::UnclosedGroup => write!(
                f,
                r"group '{text}' is not closed (write '\(' for the character)"
            ),
            Self::UnclosedGroupName => write!(f, "group name '{text}' is not closed by '>'"),
            Self::UnclosedProperty => write!(f, "Unicode class '{text}' is not closed by '}}'"),
            Self::UnknownClass => write!(f, "character class '{text}' is not known"),
            Self::UnknownEscape => write!(f, "escape '{text}' is not known"),
            Self::UnknownGroup => write!(f, "group '{text}' is not known"),
            Self::UnknownProperty => write!(
                f,
                "Unicode class '{text}' is not known (it takes a category such as 'Lu' or a script such as 'Greek')"
            ),
            Self::UnopenedGroup => write!(
                f,
                r"'{text}' closes no group (write '\)' for the character)"
            ),
        }
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PatternBytes { found, limit } => write!(
                f,
                "regular expression has {found} bytes, but {limit} are allowed"
            ),
            Self::Nesting { limit } => write!(
                f,
                "regular expression nests deeper than the {limit} levels allowed"
            ),
            Self::Memory { limit } => write!(
                f,
                "regular expression takes more than the {limit} bytes of memory allowed"
            ),
        }
    }
}

/// RE2's bound on counted repetition, alone and nested (S-224).
pub(super) const MAX_REPETITIONS: u32 = 1000;

/// The remedy for an escape that another one can take the place of.
fn translated(construct: Construct, text: &str) -> Option<String> {
    let code_point = match construct {
        Construct::UnicodeEscape => {
            let digits = text.strip_prefix("\\u")?;
            u32::from_str_radix(digits.trim_matches(['{', '}']), 16).ok()?
        }
        Construct::ControlCharacter => {
            let letter = text.strip_prefix("\\c")?.parse::<char>().ok()?;
            (u32::from(letter.to_ascii_uppercase()) ^ 0x40) & 0x7f
        }
        _ => return None,
    };
    Some(format!(r"; write '\x{{{code_point:x}}}'"))
}

/// As much of the culprit as a message should show, on one line.
fn excerpt(text: &str) -> String {
    const MOST: usize = 40;
    let mut shown = String::new();
    for (position, c) in text.chars().enumerate() {
        if position == MOST {
            shown.push('…');
            break;
        }
        match c.is_control() {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}
