//! A raw JSON text as an event, without a tree.
//!
//! In: the bytes of one JSON text. Out: a [`JsonEvent`], which gives the engine the same values as the tree
//! that `serde_json` would build, and accepts the same texts. Called by the embedder, once per line. Does not
//! find the lines of a file, and knows no encoding but UTF-8.
//!
//! `marks` notes in one pass where quotes, backslashes and control characters stand; `parse` goes from mark
//! to mark and writes one node per value (`node`). Strings are borrowed from the line (`text`), but for those
//! with escapes, which are written into one buffer (`escape`). `names` finds names that come twice in a map.

mod error;
mod escape;
mod marks;
mod names;
mod node;
mod number;
mod parse;
mod text;

#[cfg(test)]
mod tests;

pub use self::error::{JsonError, JsonErrorKind};

use self::marks::Marks;
use self::names::Names;
use self::node::Node;
use self::parse::{Container, Parse};
use self::text::{Span, Texts, Unescaped};

/// Reads JSON texts into events, again and again in the same memory.
///
/// A text is accepted if `serde_json::from_slice::<serde_json::Value>` accepts it, and its event is the event
/// of that value: of equal names in one map the last one counts; integers are exact as `i64` or `u64`, all
/// other numbers are the nearest `f64` (as with `serde_json`'s feature `float_roundtrip`); text with a lone
/// surrogate, with a control character or that is no UTF-8 is an error, and so is anything but blanks after
/// the value. A text whose value is no map has no fields; only keywords see it (S-110).
///
/// # Example
/// ```
/// use sigmatic::event::{Event, FieldValue, JsonParser};
///
/// let log = r#"
/// {"EventID": 1, "Image": "C:\\Windows\\whoami.exe"}
/// {"EventID": 3, "DestinationPort": 443}
/// "#;
/// let mut parser = JsonParser::new();
/// let mut images = 0;
/// for line in log.trim().lines() {
///     let event = parser.parse(line.as_bytes())?;
///     images += usize::from(matches!(event.field("Image"), Some(FieldValue::Str(r"C:\Windows\whoami.exe"))));
/// }
/// assert_eq!(images, 1);
/// # Ok::<(), sigmatic::event::JsonError>(())
/// ```
///
/// # Cost
/// Linear in the bytes of the text, but for sorting the names of a map with many. The memory grows to what
/// the largest text needed (a byte and an eighth per byte of text, 24 bytes per value, 24 bytes per name of a
/// map) and is kept; after that nothing allocates, whatever the shape of the events (test
/// `json_line::a_warm_parser_allocates_nothing`).
#[derive(Clone, Debug)]
pub struct JsonParser {
    nesting: usize,
    marks: Marks,
    unescaped: Unescaped,
    nodes: Vec<Node>,
    names: Names,
    around: Vec<Container>,
}

/// An event read by a [`JsonParser`], borrowed from the text and from the parser.
#[derive(Clone, Copy)]
pub struct JsonEvent<'a> {
    nodes: &'a [Node],
    texts: Texts<'a>,
}

/// Levels of lists and maps inside one another that `serde_json` accepts.
const NESTING: usize = 127;

impl JsonParser {
    /// A parser that accepts 127 levels of nested lists and maps, as `serde_json` does.
    #[must_use]
    pub fn new() -> Self {
        Self {
            nesting: NESTING,
            marks: Marks::default(),
            unescaped: Unescaped::default(),
            nodes: Vec::new(),
            names: Names::new(),
            around: Vec::new(),
        }
    }

    /// Sets how many levels of lists and maps may stand inside one another. Parsing does not recurse, so any
    /// number is safe; how deep the engine looks is up to its own limit, `Limits::event_depth`.
    #[must_use]
    pub fn nesting(mut self, levels: usize) -> Self {
        self.nesting = levels;
        self
    }

    /// Reads one JSON text; blanks around it are skipped, a line end among them.
    ///
    /// # Errors
    /// The text is not one JSON value in UTF-8, is nested too deeply, or has 2 GiB or more. The parser can be
    /// used again afterwards.
    ///
    /// # Cost
    /// See [`JsonParser`].
    pub fn parse<'a>(&'a mut self, text: &'a [u8]) -> Result<JsonEvent<'a>, JsonError> {
        if text.len() > Span::MOST_BYTES {
            return Err(JsonError::new(
                JsonErrorKind::Length,
                text,
                Span::MOST_BYTES,
            ));
        }
        let line = std::str::from_utf8(text)
            .map_err(|error| JsonError::new(JsonErrorKind::Encoding, text, error.valid_up_to()))?;
        self.marks.set(text);
        self.unescaped.start(text.len());
        self.nodes.clear();
        self.around.clear();
        self.names.start();
        Parse::new(line, self).run()?;
        Ok(JsonEvent {
            nodes: &self.nodes,
            texts: Texts {
                line,
                unescaped: self.unescaped.as_str(),
            },
        })
    }
}

impl Default for JsonParser {
    fn default() -> Self {
        Self::new()
    }
}
