//! What can be wrong with a text as YAML, and how it is said.

use std::fmt;

use crate::error::{ErrorKind, Excerpt};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SyntaxDetail {
    /// Not UTF-8 (S-001).
    InvalidUtf8,
    /// A character that YAML does not allow in a text.
    ControlCharacter { code: u32 },
    /// The text breaks the grammar of YAML (S-013).
    Grammar(Grammar),
    /// The grammar is broken in a way so rare that it has no wording of its own.
    OtherGrammar { message: String },
    /// S-002.
    NoDocument,
    /// S-003.
    NotAMap { found: &'static str },
    /// S-004.
    DuplicateKey { key: String, first_line: u32 },
    /// S-005.
    UnknownAlias,
    /// S-005.
    RecursiveAlias,
    /// S-006.
    MergeValue { found: &'static str },
    /// S-007.
    UnknownTag { tag: String },
    /// S-007: `!!int abc`, `!!map []`.
    TagMismatch { tag: String, found: Mismatch },
    /// S-560.
    TextTooLong { bytes: usize, limit: usize },
    /// S-560.
    TooDeep { limit: usize },
    /// S-560.
    TooManyNodes { limit: usize },
    /// S-005.
    TooManyAliasNodes { limit: usize },
    /// S-005: few aliases to a long text.
    TooManyAliasBytes { limit: usize },
    /// An integer beyond 128 bits.
    IntegerTooWide,
}

/// What a tag does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    Kind(&'static str),
    Text(String),
}

/// The ways to break YAML's grammar that rule authors meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grammar {
    TabIndentation,
    Indentation,
    QuotedIndentation,
    BlockScalarIndentation,
    BlockScalarHeader,
    UnknownEscape,
    HexEscape,
    CodePoint,
    UnclosedQuote,
    AfterQuote,
    KeyWithoutColon,
    SecondColon,
    KeyHere,
    ListItemHere,
    MapEntry,
    ListEntry,
    FlowMap,
    FlowList,
    FlowColon,
    UnmatchedBracket,
    UnclosedBracket,
    ReservedCharacter,
    CommentInText,
    Comment,
    Value,
    AnchorName,
    AnchorPlace,
    Tag,
    UndeclaredTag,
    Directive,
    ByteOrderMark,
    DocumentStart,
    AfterDocumentEnd,
    EndOfText,
}

impl SyntaxDetail {
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::TextTooLong { .. }
            | Self::TooDeep { .. }
            | Self::TooManyNodes { .. }
            | Self::TooManyAliasNodes { .. }
            | Self::TooManyAliasBytes { .. }
            | Self::IntegerTooWide => ErrorKind::Limit,
            _ => ErrorKind::Yaml,
        }
    }
}

impl fmt::Display for SyntaxDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidUtf8 => f.write_str("the text is not UTF-8 (save the file as UTF-8)"),
            Self::ControlCharacter { code } => write!(
                f,
                "character U+{code:04X} is not allowed in YAML (write it as an escape in double quotes)"
            ),
            Self::Grammar(grammar) => f.write_str(grammar.wording()),
            Self::OtherGrammar { message } => write!(f, "invalid YAML: {}", Excerpt(message)),
            Self::NoDocument => {
                f.write_str("the text has no document, only blank lines or comments at most")
            }
            Self::NotAMap { found } => {
                write!(f, "the document is {found}, but must be a map ('title: …')")
            }
            Self::DuplicateKey { key, first_line } => write!(
                f,
                "key '{}' is given twice in one map, first in line {first_line} (keep one of them, or give one key a list of values)",
                Excerpt(key)
            ),
            Self::UnknownAlias => f.write_str(
                "the alias has no anchor before it in this document (quote the value if it is text that starts with '*')",
            ),
            Self::RecursiveAlias => f.write_str("the alias stands inside its own anchor"),
            Self::MergeValue { found } => write!(
                f,
                "merge key '<<' was given {found}, but takes a map or a list of maps"
            ),
            Self::UnknownTag { tag } => write!(
                f,
                "tag '{}' is not supported (only !!str, !!int, !!float, !!bool, !!null, !!map and !!seq are; quote text that starts with '!')",
                Excerpt(tag)
            ),
            Self::TagMismatch { tag, found } => {
                write!(f, "tag '{}' does not fit {found}", Excerpt(tag))
            }
            Self::TextTooLong { bytes, limit } => {
                write!(f, "the text has {bytes} bytes, but the limit is {limit}")
            }
            Self::TooDeep { limit } => {
                write!(f, "lists and maps are nested more than {limit} levels deep")
            }
            Self::TooManyNodes { limit } => write!(
                f,
                "the text has more than {limit} nodes, the limit 'nodes' (split it)"
            ),
            Self::TooManyAliasNodes { limit } => {
                write!(f, "aliases add more than {limit} nodes to the text")
            }
            Self::TooManyAliasBytes { limit } => {
                write!(f, "aliases add more than {limit} bytes to the text")
            }
            Self::IntegerTooWide => {
                f.write_str("the integer does not fit 128 bits (quote the value if it is text)")
            }
        }
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(name) => f.write_str(name),
            Self::Text(text) => write!(f, "'{}'", Excerpt(text)),
        }
    }
}

impl Grammar {
    fn wording(self) -> &'static str {
        match self {
            Self::TabIndentation => "a tab is used as indentation (use spaces)",
            Self::Indentation => {
                "the line is not indented like its neighbours (align it with the keys or items of the same level)"
            }
            Self::QuotedIndentation => {
                "the quoted string goes on in a line that is not indented deeper than its key (close the quote, or indent the line)"
            }
            Self::BlockScalarIndentation => {
                "the text block is not indented evenly (indent every line at least as far as the first)"
            }
            Self::BlockScalarHeader => {
                "'|' or '>' is followed by something else than an indentation digit, '+' or '-' (start the text on the next line)"
            }
            Self::UnknownEscape => {
                r"unknown escape in a double-quoted string (use single quotes, or write '\\' for a backslash)"
            }
            Self::HexEscape => {
                r"an escape in a double-quoted string has too few hexadecimal digits ('\xHH', '\uHHHH', '\UHHHHHHHH')"
            }
            Self::CodePoint => {
                "an escape in a double-quoted string names no character (write characters beyond U+FFFF as '\\UHHHHHHHH')"
            }
            Self::UnclosedQuote => "the quoted string is not closed (add the closing quote)",
            Self::AfterQuote => {
                "something follows the closing quote (quote the whole value; double a single quote inside single quotes)"
            }
            Self::KeyWithoutColon => "a key is not followed by ':' (check quotes and indentation)",
            Self::SecondColon => {
                "': ' stands where no key can be (quote the value if it is text with a colon, else check the indentation)"
            }
            Self::KeyHere => "a key is not allowed here (check the indentation)",
            Self::ListItemHere => "a list item is not allowed here (put '- ' on a line of its own)",
            Self::MapEntry => "expected a key of the map here (check the indentation)",
            Self::ListEntry => "expected an item '- ' of the list here (check the indentation)",
            Self::FlowMap => "expected ',' or '}' (quote the value if it is text with brackets)",
            Self::FlowList => "expected ',' or ']' (quote the value if it is text with brackets)",
            Self::FlowColon => "':' cannot stand here (put a space after it)",
            Self::UnmatchedBracket => "a closing bracket without an opening one (quote the value)",
            Self::UnclosedBracket => {
                "a bracket is not closed (add ']' or '}', or quote the value if it is text)"
            }
            Self::ReservedCharacter => {
                "a value cannot start with '@', '`' or '%' (quote the value)"
            }
            Self::CommentInText => {
                "a comment stands inside a text of several lines (quote the value if '#' belongs to it)"
            }
            Self::Comment => "a comment must have a space before its '#'",
            Self::Value => "expected a value here (quote the value if it is text)",
            Self::AnchorName => {
                "'&' or '*' is not followed by a name (quote the value if it is text)"
            }
            Self::AnchorPlace => "the anchor stands before a list item (put it after the key)",
            Self::Tag => {
                "'!' is not followed by a tag (quote the value if it is text that starts with '!')"
            }
            Self::UndeclaredTag => "the tag's handle is not declared by a '%TAG' line",
            Self::Directive => {
                "a line that starts with '%' is a directive, but not a valid one (indent it if it is text, or end the document before it with '...')"
            }
            Self::ByteOrderMark => "a byte order mark stands inside a document (remove it)",
            Self::DocumentStart => {
                "expected the end of the document or '---' (check the indentation)"
            }
            Self::AfterDocumentEnd => "something follows '...' on its line",
            Self::EndOfText => "the text ends too early",
        }
    }
}
