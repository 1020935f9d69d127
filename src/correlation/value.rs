//! A number of an event, small, with a total order.

use std::cmp::Ordering;

use crate::pattern::{Number, parse_decimal};

/// A number that is not NaN. Integers of more than 64 bits are rare enough to stand elsewhere.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Small(i64),
    Large(Box<i128>),
    /// No integer below 2^127; may be infinite (a text such as `1e999`).
    Float(f64),
}

impl Value {
    /// A text that is a number (S-230, S-413).
    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match parse_decimal(text)? {
            Number::Integer(value) => match i64::try_from(value) {
                Ok(value) => Self::Small(value),
                Err(_) => Self::Large(Box::new(value)),
            },
            Number::Float(value) => Self::Float(value),
        })
    }

    pub(super) fn number(&self) -> Number {
        match self {
            Self::Small(value) => Number::Integer(i128::from(*value)),
            Self::Large(value) => Number::Integer(**value),
            Self::Float(value) => Number::Float(*value),
        }
    }

    /// Rounded.
    pub(super) fn approximate(&self) -> f64 {
        match self {
            Self::Small(value) => *value as f64,
            Self::Large(value) => **value as f64,
            Self::Float(value) => *value,
        }
    }

    /// A text that [`parse`](Self::parse) reads as the same value.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Float(value) if value.is_infinite() => {
                (if *value > 0.0 { "1e999" } else { "-1e999" }).to_owned()
            }
            _ => self.number().to_string(),
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Small(left), Self::Small(right)) => left.cmp(right),
            _ => self
                .number()
                .compare(other.number())
                .unwrap_or(Ordering::Equal),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn values_are_shown_rounded() {
        for (text, shown) in [
            ("-5", -5.0),
            ("18446744073709551616", 18_446_744_073_709_551_616.0),
            ("0.1", 0.1),
        ] {
            let value = Value::parse(text).expect(text);
            assert_eq!(value.approximate(), shown);
            assert_ne!(Value::parse("7"), Some(value));
        }
    }

    #[test]
    fn texts_read_back() {
        for text in [
            "0",
            "-5",
            "18446744073709551616",
            "0.1",
            "1e300",
            "1e999",
            "-1e999",
            "5e-324",
        ] {
            let value = Value::parse(text).expect(text);
            assert_eq!(Value::parse(&value.text()), Some(value), "{text}");
        }
        assert_eq!(size_of::<Value>(), 16);
    }
}
