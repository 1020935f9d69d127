//! Strings with escapes, written out.

use crate::event::json_line::marks::Marks;
use crate::event::json_line::text::CHUNK;
use crate::event::json_line::{JsonError, JsonErrorKind};

/// Writes out the string whose text begins at `start`, from `used` on; gives the ends of both, that of the
/// text behind the closing quote. What is written out is never longer than its text, and `out` is longer by a
/// chunk.
#[inline(never)]
pub(super) fn unescape(
    text: &[u8],
    marks: &Marks,
    start: usize,
    out: &mut [u8],
    used: usize,
) -> Result<(usize, usize), JsonError> {
    let mut out = Out { bytes: out, used };
    let mut at = start;
    loop {
        let mark = marks.next(at);
        out.copy(text, at, mark);
        at = match text.get(mark) {
            Some(b'"') => return Ok((out.used, mark + 1)),
            Some(b'\\') => out.escape(text, mark)?,
            _ => return Err(JsonError::new(JsonErrorKind::Control, text, mark)),
        };
    }
}

/// Where strings are written to. Lives in registers: what is not inlined is not given a reference to it.
struct Out<'a> {
    bytes: &'a mut [u8],
    used: usize,
}

impl Out<'_> {
    /// Copies a piece of the text, in whole chunks: what is too much will be overwritten.
    #[inline]
    fn copy(&mut self, text: &[u8], mut from: usize, to: usize) {
        let mut end = self.used;
        self.used += to - from;
        while from < to {
            let source = text
                .get(from..)
                .and_then(|text| text.first_chunk::<CHUNK>());
            let target = self
                .bytes
                .get_mut(end..)
                .and_then(|bytes| bytes.first_chunk_mut());
            match (source, target) {
                (Some(source), Some(target)) => *target = *source,
                _ => return copy_last(text, from, to, self.bytes, end),
            }
            from += CHUNK;
            end += CHUNK;
        }
    }

    /// Writes what the escape at `mark` stands for; gives the place behind it.
    #[inline]
    fn escape(&mut self, text: &[u8], mark: usize) -> Result<usize, JsonError> {
        let letter = text.get(mark + 1).copied().unwrap_or(0);
        match ESCAPES.get(usize::from(letter)) {
            None | Some(0) => {
                let (character, behind) = unicode(text, mark)?;
                character
                    .encode_utf8(&mut [0; 4])
                    .bytes()
                    .for_each(|byte| self.push(byte));
                Ok(behind)
            }
            Some(byte) => {
                self.push(*byte);
                Ok(mark + 2)
            }
        }
    }

    #[inline]
    fn push(&mut self, byte: u8) {
        if let Some(target) = self.bytes.get_mut(self.used) {
            *target = byte;
        }
        self.used += 1;
    }
}

/// Copies a piece near the end of the text, where no whole chunk is left.
#[cold]
fn copy_last(text: &[u8], from: usize, to: usize, out: &mut [u8], end: usize) {
    let target = out.get_mut(end..).and_then(|out| out.get_mut(..to - from));
    if let (Some(source), Some(target)) = (text.get(from..to), target) {
        target.copy_from_slice(source);
    }
}

/// The character of `\uHHHH`, or of two of them that make a surrogate pair, and the place behind.
#[cold]
fn unicode(text: &[u8], mark: usize) -> Result<(char, usize), JsonError> {
    if text.get(mark + 1) != Some(&b'u') {
        return Err(JsonError::new(JsonErrorKind::Escape, text, mark));
    }
    let unit = hex(text, mark + 2)?;
    let (code, behind) = match unit {
        0xD800..=0xDBFF => (pair(unit, text, mark)?, mark + 12),
        _ => (unit, mark + 6),
    };
    match char::from_u32(code) {
        Some(character) => Ok((character, behind)),
        None => Err(JsonError::new(JsonErrorKind::Surrogate, text, mark)),
    }
}

/// The code point of a leading surrogate and the trailing one that must follow.
fn pair(leading: u32, text: &[u8], mark: usize) -> Result<u32, JsonError> {
    if text.get(mark + 6..mark + 8) == Some(br"\u") {
        if let trailing @ 0xDC00..=0xDFFF = hex(text, mark + 8)? {
            return Ok(0x1_0000 + ((leading - 0xD800) << 10) + (trailing - 0xDC00));
        }
    }
    Err(JsonError::new(JsonErrorKind::Surrogate, text, mark))
}

/// Four hexadecimal digits.
fn hex(text: &[u8], at: usize) -> Result<u32, JsonError> {
    (at..at + 4).try_fold(0, |number, at| {
        let digit = text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let digit = digit.ok_or_else(|| JsonError::new(JsonErrorKind::Hex, text, at))?;
        Ok(number << 4 | digit)
    })
}

/// By the letter behind the backslash, the byte that an escape stands for; zero for `u`, and where there is
/// none.
#[expect(
    clippy::indexing_slicing,
    reason = "bytes, in a table of 256, when compiled"
)]
static ESCAPES: [u8; 256] = {
    let mut escapes = [0; 256];
    escapes[b'"' as usize] = b'"';
    escapes[b'\\' as usize] = b'\\';
    escapes[b'/' as usize] = b'/';
    escapes[b'b' as usize] = 8;
    escapes[b'f' as usize] = 12;
    escapes[b'n' as usize] = b'\n';
    escapes[b'r' as usize] = b'\r';
    escapes[b't' as usize] = b'\t';
    escapes
};
