//! Strings of a JSON text: borrowed from it, or written out into one buffer where they have escapes.

use crate::event::json_line::JsonError;
use crate::event::json_line::escape::unescape;
use crate::event::json_line::marks::Marks;

/// A part of the text, or of the buffer of strings that had escapes: its start and its length, of 32 bits
/// each. The highest bit tells the buffer from the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span(u64);

/// Marks spans of the buffer.
const UNESCAPED: u64 = 1 << 63;

/// What spans point into.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    pub(super) line: &'a str,
    pub(super) unescaped: &'a str,
}

/// The same while they are read.
#[derive(Clone, Copy)]
pub(super) struct Strings<'a> {
    text: &'a [u8],
    unescaped: &'a [u8],
}

/// The strings that had escapes, one behind the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Unescaped {
    /// Longer than what is used, so that pieces can be copied in whole chunks.
    bytes: Vec<u8>,
    used: usize,
}

/// Bytes that are copied at once: two vector instructions, where a copy of variable length is a call. All but
/// two of the 67 pieces between the escapes of a usual event are shorter.
pub(super) const CHUNK: usize = 32;

impl Span {
    /// Texts must be shorter than 2 GiB.
    pub(super) const MOST_BYTES: usize = (1 << 31) - 1;

    #[inline]
    fn of_line(start: usize, end: usize) -> Self {
        Self((start as u64) << 32 | (end - start) as u64)
    }

    #[inline]
    fn of_unescaped(start: usize, end: usize) -> Self {
        Self(Self::of_line(start, end).0 | UNESCAPED)
    }

    #[inline]
    fn bytes(self) -> usize {
        self.0 as u32 as usize
    }

    #[inline]
    fn range(self) -> std::ops::Range<usize> {
        let start = ((self.0 & !UNESCAPED) >> 32) as usize;
        start..start + self.bytes()
    }

    #[inline]
    fn is_unescaped(self) -> bool {
        self.0 & UNESCAPED != 0
    }
}

impl<'a> Texts<'a> {
    #[inline]
    pub(super) fn get(&self, span: Span) -> &'a str {
        let text = match span.is_unescaped() {
            true => self.unescaped,
            false => self.line,
        };
        text.get(span.range()).unwrap_or_default()
    }
}

impl Unescaped {
    /// Forgets the strings of the text before. Those of the next cannot take more than its bytes.
    pub(super) fn start(&mut self, bytes: usize) {
        self.used = 0;
        if self.bytes.len() < bytes + CHUNK {
            self.bytes.resize(bytes + CHUNK, 0);
        }
    }

    /// Reads the string behind the quote before `start`; gives the place behind its closing quote too.
    #[inline]
    pub(super) fn string(
        &mut self,
        text: &[u8],
        marks: &Marks,
        start: usize,
    ) -> Result<(Span, usize), JsonError> {
        let mark = marks.next(start);
        if text.get(mark) == Some(&b'"') {
            return Ok((Span::of_line(start, mark), mark + 1));
        }
        let from = self.used;
        let (to, behind) = unescape(text, marks, start, &mut self.bytes, from)?;
        self.used = to;
        Ok((Span::of_unescaped(from, to), behind))
    }

    /// All strings, one behind the other. They are UTF-8, as they are made of whole characters and of parts
    /// of the text that end before ASCII characters; to have that checked costs little.
    pub(super) fn as_str(&self) -> &str {
        let strings = self.bytes.get(..self.used).map(std::str::from_utf8);
        debug_assert!(matches!(strings, Some(Ok(_))), "parts of UTF-8 are UTF-8");
        strings.and_then(Result::ok).unwrap_or_default()
    }

    /// The strings so far of this text.
    #[inline]
    pub(super) fn strings<'a>(&'a self, text: &'a [u8]) -> Strings<'a> {
        Strings {
            text,
            unescaped: &self.bytes,
        }
    }
}

impl<'a> Strings<'a> {
    #[inline]
    pub(super) fn bytes(self, span: Span) -> &'a [u8] {
        self.holder(span).get(span.range()).unwrap_or_default()
    }

    /// A number for a string, of its length, its first 8 bytes and its last 8: without branches on the
    /// length, which the processor would not foresee.
    #[inline]
    pub(super) fn hash(self, span: Span) -> u64 {
        let (holder, range) = (self.holder(span), span.range());
        let head = holder
            .get(range.start..)
            .and_then(|bytes| bytes.first_chunk());
        let tail = holder.get(..range.end).and_then(|bytes| bytes.last_chunk());
        match (head, tail) {
            (Some(head), Some(tail)) => hash(*head, *tail, span.bytes()),
            _ => self.hash_near_end(span),
        }
    }

    /// The same, where there are too few bytes around the string.
    #[cold]
    fn hash_near_end(self, span: Span) -> u64 {
        let bytes = self.bytes(span);
        let (mut head, mut tail) = ([0; HASHED], [0; HASHED]);
        head.iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = *from);
        tail.iter_mut()
            .rev()
            .zip(bytes.iter().rev())
            .for_each(|(to, from)| *to = *from);
        hash(head, tail, bytes.len())
    }

    #[inline]
    fn holder(self, span: Span) -> &'a [u8] {
        match span.is_unescaped() {
            true => self.unescaped,
            false => self.text,
        }
    }
}

/// Bytes of each end of a string that are hashed.
const HASHED: usize = 8;

/// `head` may go on behind the string, and `tail` begin before it: that is shifted out.
#[inline]
fn hash(head: [u8; HASHED], tail: [u8; HASHED], bytes: usize) -> u64 {
    let others = 8 * HASHED.saturating_sub(bytes) as u32;
    let head = u64::from_le_bytes(head).checked_shl(others).unwrap_or(0);
    let tail = u64::from_le_bytes(tail).checked_shr(others).unwrap_or(0);
    mix(mix(head ^ bytes as u64) ^ tail)
}

/// Spreads what differs in few bits over the high ones, by 2^64 divided by the golden ratio.
#[inline]
pub(super) fn mix(number: u64) -> u64 {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15)
}
