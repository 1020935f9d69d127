//! What a plain scalar is: the table of S-010, that is YAML 1.1 as PyYAML's `SafeLoader` reads it.

use crate::error::Location;
use crate::syntax::{Node, Style, Value};

/// An integer that does not fit 128 bits.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooWide;

/// Types a plain scalar.
///
/// # Cost
/// One look at the first byte for most text; the text itself is moved, not copied.
pub(super) fn resolve(text: String, location: Location) -> Result<Node, TooWide> {
    match other_than_string(&text)? {
        None => Ok(Node::new(Value::String(text), location, Style::Plain)),
        Some(value) => {
            let source = is_ambiguous(&text, &value).then(|| text.into_boxed_str());
            Ok(Node::new(value, location, Style::Plain).written(source))
        }
    }
}

/// The value of a plain scalar that is not a string.
fn other_than_string(text: &str) -> Result<Option<Value>, TooWide> {
    let value = match text.as_bytes().first() {
        None | Some(b'~' | b'n' | b'N') if is_null(text) => Some(Value::Null),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => {
            boolean(text).map(Value::Bool)
        }
        Some(b'0'..=b'9' | b'-' | b'+' | b'.') => return number_or_date(text),
        Some(b'=') if text == "=" => Some(Value::Unconstructible(text.to_owned())),
        _ => None,
    };
    Ok(value)
}

pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn number_or_date(text: &str) -> Result<Option<Value>, TooWide> {
    Ok(match number(text) {
        Some(Number::Int(value)) => Some(Value::Int(value)),
        Some(Number::Float(value)) => Some(Value::Float(value)),
        Some(Number::NoDigits) => Some(Value::Unconstructible(text.to_owned())),
        Some(Number::TooWide) => return Err(TooWide),
        None => is_timestamp(text).then(|| Value::Timestamp(text.to_owned())),
    })
}

pub(super) enum Number {
    Int(i128),
    Float(f64),
    /// `0b_` and `0x_`: an integer by its form, but PyYAML finds nothing to convert.
    NoDigits,
    TooWide,
}

/// Reads a number in any form of YAML 1.1.
pub(super) fn number(text: &str) -> Option<Number> {
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let signed = body.len() < text.len();
    if let Some(rest) = body.strip_prefix('.') {
        return point_first(rest, negative, signed).map(Number::Float);
    }
    if let Some(digits) = body.strip_prefix("0b") {
        return digits_of(digits, 2).map(|digits| integer(negative, digits, 2));
    }
    if let Some(digits) = body.strip_prefix("0x") {
        return digits_of(digits, 16).map(|digits| integer(negative, digits, 16));
    }
    let end = run_of(body, |byte| byte.is_ascii_digit() || byte == b'_');
    let (digits, rest) = body.split_at(end);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    match rest.as_bytes().first() {
        None => whole(digits, negative),
        Some(b'.') => fraction(body, rest, negative).map(Number::Float),
        Some(b':') => base_sixty(digits, rest, negative),
        _ => None,
    }
}

/// `.5`, `.inf`, `.nan`. Only the infinities take a sign: PyYAML reads `-.5` as text.
fn point_first(rest: &str, negative: bool, signed: bool) -> Option<f64> {
    match rest {
        "inf" | "Inf" | "INF" if negative => Some(f64::NEG_INFINITY),
        "inf" | "Inf" | "INF" => Some(f64::INFINITY),
        "nan" | "NaN" | "NAN" if !signed => Some(f64::NAN),
        _ if signed => None,
        _ => {
            let digits = run_of(rest, |byte| byte.is_ascii_digit() || byte == b'_');
            let (fraction, exponent) = rest.split_at(digits);
            let well_formed = fraction.starts_with(|first: char| first.is_ascii_digit())
                && (exponent.is_empty() || is_exponent(exponent));
            well_formed
                .then(|| float(&format!(".{rest}"), false))
                .flatten()
        }
    }
}

/// `17`, `1_000`, and octal `010`; `08` is text.
fn whole(digits: &str, negative: bool) -> Option<Number> {
    match digits.strip_prefix('0') {
        None | Some("") => Some(integer(negative, digits, 10)),
        Some(octal) => {
            digits_of(octal, 8)?;
            Some(integer(negative, digits, 8))
        }
    }
}

/// `1.5`, `1.`, `1.0e+3`: `rest` is the tail of `body` that starts with the point.
fn fraction(body: &str, rest: &str, negative: bool) -> Option<f64> {
    let after_point = rest.get(1..)?;
    let digits = run_of(after_point, |byte| byte.is_ascii_digit() || byte == b'_');
    let exponent = after_point.get(digits..)?;
    (exponent.is_empty() || is_exponent(exponent))
        .then(|| float(body, negative))
        .flatten()
}

/// `12:30:45`, and `12:30.5` with a fraction in the last place; `rest` starts with the first colon.
fn base_sixty(first: &str, rest: &str, negative: bool) -> Option<Number> {
    let (places, fraction) = match rest.split_once('.') {
        Some((places, fraction)) => (places, Some(fraction)),
        None => (rest, None),
    };
    if !places.split(':').skip(1).all(is_sixtieth) {
        return None;
    }
    match fraction {
        None if first.starts_with('0') => None,
        None => Some(base_sixty_integer(first, places, negative)),
        Some(fraction) => {
            let digits = run_of(fraction, |byte| byte.is_ascii_digit() || byte == b'_');
            (digits == fraction.len())
                .then(|| base_sixty_float(first, places, fraction, negative))
                .flatten()
                .map(Number::Float)
        }
    }
}

fn is_sixtieth(place: &str) -> bool {
    match place.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [tens, digit] => (b'0'..=b'5').contains(tens) && digit.is_ascii_digit(),
        _ => false,
    }
}

fn base_sixty_integer(first: &str, places: &str, negative: bool) -> Number {
    let Number::Int(start) = integer(false, first, 10) else {
        return Number::TooWide;
    };
    let total = places.split(':').skip(1).try_fold(start, |total, place| {
        total.checked_mul(60)?.checked_add(place.parse().ok()?)
    });
    match total {
        Some(total) if negative => Number::Int(-total),
        Some(total) => Number::Int(total),
        None => Number::TooWide,
    }
}

/// From the last place to the first, in PyYAML's order, so that the rounding is the same.
fn base_sixty_float(first: &str, places: &str, fraction: &str, negative: bool) -> Option<f64> {
    let last_start = places.rfind(':')? + 1;
    let mut total = float(&format!("{}.{fraction}", places.get(last_start..)?), false)?;
    let mut base = 60.0;
    let earlier = places.get(..last_start - 1)?;
    for place in earlier.rsplit(':').filter(|place| !place.is_empty()) {
        total += place.parse::<f64>().ok()? * base;
        base *= 60.0;
    }
    total += float(first, false)? * base;
    Some(if negative { -total } else { total })
}

/// `e+10`: YAML 1.1 wants the sign.
fn is_exponent(text: &str) -> bool {
    match text.as_bytes() {
        [b'e' | b'E', b'-' | b'+', digits @ ..] => {
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// The whole text, if it is not empty and made of digits of `radix` and underscores.
fn digits_of(text: &str, radix: u32) -> Option<&str> {
    let all = text
        .chars()
        .all(|digit| digit == '_' || digit.is_digit(radix));
    (all && !text.is_empty()).then_some(text)
}

fn integer(negative: bool, digits: &str, radix: u32) -> Number {
    let digits = digits.replace('_', "");
    if digits.is_empty() {
        return Number::NoDigits;
    }
    let sign = if negative { "-" } else { "" };
    i128::from_str_radix(&format!("{sign}{digits}"), radix).map_or(Number::TooWide, Number::Int)
}

fn float(text: &str, negative: bool) -> Option<f64> {
    let value: f64 = text.replace('_', "").parse().ok()?;
    Some(if negative { -value } else { value })
}

/// `YYYY-MM-DD`, or `YYYY-M-D` with a time. The calendar is not asked.
fn is_timestamp(text: &str) -> bool {
    let mut rest = Cursor(text.as_bytes());
    if !(rest.digits(4, 4) && rest.byte(b'-')) {
        return false;
    }
    let mut date = rest.clone();
    if date.digits(2, 2) && date.byte(b'-') && date.digits(2, 2) && date.0.is_empty() {
        return true;
    }
    rest.digits(1, 2)
        && rest.byte(b'-')
        && rest.digits(1, 2)
        && (rest.byte(b'T') || rest.byte(b't') || rest.blanks() > 0)
        && rest.time()
        && rest.zone()
        && rest.0.is_empty()
}

/// What is left of a text; each method takes from its front what it names, and says whether it was there.
#[derive(Clone)]
struct Cursor<'t>(&'t [u8]);

impl Cursor<'_> {
    /// As many digits as there are, up to `most`.
    fn digits(&mut self, least: usize, most: usize) -> bool {
        let found = self.0.iter().take(most).take_while(|b| b.is_ascii_digit());
        let count = found.count();
        self.0 = self.0.get(count..).unwrap_or_default();
        count >= least
    }

    fn byte(&mut self, wanted: u8) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if *first == wanted => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn blanks(&mut self) -> usize {
        let count = self
            .0
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        self.0 = self.0.get(count..).unwrap_or_default();
        count
    }

    /// `H:MM:SS` with an optional fraction.
    fn time(&mut self) -> bool {
        let whole = self.digits(1, 2)
            && self.byte(b':')
            && self.digits(2, 2)
            && self.byte(b':')
            && self.digits(2, 2);
        if whole && self.byte(b'.') {
            self.digits(0, usize::MAX);
        }
        whole
    }

    /// Nothing, or `Z`, `+H`, `+HH:MM` after optional blanks.
    fn zone(&mut self) -> bool {
        if self.0.is_empty() {
            return true;
        }
        self.blanks();
        if self.byte(b'Z') {
            return true;
        }
        let offset = (self.byte(b'-') || self.byte(b'+')) && self.digits(1, 2);
        offset && (!self.byte(b':') || self.digits(2, 2))
    }
}

/// Whether the core schema of YAML 1.2 reads a boolean or number differently than YAML 1.1 does, or it is an integer
/// in another base than ten (S-012). `value` is what YAML 1.1 made of `text`.
fn is_ambiguous(text: &str, value: &Value) -> bool {
    match value {
        Value::Bool(_) => !matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE"),
        Value::Int(_) => !is_core_decimal(text),
        Value::Float(_) => text.contains(['_', ':']),
        // Strings and dates keep their text anyway.
        _ => false,
    }
}

/// A decimal integer that both versions read alike: `0`, or digits without a leading zero.
fn is_core_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain && (digits == "0" || !digits.starts_with('0'))
}

/// Whether the core schema of YAML 1.2 reads `text` as a number.
pub(super) fn is_core_number(text: &str) -> bool {
    if let Some(octal) = text.strip_prefix("0o") {
        return !octal.is_empty() && octal.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    }
    let body = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = run_of(body, |byte| byte.is_ascii_digit());
    let rest = body.get(whole..).unwrap_or_default();
    let (fraction, exponent) = match rest.strip_prefix('.') {
        Some(tail) => {
            let digits = run_of(tail, |byte| byte.is_ascii_digit());
            (digits, tail.get(digits..).unwrap_or_default())
        }
        None => (0, rest),
    };
    whole + fraction > 0 && (exponent.is_empty() || is_core_exponent(exponent))
}

fn is_core_exponent(text: &str) -> bool {
    let Some(tail) = text.strip_prefix(['e', 'E']) else {
        return false;
    };
    let digits = tail.strip_prefix(['-', '+']).unwrap_or(tail);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// How many leading bytes belong to a set of ASCII bytes.
fn run_of(text: &str, set: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| set(*byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every line of the table that PyYAML has written, value and verdict of S-012.
    #[test]
    fn types_as_pyyaml() {
        let table = include_str!("../../tests/data/syntax/scalars.tsv");
        for line in table.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [source, kind, value, core] = columns[..] else {
                panic!("four columns: {line}");
            };
            let node = resolve(source.to_owned(), Location { line: 1, column: 1 })
                .unwrap_or_else(|_| panic!("too wide: {line}"));
            assert_eq!(described(&node, kind), (kind, value.to_owned()), "{line}");
            let ambiguous = (core == "differs").then_some(source);
            assert_eq!(node.ambiguous_source(), ambiguous, "{line}");
        }
    }

    fn described(node: &Node, expected: &str) -> (&'static str, String) {
        match &node.value {
            Value::Null => ("null", String::new()),
            Value::Bool(value) => ("bool", value.to_string()),
            Value::Int(value) => ("int", value.to_string()),
            Value::Float(value) if value.is_nan() => ("float", "nan".to_owned()),
            Value::Float(value) => ("float", python_float(*value)),
            Value::Timestamp(_) => ("timestamp", String::new()),
            Value::Unconstructible(_) => ("none", String::new()),
            Value::String(_) => ("str", String::new()),
            other => panic!("{expected} became {other:?}"),
        }
    }

    /// As Python's `repr`.
    fn python_float(value: f64) -> String {
        let text = format!("{value:?}");
        match text.split_once('e') {
            Some((digits, exponent)) => match exponent.strip_prefix('-') {
                Some(exponent) => format!("{digits}e-{exponent:0>2}"),
                None => format!("{digits}e+{exponent:0>2}"),
            },
            None => text,
        }
    }

    #[test]
    fn refuses_what_does_not_fit_128_bits() {
        for wide in [
            "170141183460469231731687303715884105728",
            "-170141183460469231731687303715884105729",
            "0xfffffffffffffffffffffffffffffffff",
            "1:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00",
        ] {
            let read = resolve(wide.to_owned(), Location { line: 1, column: 1 });
            assert!(read.is_err(), "{wide}");
        }
    }
}
