//! Escapes that stand for one character, and those of other dialects, by name.

use super::cursor::Cursor;
use super::error::{Construct, Fault, RegexError};

/// Reads an escape that stands for a code point; the cursor stands at the backslash. The code point may be a
/// surrogate, which no text holds.
pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<u32, RegexError> {
    let start = *cursor;
    cursor.bump();
    let Some(letter) = cursor.bump() else {
        return Err(RegexError::syntax(
            Fault::TrailingBackslash,
            "\\",
            start.offset(),
        ));
    };
    match letter {
        'a' => Ok(0x07),
        'f' => Ok(0x0c),
        'n' => Ok(0x0a),
        'r' => Ok(0x0d),
        't' => Ok(0x09),
        'v' => Ok(0x0b),
        'x' => parse_hex(&start, cursor),
        '0' => Ok(parse_octal(0, cursor)),
        '1'..='7' if next_is_octal(cursor) => {
            Ok(parse_octal(u32::from(letter) - u32::from('0'), cursor))
        }
        // Every other ASCII character that is no letter and no digit stands for itself: `\<`, `\_`, `\ `.
        _ if letter.is_ascii() && !letter.is_ascii_alphanumeric() => Ok(u32::from(letter)),
        _ => Err(rejected(letter, &start, *cursor)),
    }
}

/// Reads an escape inside brackets, where a position in the text has no meaning.
pub(super) fn parse_in_class(cursor: &mut Cursor<'_>) -> Result<u32, RegexError> {
    let start = *cursor;
    let mut ahead = *cursor;
    ahead.bump();
    match ahead.bump() {
        Some('b') => {
            let construct = Construct::Backspace;
            Err(RegexError::unsupported(
                construct,
                ahead.since(&start),
                start.offset(),
            ))
        }
        Some('A' | 'B' | 'E' | 'G' | 'K' | 'Q' | 'R' | 'X' | 'Z' | 'z') => {
            let fault = Fault::MeaninglessInClass;
            Err(RegexError::syntax(
                fault,
                ahead.since(&start),
                start.offset(),
            ))
        }
        _ => parse(cursor),
    }
}

/// After `\x`: two hex digits, or any number of them in braces.
fn parse_hex(start: &Cursor<'_>, cursor: &mut Cursor<'_>) -> Result<u32, RegexError> {
    let is_hex = |c: char| c.is_ascii_hexdigit();
    let (digits, complete) = if cursor.eat("{") {
        let digits = cursor.eat_while(usize::MAX, is_hex);
        (digits, cursor.eat("}"))
    } else {
        let digits = cursor.eat_while(2, is_hex);
        (digits, digits.len() == 2)
    };
    let significant = digits.trim_start_matches('0');
    let value = match significant {
        "" => Some(0),
        _ => u32::from_str_radix(significant, 16).ok(),
    };
    match value {
        Some(value) if complete && !digits.is_empty() && value <= u32::from(char::MAX) => Ok(value),
        _ => {
            let fault = Fault::HexEscape;
            Err(RegexError::syntax(
                fault,
                cursor.since(start),
                start.offset(),
            ))
        }
    }
}

fn next_is_octal(cursor: &Cursor<'_>) -> bool {
    cursor.peek().is_some_and(|c| c.is_digit(8))
}

/// Up to two more octal digits.
fn parse_octal(first: u32, cursor: &mut Cursor<'_>) -> u32 {
    let digits = cursor.eat_while(2, |c| c.is_digit(8));
    digits
        .bytes()
        .fold(first, |value, digit| value * 8 + u32::from(digit - b'0'))
}

/// The error for an escape that RE2 has not; `cursor` stands after its letter.
fn rejected(letter: char, start: &Cursor<'_>, mut cursor: Cursor<'_>) -> RegexError {
    let Some(construct) = foreign(letter, &mut cursor) else {
        return RegexError::syntax(Fault::UnknownEscape, cursor.since(start), start.offset());
    };
    RegexError::unsupported(construct, cursor.since(start), start.offset())
}

/// What the escape means elsewhere; reads the rest of it.
fn foreign(letter: char, cursor: &mut Cursor<'_>) -> Option<Construct> {
    Some(match letter {
        '1'..='9' => {
            cursor.eat_while(2, |c| c.is_ascii_digit());
            Construct::BackReference
        }
        'C' => Construct::SingleByte,
        'E' => Construct::EndOfQuote,
        'G' => Construct::SearchStart,
        'H' => Construct::NotHorizontalSpace,
        'K' => Construct::MatchReset,
        'L' | 'U' | 'l' => Construct::CaseChange,
        'N' => Construct::NotNewline,
        'R' => Construct::LineBreak,
        'V' => Construct::NotVerticalSpace,
        'X' => Construct::TextSegment,
        'Z' => Construct::EndBeforeNewline,
        'c' => {
            cursor.bump();
            Construct::ControlCharacter
        }
        'e' => Construct::EscapeCharacter,
        'g' => reference(cursor),
        'h' => Construct::HorizontalSpace,
        'k' => {
            eat_delimited(cursor);
            Construct::NamedBackReference
        }
        'u' => {
            if !eat_delimited(cursor) {
                cursor.eat_while(4, |c| c.is_ascii_hexdigit());
            }
            Construct::UnicodeEscape
        }
        _ => return None,
    })
}

/// After `\g`: a number, maybe in braces, refers back; a name in braces as well; angles and quotes call a
/// group.
fn reference(cursor: &mut Cursor<'_>) -> Construct {
    let rest = cursor.rest();
    if rest.starts_with(['<', '\'']) {
        eat_delimited(cursor);
        return Construct::Recursion;
    }
    let named = rest.strip_prefix('{').is_some_and(|name| {
        !name.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+')
    });
    if !eat_delimited(cursor) {
        cursor.eat_while(1, |c| c == '-');
        cursor.eat_while(2, |c| c.is_ascii_digit());
    }
    match named {
        true => Construct::NamedBackReference,
        false => Construct::BackReference,
    }
}

/// Reads `{…}`, `<…>` or `'…'` if it comes and is closed.
fn eat_delimited(cursor: &mut Cursor<'_>) -> bool {
    const DELIMITERS: &[(&str, &str)] = &[("{", "}"), ("<", ">"), ("'", "'")];
    DELIMITERS.iter().any(|(open, close)| {
        let mut ahead = *cursor;
        let closed = ahead.eat(open) && ahead.eat_through(close).is_some();
        if closed {
            *cursor = ahead;
        }
        closed
    })
}
