//! What can be wrong with a JSON text, and how it is said.

use std::error::Error;
use std::fmt;

/// Why a text is no JSON value, and where.
///
/// # Example
/// ```
/// use sigmatic::event::{JsonErrorKind, JsonParser};
///
/// let error = JsonParser::new().parse(br#"{"User": "EVE\SYSTEM"}"#).unwrap_err();
/// assert_eq!(error.kind(), JsonErrorKind::Escape);
/// assert_eq!(error.offset(), 13);
/// assert_eq!(
///     error.to_string(),
///     r"offset 13: found '\S', which is no escape (write '\\' for a backslash)",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    kind: JsonErrorKind,
    offset: usize,
    /// The character at the offset; of an escape, the one behind the backslash.
    found: Option<char>,
}

/// The class of a [`JsonError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JsonErrorKind {
    /// The text has 2 GiB or more.
    Length,
    /// The text is not UTF-8.
    Encoding,
    /// Lists and maps are nested more deeply than [`JsonParser::nesting`](crate::event::JsonParser::nesting)
    /// allows.
    Nesting,
    /// The text ends inside the value, or has none.
    End,
    /// Something stands where a value should.
    Value,
    /// Something stands where the name of a map's entry should.
    Name,
    /// No `:` after a name.
    Colon,
    /// Neither `,` nor `]` after an element of a list.
    List,
    /// Neither `,` nor `}` after an entry of a map.
    Map,
    /// A control character inside a string.
    Control,
    /// A backslash followed by something that is no escape.
    Escape,
    /// A `\u` without four hexadecimal digits.
    Hex,
    /// An escaped half of a surrogate pair without the other half.
    Surrogate,
    /// A number without a digit where there must be one.
    Number,
    /// A number that starts with a zero and goes on with digits.
    LeadingZero,
    /// A number beyond the range of `f64`.
    Range,
    /// Something follows the value.
    Trailing,
}

impl JsonError {
    /// Kept out of line: errors are rare, and the way to them must not slow what is common.
    #[cold]
    #[inline(never)]
    pub(super) fn new(kind: JsonErrorKind, text: &[u8], offset: usize) -> Self {
        let rest = text.get(offset..).unwrap_or_default();
        let rest = rest
            .get(usize::from(kind == JsonErrorKind::Escape)..)
            .unwrap_or_default();
        let character = rest.get(..4).unwrap_or(rest).utf8_chunks().next();
        let found = character.and_then(|chunk| chunk.valid().chars().next());
        let kind = match kind {
            JsonErrorKind::Encoding | JsonErrorKind::Length | JsonErrorKind::Surrogate => kind,
            _ if rest.is_empty() => JsonErrorKind::End,
            _ => kind,
        };
        Self {
            kind,
            offset,
            found,
        }
    }

    /// The class of the error.
    #[must_use]
    pub fn kind(&self) -> JsonErrorKind {
        self.kind
    }

    /// Where in the text: the number of bytes before.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use JsonErrorKind as Kind;
        write!(f, "offset {}: ", self.offset)?;
        let found = Found(self.found);
        match self.kind {
            Kind::Length => f.write_str("the text is 2 GiB or longer (split it)"),
            Kind::Encoding => f.write_str("the text is not UTF-8 (convert it before)"),
            Kind::Nesting => {
                f.write_str("lists and maps are nested too deeply (raise the parser's 'nesting')")
            }
            Kind::End => f.write_str("the text ends before its value does"),
            Kind::Value => write!(f, "found {found}, expected a value"),
            Kind::Name => write!(f, "found {found}, expected a name in double quotes"),
            Kind::Colon => write!(f, "found {found}, expected ':' after the name"),
            Kind::List => write!(f, "found {found}, expected ',' or ']'"),
            Kind::Map => write!(f, "found {found}, expected ',' or '}}'"),
            Kind::Control => {
                write!(
                    f,
                    "found {found} in a string (write control characters as escapes)"
                )
            }
            Kind::Escape => {
                let found = self.found.unwrap_or(' ').escape_debug();
                write!(
                    f,
                    r"found '\{found}', which is no escape (write '\\' for a backslash)"
                )
            }
            Kind::Hex => write!(
                f,
                r"found {found} in an escape, expected four hexadecimal digits after '\u'"
            ),
            Kind::Surrogate => f.write_str("found half of a surrogate pair, expected both"),
            Kind::Number => write!(f, "found {found} in a number, expected a digit"),
            Kind::LeadingZero => f.write_str("the number starts with a zero (leave it out)"),
            Kind::Range => f.write_str("the number is too large (write it as a string)"),
            Kind::Trailing => write!(f, "found {found} after the value, expected the end"),
        }
    }
}

impl Error for JsonError {}

struct Found(Option<char>);

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some('\'') => f.write_str("a single quote"),
            Some(found) => write!(f, "'{}'", found.escape_debug()),
            None => f.write_str("the end"),
        }
    }
}
