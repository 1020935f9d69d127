//! Exact decimal numbers of any size (S-122, S-124, S-230).

use std::cmp::Ordering;

/// A decimal number: ±0.d₁d₂d₃… × 10^`scale`. No leading and no trailing zero digit, so equal numbers are equal
/// structs; zero has no digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    negative: bool,
    digits: Vec<u8>,
    scale: i64,
}

impl Number {
    pub(super) fn of_integer(value: i128) -> Self {
        Self::parse(&value.to_string()).expect("an integer prints as a number")
    }

    /// An integral float is that integer, exactly (S-120). Any other is the shortest decimal that reads back as it
    /// (S-122), so that the rule value `0.1`, the event number 0.1 and the event text `0.1` are all one number.
    pub(super) fn of_float(value: f64) -> Option<Self> {
        let text = if value.fract() == 0.0 {
            format!("{value:.0}")
        } else {
            value.to_string()
        };
        Self::parse(&text)
    }

    pub(super) fn of_event(number: &serde_json::Number) -> Self {
        if let Some(value) = number.as_i64() {
            Self::of_integer(value.into())
        } else if let Some(value) = number.as_u64() {
            Self::of_integer(value.into())
        } else {
            number
                .as_f64()
                .and_then(Self::of_float)
                .expect("a JSON number is an integer of 64 bits or a finite float")
        }
    }

    /// S-230: `[+-]?(d+(.d*)?|.d+)([eE][+-]?d+)?`, nothing before or after.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], exponent(&text[at + 1..])?),
            None => (text, 0),
        };
        let (negative, unsigned) = sign(mantissa);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let leading_zeros = digits.bytes().take_while(|&b| b == b'0').count();
        let significant = digits.trim_matches('0').as_bytes().to_vec();
        if significant.is_empty() {
            return Some(Self {
                negative: false,
                digits: significant,
                scale: 0,
            });
        }
        Some(Self {
            negative,
            digits: significant,
            scale: whole.len() as i64 - leading_zeros as i64 + exponent,
        })
    }

    /// The canonical text (S-122): no exponent, no `+`, no needless zeros.
    pub(super) fn text(&self) -> String {
        let digit = |position: i64| -> char {
            usize::try_from(position)
                .ok()
                .and_then(|index| self.digits.get(index))
                .map_or('0', |&b| b.into())
        };
        let sign = if self.negative { "-" } else { "" };
        let whole: String = if self.scale > 0 {
            (0..self.scale).map(digit).collect()
        } else {
            "0".to_owned()
        };
        // Digits behind the point: position `scale` is the first of them.
        let fraction: String = (self.scale..self.digits.len() as i64).map(digit).collect();
        if fraction.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{fraction}")
        }
    }

    fn cmp_magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // The first digit is not zero on either side: the larger scale is the larger number, and within one
            // scale digits compare like letters of a dictionary.
            (false, false) => (self.scale, &self.digits).cmp(&(other.scale, &other.digits)),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.cmp_magnitude(other),
            (true, true) => other.cmp_magnitude(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Exponents beyond any use are cut: between 10^(10^15) and something larger nothing tells.
fn exponent(text: &str) -> Option<i64> {
    const LARGEST: i64 = 1_000_000_000_000_000;
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let size = digits.parse().unwrap_or(LARGEST).min(LARGEST);
    Some(if negative { -size } else { size })
}

#[test]
fn order_is_by_value() {
    let ascending = [
        "-1e400", "-5", "-4.99", "-.1", "0", "1e-400", "0.1", ".5", "1", "1.4", "1.5", "9", "10",
        "1e1000",
    ];
    for (i, a) in ascending.iter().enumerate() {
        for (j, b) in ascending.iter().enumerate() {
            let (left, right) = (
                Number::parse(a).expect("a number"),
                Number::parse(b).expect("a number"),
            );
            assert_eq!(left.cmp(&right), i.cmp(&j), "{a} {b}");
        }
    }
}

#[test]
fn spellings_of_one_number() {
    for text in [
        "100", "+100", "1e2", "1.00E+2", "100.", "0100", "1000e-1", ".1e3",
    ] {
        assert_eq!(Number::parse(text), Number::of_float(100.0), "{text}");
        assert_eq!(Number::parse(text).expect("a number").text(), "100");
    }
    assert_eq!(Number::parse("-0.050").expect("a number").text(), "-0.05");
    for text in [
        "", "-", ".", "1e", "e1", "1 ", "0x10", "inf", "nan", "1_0", "--1", "1.2.3", "１", "1e1.5",
    ] {
        assert_eq!(Number::parse(text), None, "{text:?}");
    }
}
