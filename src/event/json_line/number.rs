//! Numbers of a JSON text.

use crate::event::json_line::node::Value;
use crate::event::json_line::{JsonError, JsonErrorKind};

/// Digits that an `i64` holds, whatever they are.
const SAFE_DIGITS: usize = 18;

/// Reads the number at `start`, which is a minus sign or a digit; gives the place behind it too.
#[inline]
pub(super) fn number(line: &str, start: usize) -> Result<(Value, usize), JsonError> {
    let text = line.as_bytes();
    let negative = text.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let mut at = first;
    let mut value = 0i64;
    while let Some(digit) = digit(text, at) {
        value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
        at += 1;
    }
    let goes_on = matches!(text.get(at), Some(b'.' | b'e' | b'E'));
    let plain = text.get(first) != Some(&b'0') && at > first && at - first <= SAFE_DIGITS;
    match plain && !goes_on {
        true if negative => Ok((Value::I64(-value), at)),
        true => Ok((Value::I64(value), at)),
        false => unusual(line, start, first, at),
    }
}

/// A number that is long, zero, no integer, or wrong. `end` is behind its integer part.
#[inline(never)]
fn unusual(
    line: &str,
    start: usize,
    first: usize,
    end: usize,
) -> Result<(Value, usize), JsonError> {
    let text = line.as_bytes();
    if end == first {
        return Err(JsonError::new(JsonErrorKind::Number, text, end));
    }
    if end > first + 1 && text.get(first) == Some(&b'0') {
        return Err(JsonError::new(JsonErrorKind::LeadingZero, text, first));
    }
    let behind = exponent(text, fraction(text, end)?)?;
    let written = line.get(start..behind).unwrap_or_default();
    let integer = if behind == end {
        integer(written)
    } else {
        None
    };
    match integer.or_else(|| float(written)) {
        Some(value) => Ok((value, behind)),
        None => Err(JsonError::new(JsonErrorKind::Range, text, start)),
    }
}

/// `None` for what neither `i64` nor `u64` holds, and for minus zero, which is a float.
fn integer(written: &str) -> Option<Value> {
    if let Ok(value) = written.parse::<i64>() {
        return (written != "-0").then_some(Value::I64(value));
    }
    written.parse::<u64>().ok().map(Value::U64)
}

/// The nearest float; `None` if that is infinite.
fn float(written: &str) -> Option<Value> {
    written
        .parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
        .map(Value::F64)
}

/// Skips a decimal point and its digits, if there is one.
fn fraction(text: &[u8], at: usize) -> Result<usize, JsonError> {
    match text.get(at) {
        Some(b'.') => digits(text, at + 1),
        _ => Ok(at),
    }
}

/// Skips an exponent, if there is one.
fn exponent(text: &[u8], at: usize) -> Result<usize, JsonError> {
    match (text.get(at), text.get(at + 1)) {
        (Some(b'e' | b'E'), Some(b'+' | b'-')) => digits(text, at + 2),
        (Some(b'e' | b'E'), _) => digits(text, at + 1),
        _ => Ok(at),
    }
}

/// Skips digits, of which there must be one.
fn digits(text: &[u8], start: usize) -> Result<usize, JsonError> {
    let mut at = start;
    while digit(text, at).is_some() {
        at += 1;
    }
    if at == start {
        return Err(JsonError::new(JsonErrorKind::Number, text, at));
    }
    Ok(at)
}

#[inline]
fn digit(text: &[u8], at: usize) -> Option<u8> {
    text.get(at)
        .map(|byte| byte.wrapping_sub(b'0'))
        .filter(|digit| *digit < 10)
}
