//! Sums that do not drift: what was added can be taken away again, exactly.

use std::cmp::Ordering;
use std::fmt::Write as _;

use crate::pattern::Number;

/// The exact sum of numbers. A float counts as its shortest decimal text (S-122), so that ten times 0.7 is 7.
///
/// Kept in billionths while that is exact and fits 128 bits, which it nearly always is and does; what is not goes into
/// decimal places of its own. The value is what both say together.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    billionths: i128,
    wide: Option<Box<Wide>>,
    /// How many infinities there are of each sign: texts such as `1e999`.
    infinite: Infinite,
}

#[derive(Clone, Copy, Debug, Default)]
struct Infinite {
    positive: i64,
    negative: i64,
}

/// Places of nine decimal digits each; a place may be anything until it is looked at.
#[derive(Clone, Debug)]
struct Wide([i128; PLACES]);

impl Sum {
    /// Adds a number so many times; a negative number of times takes it away.
    ///
    /// # Cost
    /// Constant.
    pub(super) fn add(&mut self, number: Number, times: i64) {
        match number {
            Number::Integer(value) => self.add_decimal(value, 0, times),
            Number::Float(value) if value.is_finite() => {
                let (digits, exponent) = shortest_decimal(value);
                self.add_decimal(digits, exponent, times);
            }
            Number::Float(value) if value > 0.0 => self.infinite.positive += times,
            Number::Float(_) => self.infinite.negative += times,
        }
    }

    fn add_decimal(&mut self, digits: i128, exponent: i32, times: i64) {
        match self.added(digits, exponent, times) {
            Some(billionths) => self.billionths = billionths,
            None => self
                .wide
                .get_or_insert_with(Box::default)
                .add(digits, exponent, times),
        }
    }

    /// `None` if billionths are too coarse, or too many.
    fn added(&self, digits: i128, exponent: i32, times: i64) -> Option<i128> {
        let power = u32::try_from(exponent.checked_add(9)?).ok()?;
        let value = digits.checked_mul(10_i128.checked_pow(power)?)?;
        self.billionths
            .checked_add(value.checked_mul(i128::from(times))?)
    }

    /// Compares the sum with so many times a number. `None` if there are infinities of both signs.
    pub(super) fn compare(&self, number: Number, times: i64) -> Option<Ordering> {
        let mut difference = self.clone();
        difference.add(number, times.checked_neg()?);
        difference.sign()
    }

    fn sign(&self) -> Option<Ordering> {
        match (self.infinite.positive, self.infinite.negative) {
            (0, 0) => {}
            (positive, 0) => return Some(positive.cmp(&0)),
            (0, negative) => return Some(0.cmp(&negative)),
            _ => return None,
        }
        let Some(wide) = &self.wide else {
            return Some(self.billionths.cmp(&0));
        };
        let mut whole = wide.clone();
        whole.add(self.billionths, -9, 1);
        Some(whole.sign())
    }

    /// Rounded.
    pub(super) fn approximate(&self) -> f64 {
        let Infinite { positive, negative } = self.infinite;
        let wide = self.wide.as_ref().map_or(0.0, |wide| wide.approximate());
        let mut value = self.billionths as f64 / 1e9 + wide;
        if positive != 0 {
            value += f64::INFINITY;
        }
        if negative != 0 {
            value -= f64::INFINITY;
        }
        value
    }
}

impl Wide {
    fn add(&mut self, digits: i128, exponent: i32, times: i64) {
        let place = exponent.saturating_add(LOWEST);
        let (Ok(first), Ok(shift)) = (
            usize::try_from(place.div_euclid(9)),
            u32::try_from(place.rem_euclid(9)),
        ) else {
            return;
        };
        let mut rest = digits;
        for place in first.. {
            if rest == 0 {
                break;
            }
            // Towards zero on both sides of it, so that every piece has the sign of the number.
            let piece = rest % PLACE * 10_i128.pow(shift) * i128::from(times);
            rest /= PLACE;
            for (place, part) in [(place, piece % PLACE), (place + 1, piece / PLACE)] {
                if let Some(sum) = self.0.get_mut(place) {
                    *sum += part;
                }
            }
        }
    }

    /// Carries from place to place; a carry out of the highest has the sign of the whole if that is negative.
    fn sign(&self) -> Ordering {
        let mut carry = 0_i128;
        let mut is_zero = true;
        for place in &self.0 {
            let value = place + carry;
            is_zero &= value.rem_euclid(PLACE) == 0;
            carry = value.div_euclid(PLACE);
        }
        match carry.cmp(&0) {
            Ordering::Equal if !is_zero => Ordering::Greater,
            order => order,
        }
    }

    fn approximate(&self) -> f64 {
        let values = self.0.iter().zip(0..).filter(|(place, _)| **place != 0);
        values
            .map(|(value, place)| *value as f64 * 10_f64.powi(place * 9 - LOWEST))
            .sum()
    }
}

impl Default for Wide {
    fn default() -> Self {
        Self([0; PLACES])
    }
}

/// The digits of the shortest decimal that reads back as the float, as an integer, and their exponent of ten.
fn shortest_decimal(value: f64) -> (i128, i32) {
    let mut text = Text::default();
    // The buffer holds the longest: a sign, 17 digits, a point, and an exponent of three digits.
    let _ = write!(text, "{value:e}");
    let mut digits = 0_i128;
    let mut places = 0;
    let mut after_point = false;
    let mut bytes = text.as_bytes().iter();
    let is_negative = text.as_bytes().first() == Some(&b'-');
    for byte in bytes.by_ref() {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + i128::from(byte - b'0');
                places += i32::from(after_point);
            }
            b'.' => after_point = true,
            b'e' => break,
            _ => {}
        }
    }
    let exponent = std::str::from_utf8(bytes.as_slice()).unwrap_or_default();
    let exponent: i32 = exponent.parse().unwrap_or_default();
    let digits = if is_negative { -digits } else { digits };
    (digits, exponent - places)
}

#[derive(Default)]
struct Text {
    bytes: [u8; 32],
    length: usize,
}

impl Text {
    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl std::fmt::Write for Text {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        let place = self.bytes.get_mut(self.length..end);
        place
            .ok_or(std::fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

const PLACE: i128 = 1_000_000_000;

/// The exponent of ten of the lowest place is the negative of this: below the smallest float, 5e-324.
const LOWEST: i32 = 360;

/// Up to 10^396: above the largest float times any number of entries.
const PLACES: usize = 84;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(value: f64) -> Number {
        Number::float(value)
    }

    #[test]
    fn sums_are_shown_rounded() {
        let shown = |numbers: &[f64]| {
            let mut sum = Sum::default();
            numbers.iter().for_each(|value| sum.add(number(*value), 1));
            sum.approximate()
        };
        assert_eq!(shown(&[0.5, 2.0]), 2.5);
        for (numbers, expected) in [([1e300, 1e300], 2e300), ([1e-300, 2e-300], 3e-300)] {
            assert!(
                (shown(&numbers) / expected - 1.0).abs() < 1e-12,
                "{expected}"
            );
        }
        assert_eq!(shown(&[1e300, -1e300, 3.0]), 3.0);
        assert_eq!(shown(&[-3.0, f64::INFINITY]), f64::INFINITY);
        assert_eq!(shown(&[3.0, f64::NEG_INFINITY]), f64::NEG_INFINITY);
        assert!(shown(&[f64::INFINITY, f64::NEG_INFINITY]).is_nan());
    }

    #[test]
    fn decimals_are_as_written() {
        let mut sum = Sum::default();
        (0..10).for_each(|_| sum.add(number(0.7), 1));
        assert_eq!(sum.compare(number(7.0), 1), Some(Ordering::Equal));
        sum.add(number(1e-20), 1);
        assert_eq!(sum.compare(number(7.0), 1), Some(Ordering::Greater));
        sum.add(number(1e300), 1);
        sum.add(number(-1e300), 1);
        sum.add(number(1e-20), -1);
        assert_eq!(sum.compare(number(0.7), 10), Some(Ordering::Equal));
    }

    #[test]
    fn extremes() {
        let mut sum = Sum::default();
        for value in [i128::MAX, i128::MAX, i128::MIN, i128::MIN] {
            sum.add(Number::Integer(value), 1);
        }
        assert_eq!(sum.compare(Number::Integer(-2), 1), Some(Ordering::Equal));
        for value in [f64::MAX, f64::MIN_POSITIVE, 5e-324, -5e-324] {
            sum.add(number(value), 3);
        }
        assert_eq!(sum.compare(number(f64::MAX), 2), Some(Ordering::Greater));
        assert_eq!(sum.compare(number(f64::MAX), 4), Some(Ordering::Less));
        sum.add(number(f64::INFINITY), 1);
        assert_eq!(
            sum.compare(number(f64::MAX), i64::MAX),
            Some(Ordering::Greater)
        );
        sum.add(number(f64::NEG_INFINITY), 1);
        assert_eq!(sum.compare(number(0.0), 1), None);
        sum.add(number(f64::INFINITY), -1);
        assert_eq!(sum.compare(number(0.0), 1), Some(Ordering::Less));
    }

    proptest! {
        #[test]
        fn what_is_taken_away_leaves_no_trace(values in proptest::collection::vec(any::<f64>(), 0..20)) {
            let mut sum = Sum::default();
            let finite = || values.iter().copied().filter(|value| value.is_finite());
            finite().for_each(|value| sum.add(number(value), 1));
            finite().rev().for_each(|value| sum.add(number(value), -1));
            prop_assert_eq!(sum.compare(number(0.0), 1), Some(Ordering::Equal));
        }
    }
}
