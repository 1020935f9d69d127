//! A string value on its way through a modifier chain: literal pieces, wildcards, dashes, placeholders.
//!
//! Everything here is about one value and knows nothing of fields. The chain itself is in `modifier`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::CompileDetail;
use crate::pattern::{Part, TextPattern};
use crate::rule::Placeholders;
use crate::rule::text::{Token, placeholder_name, tokens};

/// One alternative of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    pieces: Vec<Piece>,
    content: Content,
}

/// What the literals of a text hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Characters,
    /// After `wide` and friends: bytes, one character U+0000 to U+00FF each (and U+FEFF for the byte order mark), until
    /// `base64` takes them or the value is compared as text (S-208). All of them come from ASCII.
    Utf16OfAscii,
    /// The same, but some come from other characters, so that they cannot be compared as text.
    Utf16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    /// `*`
    Any,
    /// `?`
    One,
    /// A dash position (S-209).
    Dash,
    /// `%name%` under `expand`, until that modifier is reached.
    Placeholder(String),
}

/// The characters that `windash` takes for each other.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// The UTF-16 flavours of S-208.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Utf16 {
    LittleEndian,
    BigEndian,
    WithMark,
}

/// Bytes that most literals of values have at most.
const USUAL: usize = 32;

impl Text {
    /// Reads a value by the backslash rules of S-161; with `placeholders` also by those of S-250 and S-253.
    pub(crate) fn parse(source: &str, placeholders: bool) -> Self {
        let mut text = Self {
            pieces: Vec::new(),
            content: Content::Characters,
        };
        if !source.contains(['*', '?', '\\', '%']) && !source.is_empty() {
            return Self::literal(source.to_owned());
        }
        for token in tokens(source, placeholders) {
            match token {
                Token::Character(c) => text.push_char(c, source.len().min(USUAL)),
                Token::Any => text.pieces.push(Piece::Any),
                Token::One => text.pieces.push(Piece::One),
                Token::Placeholder(name) => text.pieces.push(Piece::Placeholder(name.to_owned())),
            }
        }
        text
    }

    /// A value that is not Sigma text: a regular expression, byte for byte (S-220).
    pub(crate) fn verbatim(source: &str) -> Self {
        Self::literal(source.to_owned())
    }

    /// Adds a character. A literal that begins with it gets room for so many bytes.
    fn push_char(&mut self, c: char, room: usize) {
        if let Some(Piece::Literal(literal)) = self.pieces.last_mut() {
            literal.push(c);
        } else {
            let mut literal = String::with_capacity(room);
            literal.push(c);
            self.pieces.push(Piece::Literal(literal));
        }
    }

    fn push(&mut self, piece: Piece) {
        match (self.pieces.last_mut(), piece) {
            (Some(Piece::Literal(literal)), Piece::Literal(more)) => literal.push_str(&more),
            (_, piece) => self.pieces.push(piece),
        }
    }

    fn extend(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            self.push(piece.clone());
        }
    }

    /// Adds a wildcard in front (S-202). One that stands there already makes no difference.
    pub(crate) fn open_start(&mut self) {
        if self.pieces.first() != Some(&Piece::Any) {
            self.pieces.insert(0, Piece::Any);
        }
    }

    /// Adds a wildcard at the end (S-201).
    pub(crate) fn open_end(&mut self) {
        if self.pieces.last() != Some(&Piece::Any) {
            self.pieces.push(Piece::Any);
        }
    }

    /// Bytes, wildcards counted as one each.
    pub(crate) fn size(&self) -> usize {
        size_of_pieces(&self.pieces)
    }

    /// The text, if there is no wildcard in it.
    pub(crate) fn plain(&self) -> Option<String> {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Literal(literal) => Some(literal.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Turns every dash position into one where any of the five dashes matches (S-209).
    pub(crate) fn open_dashes(self) -> Self {
        let mut text = Self {
            pieces: Vec::with_capacity(self.pieces.len()),
            content: self.content,
        };
        for piece in self.pieces {
            match piece {
                Piece::Literal(literal) => text.push_with_dashes(&literal),
                other => text.pieces.push(other),
            }
        }
        text
    }

    #[expect(
        clippy::string_slice,
        reason = "positions of characters, and the ends of these"
    )]
    fn push_with_dashes(&mut self, literal: &str) {
        let mut before = None;
        let mut start = 0;
        for (index, c) in literal.char_indices() {
            let after = literal[index + c.len_utf8()..].chars().next();
            if DASHES.contains(&c) && !before.is_some_and(is_word) && after.is_some_and(is_word) {
                self.push_literal(&literal[start..index]);
                self.pieces.push(Piece::Dash);
                start = index + c.len_utf8();
            }
            before = Some(c);
        }
        self.push_literal(&literal[start..]);
    }

    fn push_literal(&mut self, literal: &str) {
        if !literal.is_empty() {
            self.pieces.push(Piece::Literal(literal.to_owned()));
        }
    }

    /// One text per choice of dash. Encodings need it: they see bytes, not positions (S-260).
    pub(crate) fn each_dash(self, limit: usize) -> Result<Vec<Self>, CompileDetail> {
        let content = self.content;
        let choices = |piece: Piece| match piece {
            Piece::Dash => DASHES
                .iter()
                .map(|dash| vec![Piece::Literal((*dash).into())])
                .collect(),
            other => vec![vec![other]],
        };
        combine(self.pieces.into_iter().map(choices), content, limit)
    }

    /// One text per combination of placeholder values (S-251). The values are read by S-161.
    pub(crate) fn expand(
        self,
        table: &Placeholders,
        limit: usize,
    ) -> Result<Vec<Self>, CompileDetail> {
        let content = self.content;
        let mut choices = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces {
            choices.push(match piece {
                Piece::Placeholder(name) => match table.values(&name) {
                    Some(values) => values
                        .iter()
                        .map(|value| Self::parse(value, false).pieces)
                        .collect(),
                    None => return Err(unknown_placeholder(&name, table)),
                },
                other => vec![vec![other]],
            });
        }
        combine(choices.into_iter(), content, limit)
    }

    /// Each character becomes its UTF-16 bytes; wildcards stay (S-208).
    pub(crate) fn encode_utf16(self, flavour: Utf16) -> Self {
        let mut text = Self {
            pieces: Vec::with_capacity(self.pieces.len() + 1),
            content: self.utf16_content(),
        };
        if flavour == Utf16::WithMark {
            text.push_char(BYTE_ORDER_MARK, BYTE_ORDER_MARK.len_utf8());
        }
        for piece in self.pieces {
            match piece {
                Piece::Literal(literal) => {
                    text.push(Piece::Literal(utf16_bytes(&literal, flavour)))
                }
                other => text.push(other),
            }
        }
        text
    }

    fn utf16_content(&self) -> Content {
        let is_ascii = |piece: &Piece| match piece {
            Piece::Literal(literal) => literal
                .chars()
                .all(|c| c.is_ascii() || c == BYTE_ORDER_MARK),
            _ => true,
        };
        match self.content {
            Content::Utf16 => Content::Utf16,
            _ if self.pieces.iter().all(is_ascii) => Content::Utf16OfAscii,
            _ => Content::Utf16,
        }
    }

    /// Base64 with padding of the value's bytes (S-206). `None` if there is a wildcard in it.
    pub(crate) fn base64(&self) -> Option<Self> {
        Some(Self::literal(STANDARD.encode(self.to_bytes()?)))
    }

    /// The three forms that base64 text takes around the value, by its place modulo 3, empty ones left out (S-207).
    #[expect(
        clippy::indexing_slicing,
        reason = "shifts of 0 to 2, in tables of three"
    )]
    pub(crate) fn base64_offsets(&self) -> Option<Vec<Self>> {
        const CUT_START: [usize; 3] = [0, 2, 3];
        const CUT_END: [usize; 3] = [0, 3, 2];
        let bytes = self.to_bytes()?;
        let form = |shift: usize| {
            let mut shifted = vec![b' '; shift];
            shifted.extend_from_slice(&bytes);
            let encoded = STANDARD.encode(&shifted);
            let end = encoded
                .len()
                .saturating_sub(CUT_END[(bytes.len() + shift) % 3]);
            encoded.get(CUT_START[shift]..end).map(str::to_owned)
        };
        let forms = (0..3).filter_map(form).filter(|form| !form.is_empty());
        Some(forms.map(Self::literal).collect())
    }

    fn literal(literal: String) -> Self {
        let pieces = if literal.is_empty() {
            Vec::new()
        } else {
            vec![Piece::Literal(literal)]
        };
        Self {
            pieces,
            content: Content::Characters,
        }
    }

    fn to_bytes(&self) -> Option<Vec<u8>> {
        let plain = self.plain()?;
        if self.content == Content::Characters {
            return Some(plain.into_bytes());
        }
        let mut bytes = Vec::with_capacity(plain.len());
        for c in plain.chars() {
            match u8::try_from(u32::from(c)) {
                Ok(byte) => bytes.push(byte),
                Err(_) => bytes.extend([0xFF, 0xFE]),
            }
        }
        Some(bytes)
    }

    /// The pattern that the value has become.
    ///
    /// # Errors
    /// UTF-16 bytes that are compared as text must come from ASCII (S-208).
    pub(crate) fn into_pattern(self, cased: bool) -> Result<TextPattern, CompileDetail> {
        let mut parts = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces {
            parts.push(match piece {
                Piece::Literal(literal) => {
                    if self.content == Content::Utf16 {
                        return Err(CompileDetail::WideNotAscii);
                    }
                    Part::Literal(literal)
                }
                Piece::Any => Part::Any,
                Piece::One => Part::One,
                Piece::Dash => Part::OneOf(DASHES.into()),
                // `expand` has replaced them all, or the value was read without.
                Piece::Placeholder(name) => Part::Literal(format!("%{name}%")),
            });
        }
        Ok(TextPattern::new(parts, cased))
    }
}

/// Sigma's own notation, for messages.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => f.write_str(literal)?,
                Piece::Any => f.write_str("*")?,
                Piece::One => f.write_str("?")?,
                Piece::Dash => f.write_str("-")?,
                Piece::Placeholder(name) => write!(f, "%{name}%")?,
            }
        }
        Ok(())
    }
}

/// A regular expression with every placeholder replaced by every value, as pattern text (S-256).
#[expect(
    clippy::string_slice,
    reason = "the lengths of characters and of names that were just read"
)]
pub(crate) fn expand_regex(
    pattern: &str,
    table: &Placeholders,
    limit: usize,
) -> Result<Vec<String>, CompileDetail> {
    let mut variants = vec![String::with_capacity(pattern.len())];
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if let Some(name) = placeholder_name(rest) {
            let values = table
                .values(name)
                .ok_or_else(|| unknown_placeholder(name, table))?;
            let count = variants.len().saturating_mul(values.len());
            let longest = values.iter().map(String::len).max().unwrap_or(0);
            let size = longest.saturating_add(variants.iter().map(String::len).max().unwrap_or(0));
            if count > limit || count.saturating_mul(size) > limit.saturating_mul(VARIANT_BYTES) {
                return Err(CompileDetail::TooManyVariants { limit });
            }
            variants = product(&variants, values, |variant, value| {
                format!("{variant}{value}")
            });
            rest = &rest[name.len() + 2..];
            continue;
        }
        let escaped = if c == '\\' {
            rest[1..].chars().next()
        } else {
            None
        };
        let taken = c.len_utf8() + escaped.map_or(0, char::len_utf8);
        for variant in &mut variants {
            variant.push_str(&rest[..taken]);
        }
        rest = &rest[taken..];
    }
    Ok(variants)
}

fn unknown_placeholder(name: &str, table: &Placeholders) -> CompileDetail {
    let known = table.names().map(str::to_owned).collect();
    CompileDetail::UnknownPlaceholder {
        name: name.to_owned(),
        known,
    }
}

/// All ways to take one alternative of each position.
fn combine(
    choices: impl Iterator<Item = Vec<Vec<Piece>>>,
    content: Content,
    limit: usize,
) -> Result<Vec<Text>, CompileDetail> {
    let mut texts = vec![Text {
        pieces: Vec::new(),
        content,
    }];
    let mut size = 0_usize;
    for mut alternatives in choices {
        size = size.saturating_add(
            alternatives
                .iter()
                .map(|pieces| size_of_pieces(pieces))
                .max()
                .unwrap_or(0),
        );
        let count = texts.len().saturating_mul(alternatives.len());
        if count > limit
            || (count > 1 && count.saturating_mul(size) > limit.saturating_mul(VARIANT_BYTES))
        {
            return Err(CompileDetail::TooManyVariants { limit });
        }
        if alternatives.len() == 1 {
            let only = alternatives.pop().unwrap_or_default();
            texts.iter_mut().for_each(|text| text.extend(&only));
        } else {
            texts = product(&texts, &alternatives, |text, alternative| {
                let mut text = text.clone();
                text.extend(alternative);
                text
            });
        }
    }
    Ok(texts)
}

/// Bytes that a variant may have on average when a value grows to as many variants as are allowed.
pub(super) const VARIANT_BYTES: usize = 1024;

fn size_of_pieces(pieces: &[Piece]) -> usize {
    let size = |piece: &Piece| match piece {
        Piece::Literal(literal) => literal.len(),
        _ => 1,
    };
    pieces.iter().map(size).sum()
}

fn product<A, B, C>(left: &[A], right: &[B], join: impl Fn(&A, &B) -> C) -> Vec<C> {
    left.iter()
        .flat_map(|a| right.iter().map(|b| join(a, b)).collect::<Vec<_>>())
        .collect()
}

fn utf16_bytes(literal: &str, flavour: Utf16) -> String {
    let unit_bytes = |unit: u16| match flavour {
        Utf16::BigEndian => unit.to_be_bytes(),
        Utf16::LittleEndian | Utf16::WithMark => unit.to_le_bytes(),
    };
    literal
        .encode_utf16()
        .flat_map(unit_bytes)
        .map(char::from)
        .collect()
}

/// Letter, digit or `_`, in Unicode (S-209).
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `p` with so many values of so many bytes.
    fn table(values: usize, bytes: usize) -> Placeholders {
        let mut table = Placeholders::new();
        let values: Vec<String> = (0..values)
            .map(|n| format!("{n}{}", "x".repeat(bytes - 1)))
            .collect();
        table.insert("p", values.iter().map(String::as_str));
        table
    }

    /// How many variants a value with placeholders grows to, as text and as a regular expression.
    fn variants(source: &str, table: &Placeholders, limit: usize) -> [Option<usize>; 2] {
        let texts = Text::parse(source, true).expand(table, limit);
        let regexes = expand_regex(source, table, limit);
        [
            texts.ok().map(|texts| texts.len()),
            regexes.ok().map(|regexes| regexes.len()),
        ]
    }

    #[test]
    fn variants_are_counted() {
        let table = table(3, 1);
        assert_eq!(variants("%p%%p%", &table, 9), [Some(9); 2]);
        assert_eq!(variants("%p%%p%", &table, 8), [None; 2]);
        assert_eq!(variants("%p%", &table, 2), [None; 2]);
    }

    /// Few variants may be long, and many not.
    #[test]
    fn variants_are_bounded_in_bytes() {
        assert_eq!(variants("%p%", &table(2, 2 * 1024), 4), [Some(2); 2]);
        assert_eq!(variants("%p%", &table(2, 2 * 1024 + 1), 4), [None; 2]);
        assert_eq!(variants("%p%%p%", &table(2, 1500), 4), [None; 2]);
        // What the author wrote is no growth.
        let written = "x".repeat(5_000);
        assert_eq!(variants(&written, &table(2, 1), 1), [Some(1); 2]);
    }
}
