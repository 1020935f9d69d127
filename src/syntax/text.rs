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

    /// Why the text ends before the bytes do, if so.
    pub(super) fn defect(&self) -> Option<Error> {
        let detail = self.defect.clone()?;
        let sound = self.text.strip_suffix('\0').unwrap_or(&self.text);
        Some(Error::new(detail).at(end_of(sound)))
    }
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
    let suspects = text
        .bytes()
        .enumerate()
        .filter(|(_, byte)| SUSPECT[usize::from(*byte)]);
    for (at, _) in suspects {
        let found = text.get(at..).and_then(|rest| rest.chars().next());
        if let Some(found) = found.filter(|found| is_forbidden(*found)) {
            return Some((at, u32::from(found)));
        }
    }
    None
}

fn is_forbidden(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' => false,
        '\u{FFFE}' | '\u{FFFF}' => true,
        other => other.is_control(),
    }
}

/// The bytes that begin a forbidden character, and few others.
static SUSPECT: [bool; 256] = suspects();

const fn suspects() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = !matches!(byte as u8, b'\t' | b'\n' | b'\r');
        byte += 1;
    }
    table[0x7F] = true;
    // U+0080 to U+00BF, and U+F000 to U+FFFF.
    table[0xC2] = true;
    table[0xEF] = true;
    table
}

/// The place after the last character.
fn end_of(text: &str) -> Location {
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
