//! Numbers: exact comparison, canonical text, and reading from text (S-120 to S-124, S-230).

use std::cmp::Ordering;
use std::fmt::{self, Write as _};

/// A number of a rule or an event.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    /// Every integer of a YAML or JSON text that fits, and every float with an integral value that does.
    Integer(i128),
    /// Anything else; NaN equals nothing.
    Float(f64),
}

impl Number {
    /// A float; with an integral value it is that integer (S-120).
    pub(crate) fn float(value: f64) -> Self {
        if value.abs() < TWO_POW_127 && value.trunc() == value {
            Self::Integer(value as i128)
        } else {
            Self::Float(value)
        }
    }

    /// Compares by value, without rounding either side. `None` if one is NaN.
    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(left), Self::Integer(right)) => Some(left.cmp(&right)),
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(&right),
            (Self::Integer(left), Self::Float(right)) => compare_mixed(left, right),
            (Self::Float(left), Self::Integer(right)) => {
                compare_mixed(right, left).map(Ordering::reverse)
            }
        }
    }

    /// Whether both have the same value.
    pub(crate) fn equals(self, other: Self) -> bool {
        self.compare(other) == Some(Ordering::Equal)
    }

    /// The canonical text (S-122), written into `buffer`: integers and integral floats as integers, other floats
    /// as the shortest decimal without exponent that reads back as the same float.
    pub(crate) fn text(self, buffer: &mut NumberBuffer) -> &str {
        buffer.length = 0;
        let written = match self {
            Self::Integer(value) => match u64::try_from(value) {
                Ok(value) => buffer.write_digits(value),
                Err(_) => write!(buffer, "{value}"),
            },
            Self::Float(value) => write!(buffer, "{}", normal_zero(value)),
        };
        debug_assert!(written.is_ok(), "the buffer holds the longest number");
        buffer.as_str()
    }
}

/// Where the text of a number is written: room for every `f64` and `i128`, on the stack.
pub(crate) struct NumberBuffer {
    bytes: [u8; LONGEST_TEXT],
    length: usize,
}

impl NumberBuffer {
    /// An empty buffer.
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; LONGEST_TEXT],
            length: 0,
        }
    }

    fn as_str(&self) -> &str {
        self.bytes
            .get(..self.length)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    /// The formatting machinery takes several times as long, and nearly all numbers of a log are small and whole.
    #[expect(
        clippy::indexing_slicing,
        reason = "64 bits have 20 digits at most, and the buffer more room"
    )]
    fn write_digits(&mut self, mut value: u64) -> fmt::Result {
        const ROOM: usize = 20;
        let mut digits = [b'0'; ROOM];
        let mut start = ROOM;
        loop {
            start -= 1;
            digits[start] = b'0' + (value % 10) as u8;
            value /= 10;
            if value == 0 {
                break;
            }
        }
        self.length = ROOM - start;
        self.bytes[..self.length].copy_from_slice(&digits[start..]);
        Ok(())
    }
}

/// Reads a text that is entirely a decimal number: `[+-]?(d+(.d*)?|.d+)([eE][+-]?d+)?` (S-230).
///
/// Integers come out exact in whatever form they are written (`1e3`, `10.0`), as far as 128 bits go; the rest is
/// the nearest float, but for zero, and what is beyond all floats is an infinity, which compares as it should.
pub(crate) fn parse_decimal(text: &str) -> Option<Number> {
    let decimal = Decimal::split(text)?;
    if let Some(value) = decimal.to_integer() {
        return Some(Number::Integer(value));
    }
    // Rust reads this grammar (and more), correctly rounded, in linear time, but stops reading exponents here.
    let value: f64 = if decimal.exponent.abs() < 0x1_0000 {
        text.parse().ok()?
    } else {
        decimal.to_plain_text().parse().ok()?
    };
    // Zero is an integer, so this is rounded: what is written is more or less than nothing.
    if value == 0.0 {
        return Some(Number::Float(SMALLEST.copysign(value)));
    }
    Some(Number::float(value))
}

/// The pieces of a decimal number as written.
struct Decimal<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Decimal<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (negative, rest) = split_sign(text.as_bytes());
        let (whole, rest) = split_digits(rest);
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => split_digits(rest),
            _ => (&[][..], rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', rest @ ..] => read_exponent(rest)?,
            _ => return None,
        };
        Some(Self {
            negative,
            whole,
            fraction,
            exponent,
        })
    }

    /// `None` if the value is not an integer, or too large.
    fn to_integer(&self) -> Option<i128> {
        let digits = self.whole.iter().chain(self.fraction);
        let Some(zeros) = digits.clone().rev().position(|&digit| digit != b'0') else {
            return Some(0);
        };
        let significant = self.whole.len() + self.fraction.len() - zeros;
        let places = i64::try_from(self.fraction.len()).ok()? - i64::try_from(zeros).ok()?;
        let power = u32::try_from(self.exponent.checked_sub(places)?).ok()?;
        let mut value: i128 = 0;
        for &digit in digits.take(significant) {
            // Towards the sign, so that the lowest of all integers does not overflow.
            let digit = i128::from(digit - b'0');
            let digit = if self.negative { -digit } else { digit };
            value = value.checked_mul(10)?.checked_add(digit)?;
        }
        value.checked_mul(10_i128.checked_pow(power)?)
    }

    /// The same number without superfluous zeros, whose exponent is then only as large as the number is.
    fn to_plain_text(&self) -> String {
        let digits = self.whole.iter().chain(self.fraction);
        let zeros = digits.clone().position(|&digit| digit != b'0').unwrap_or(0);
        let mut text = String::from(if self.negative { "-0." } else { "0." });
        text.extend(digits.skip(zeros).map(|&digit| char::from(digit)));
        let places = i64::try_from(self.whole.len()).unwrap_or(i64::MAX);
        let zeros = i64::try_from(zeros).unwrap_or(i64::MAX);
        let exponent = self.exponent.saturating_add(places).saturating_sub(zeros);
        // Beyond these all is infinity or zero.
        text.push_str(&format!("e{}", exponent.clamp(-1_000, 1_000)));
        text
    }
}

fn split_sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    }
}

fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn read_exponent(text: &[u8]) -> Option<i64> {
    let (negative, rest) = split_sign(text);
    let (digits, rest) = split_digits(rest);
    if digits.is_empty() || !rest.is_empty() {
        return None;
    }
    // No text is long enough for the places beyond a saturated exponent to matter.
    let value = digits.iter().fold(0_i64, |value, digit| {
        value
            .saturating_mul(10)
            .saturating_add(i64::from(digit - b'0'))
    });
    Some(if negative { -value } else { value })
}

/// `float` may be anything, so that callers need not go through [`Number::float`].
fn compare_mixed(integer: i128, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        None
    } else if float >= TWO_POW_127 {
        Some(Ordering::Less)
    } else if float < -TWO_POW_127 {
        Some(Ordering::Greater)
    } else {
        // In range, so the cast is exact once the fraction is cut; the fraction decides between equals.
        let whole = float.trunc();
        let by_fraction = 0.0.partial_cmp(&(float - whole))?;
        Some(integer.cmp(&(whole as i128)).then(by_fraction))
    }
}

/// `-0.0` is written like `0`.
fn normal_zero(value: f64) -> f64 {
    if value == 0.0 { 0.0 } else { value }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::Integer(value.into())
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::Integer(value.into())
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::float(value)
    }
}

/// The canonical text.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text(&mut NumberBuffer::new()))
    }
}

impl fmt::Write for NumberBuffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes
            .get_mut(self.length..end)
            .ok_or(fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl fmt::Debug for NumberBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NumberBuffer").field(&self.as_str()).finish()
    }
}

/// The least positive float.
const SMALLEST: f64 = f64::from_bits(1);

/// 2^127, the first float beyond `i128`.
const TWO_POW_127: f64 = 170_141_183_460_469_231_731_687_303_715_884_105_728.0;

/// The smallest floats are the longest: a sign, `0.`, 323 zeros and up to 17 digits.
const LONGEST_TEXT: usize = 352;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(number: Number) -> String {
        number.text(&mut NumberBuffer::new()).to_owned()
    }

    fn parsed(text: &str) -> Number {
        parse_decimal(text).expect(text)
    }

    /// 2^127 is one more than the largest integer here.
    #[test]
    fn floats_beyond_all_integers_stay_floats() {
        assert!(matches!(Number::float(TWO_POW_127), Number::Float(_)));
        assert!(matches!(Number::float(-TWO_POW_127), Number::Float(_)));
        let largest = Number::Integer(i128::MAX);
        assert!(!Number::float(TWO_POW_127).equals(largest));
    }

    #[test]
    fn canonical_text() {
        for (number, expected) in [
            (Number::float(4624.0), "4624"),
            (Number::float(-0.0), "0"),
            (Number::Float(-0.0), "0"),
            (Number::float(1.5), "1.5"),
            (Number::float(1e15), "1000000000000000"),
            (Number::float(1e-7), "0.0000001"),
            (Number::float(0.1 + 0.2), "0.30000000000000004"),
            (Number::Integer(-5), "-5"),
            (Number::Integer(0), "0"),
            (Number::from(u64::MAX), "18446744073709551615"),
            (
                Number::Integer(i128::MIN),
                "-170141183460469231731687303715884105728",
            ),
        ] {
            assert_eq!(text(number), expected);
        }
    }

    #[test]
    fn longest_texts_fit() {
        for value in [
            f64::MAX,
            f64::MIN,
            f64::MIN_POSITIVE,
            -f64::MIN_POSITIVE,
            5e-324,
            -5e-324,
        ] {
            assert_eq!(text(Number::float(value)).parse(), Ok(value));
        }
        let longest = -f64::from_bits(f64::MIN_POSITIVE.to_bits() - 1);
        assert_eq!(text(Number::float(longest)).parse(), Ok(longest));
        assert_eq!(text(Number::float(f64::NAN)), "NaN");
    }

    #[test]
    fn compares_exactly() {
        assert!(
            !Number::from(9_007_199_254_740_993_u64).equals(Number::float(9_007_199_254_740_992.0))
        );
        assert!(Number::Integer(5).equals(Number::Float(5.0)));
        assert_eq!(
            Number::Integer(1).compare(Number::Float(1.5)),
            Some(Ordering::Less)
        );
        assert_eq!(
            Number::Integer(-1).compare(Number::Float(-1.5)),
            Some(Ordering::Greater)
        );
        assert_eq!(
            Number::Float(-1.5).compare(Number::Integer(-1)),
            Some(Ordering::Less)
        );
        assert_eq!(
            Number::Integer(i128::MAX).compare(Number::Float(TWO_POW_127)),
            Some(Ordering::Less)
        );
        assert_eq!(
            Number::Integer(i128::MIN).compare(Number::Float(-TWO_POW_127)),
            Some(Ordering::Equal)
        );
        assert_eq!(
            Number::Integer(0).compare(Number::Float(f64::NEG_INFINITY)),
            Some(Ordering::Greater)
        );
        assert_eq!(Number::Integer(0).compare(Number::Float(f64::NAN)), None);
        assert!(!Number::Float(f64::NAN).equals(Number::Float(f64::NAN)));
    }

    #[test]
    fn reads_decimals() {
        for (text, value) in [
            ("6", 6),
            ("+6", 6),
            ("1e3", 1000),
            ("10.0", 10),
            ("10.", 10),
            ("-.50e1", -5),
            ("0e999999999999999999999", 0),
            ("00012", 12),
            ("1200e-2", 12),
            ("-0", 0),
            ("170141183460469231731687303715884105727", i128::MAX),
            ("-170141183460469231731687303715884105728", i128::MIN),
            ("9007199254740993", 9_007_199_254_740_993),
        ] {
            assert!(
                matches!(parsed(text), Number::Integer(read) if read == value),
                "{text}"
            );
        }
        assert!(
            parsed("1.5").equals(Number::Float(1.5)) && parsed("15E-1").equals(Number::Float(1.5))
        );
        for text in ["1e-400", "0.1e-99999", "1e-9223372036854775808999999999"] {
            let (positive, negative) = (parsed(text), parsed(&format!("-{text}")));
            assert_eq!(
                positive.compare(Number::Integer(0)),
                Some(Ordering::Greater)
            );
            assert_eq!(negative.compare(Number::Integer(0)), Some(Ordering::Less));
        }
        for text in [
            "", "+", ".", "e5", "1e", "1e+", " 6", "6 ", "0x10", "inf", "nan", "1_0", "1,5", "--1",
            "1.2.3", "٣",
        ] {
            assert!(parse_decimal(text).is_none(), "{text}");
        }
    }

    #[test]
    fn hostile_digits_are_linear() {
        let nines = "9".repeat(1_000_000);
        assert_eq!(
            parsed(&nines).compare(Number::Integer(i128::MAX)),
            Some(Ordering::Greater)
        );
        assert!(parsed(&format!("-{nines}e{nines}")).equals(Number::Float(f64::NEG_INFINITY)));
        assert!(
            parsed(&format!("0.{}1e1000001", "0".repeat(1_000_000))).equals(Number::Integer(1))
        );
        assert!(parsed(&format!("1{}e-1000000", "0".repeat(1_000_000))).equals(Number::Integer(1)));
        assert!(parsed(&format!("{nines}e-{nines}")).equals(Number::Float(SMALLEST)));
        assert!(
            parsed(&format!("15{}e-1000001", "0".repeat(1_000_000))).equals(Number::Float(1.5))
        );
    }

    proptest! {
        #[test]
        fn text_reads_back(value in any::<f64>(), integer in any::<i128>()) {
            prop_assume!(value.is_finite());
            prop_assert!(parsed(&text(Number::float(value))).equals(Number::Float(value)));
            prop_assert!(parsed(&text(Number::Integer(integer))).equals(Number::Integer(integer)));
        }
    }
}
