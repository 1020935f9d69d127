//! A text before it is parsed: encoding, byte order mark, forbidden characters (S-001).

use std::borrow::Cow;

use crate::error::{Error, Location, SyntaxDetail};

/// A text that the parser can read.
///
/// If the bytes stop being text somewhere, it ends there with a NUL, which the parser refuses wherever it meets it:
/// so the documents before that place load, and no later one looks complete.
#[derive(Debug)]
pub(super) struct Text<'b> {
    text: Cow<'b, str>,
    defect: Option<SyntaxDetail>,
}

impl<'b> Text<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let (text, mut defect) = decode(bytes);
        let mut end = text.len();
        if let Some((at, code)) = forbidden(text) {
            end = at;
            defect = Some(SyntaxDetail::ControlCharacter { code });
        }
        let text = match (&defect, text.get(..end)) {
            (Some(_), Some(sound)) => Cow::Owned(format!("{sound}\0")),
            _ => Cow::Borrowed(text),
        };
        Self { text, defect }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// The end of the text, if its last line is not ended by a line break.
    pub(super) fn open_end(&self) -> Option<OpenEnd> {
        let last_line = self.text.rsplit(['\n', '\r']).next()?;
        (!last_line.is_empty()).then(|| OpenEnd {
            index: self.text.chars().count(),
            is_blank: last_line.bytes().all(|byte| byte == b' '),
        })
    }

    /// Why the text ends before the bytes do, if so.
    pub(super) fn defect(&self) -> Option<Error> {
        let detail = self.defect.clone()?;
        let sound = self.text.strip_suffix('\0').unwrap_or(&self.text);
        Some(Error::new(detail).at(end_of(sound)))
    }
}

/// The end of a text whose last line is not ended.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenEnd {
    /// In characters from the start of the text.
    pub(super) index: usize,
    /// Whether the last line is nothing but spaces.
    pub(super) is_blank: bool,
}

fn decode(bytes: &[u8]) -> (&str, Option<SyntaxDetail>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let text = std::str::from_utf8(sound).unwrap_or_default();
            (text, Some(SyntaxDetail::InvalidUtf8))
        }
    }
}

/// The first character that YAML does not allow unescaped: byte offset and code point.
fn forbidden(text: &str) -> Option<(usize, u32)> {
    // Whole chunks first, without a branch per byte: nearly all have no suspect.
    for (number, chunk) in text.as_bytes().chunks(CHUNK).enumerate() {
        if !chunk
            .iter()
            .fold(false, |any, byte| any | is_suspect(*byte))
        {
            continue;
        }
        let suspects = chunk
            .iter()
            .enumerate()
            .filter(|(_, byte)| is_suspect(**byte));
        for at in suspects.map(|(at, _)| number * CHUNK + at) {
            let character = text.get(at..).and_then(|rest| rest.chars().next());
            if let Some(found) = character.filter(|found| is_forbidden(*found)) {
                return Some((at, u32::from(found)));
            }
        }
    }
    None
}

/// Whether a forbidden character can begin with this byte: a control character, one of U+0080 to U+00BF, or one of
/// U+F000 to U+FFFF.
fn is_suspect(byte: u8) -> bool {
    let white = (byte == b'\n') | (byte == b'\r') | (byte == b'\t');
    ((byte < 0x20) & !white) | (byte == 0x7F) | (byte == 0xC2) | (byte == 0xEF)
}

fn is_forbidden(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{FFFE}' | '\u{FFFF}' => true,
        other => other.is_control(),
    }
}

const CHUNK: usize = 64;

/// The lines of a text, whatever ends them.
pub(super) fn lines(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split('\n').flat_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.split('\r')
    })
}

/// The place after the last character.
pub(super) fn end_of(text: &str) -> Location {
    let mut location = Location { line: 1, column: 1 };
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let ends_line =
            character == '\n' || (character == '\r' && characters.peek() != Some(&'\n'));
        if ends_line {
            location.line = location.line.saturating_add(1);
            location.column = 1;
        } else {
            location.column = location.column.saturating_add(1);
        }
    }
    location
}
