//! The value at one percentile of many, while values come and go.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::correlation::sum::Sum;
use crate::correlation::value::Value;
use crate::pattern::Number;

/// A multiset cut at the rank that is asked for: the value there is the last of the lower part, the one after it the
/// first of the upper. The cut moves by at most one value for each that comes or goes.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    lower: Part,
    upper: Part,
}

#[derive(Debug, Default)]
struct Part {
    counts: BTreeMap<Value, u32>,
    len: u64,
}

impl Ranks {
    /// Adds a value. `percentile` must be the same each time.
    ///
    /// # Cost
    /// Logarithmic.
    pub(super) fn insert(&mut self, value: Value, percentile: u8) {
        let is_low = self.lower.last().is_some_and(|last| value <= *last);
        let part = if is_low {
            &mut self.lower
        } else {
            &mut self.upper
        };
        part.insert(value);
        self.cut(percentile);
    }

    /// Takes a value away that was added.
    pub(super) fn remove(&mut self, value: &Value, percentile: u8) {
        if !self.lower.remove(value) {
            self.upper.remove(value);
        }
        self.cut(percentile);
    }

    fn cut(&mut self, percentile: u8) {
        let target = match self.len() {
            0 => 0,
            len => (len - 1) * u64::from(percentile) / 100 + 1,
        };
        while self.lower.len < target {
            let Some(value) = self.upper.pop_first() else {
                break;
            };
            self.lower.insert(value);
        }
        while self.lower.len > target {
            let Some(value) = self.lower.pop_last() else {
                break;
            };
            self.upper.insert(value);
        }
    }

    fn len(&self) -> u64 {
        self.lower.len + self.upper.len
    }

    /// The two neighbours of the rank p/100·(n−1), and hundredths of the way from the first to the second (S-414).
    fn neighbours(&self, percentile: u8) -> Option<(&Value, &Value, i64)> {
        let lower = self.lower.last()?;
        let upper = self.upper.first().unwrap_or(lower);
        let way = (self.len() - 1) * u64::from(percentile) % 100;
        Some((lower, upper, way as i64))
    }

    /// Compares the interpolated value with a number, exactly.
    pub(super) fn compare(&self, percentile: u8, number: Number) -> Option<Ordering> {
        let (lower, upper, way) = self.neighbours(percentile)?;
        if way == 0 {
            return lower.number().compare(number);
        }
        let mut hundredfold = Sum::default();
        hundredfold.add(lower.number(), 100 - way);
        hundredfold.add(upper.number(), way);
        hundredfold.compare(number, 100)
    }

    /// Rounded.
    pub(super) fn approximate(&self, percentile: u8) -> f64 {
        let Some((lower, upper, way)) = self.neighbours(percentile) else {
            return 0.0;
        };
        let (lower, upper) = (lower.approximate(), upper.approximate());
        if way == 0 {
            lower
        } else {
            lower + (upper - lower) * way as f64 / 100.0
        }
    }
}

impl Part {
    fn insert(&mut self, value: Value) {
        *self.counts.entry(value).or_insert(0) += 1;
        self.len += 1;
    }

    fn remove(&mut self, value: &Value) -> bool {
        let Some(count) = self.counts.get_mut(value) else {
            return false;
        };
        *count -= 1;
        if *count == 0 {
            self.counts.remove(value);
        }
        self.len -= 1;
        true
    }

    fn first(&self) -> Option<&Value> {
        self.counts.first_key_value().map(|(value, _)| value)
    }

    fn last(&self) -> Option<&Value> {
        self.counts.last_key_value().map(|(value, _)| value)
    }

    fn pop_first(&mut self) -> Option<Value> {
        let value = self.first()?.clone();
        self.remove(&value).then_some(value)
    }

    fn pop_last(&mut self) -> Option<Value> {
        let value = self.last()?.clone();
        self.remove(&value).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_between_their_neighbours() {
        let mut ranks = Ranks::default();
        assert_eq!(ranks.approximate(50), 0.0);
        for text in ["10", "20", "40"] {
            ranks.insert(Value::parse(text).expect(text), 50);
        }
        assert_eq!(ranks.approximate(50), 20.0);
        // Rank 0.75·2 is half way from the second to the third.
        let mut ranks = Ranks::default();
        for text in ["10", "20", "40"] {
            ranks.insert(Value::parse(text).expect(text), 75);
        }
        assert_eq!(ranks.approximate(75), 30.0);
        ranks.remove(&Value::parse("40").expect("a number"), 75);
        assert_eq!(ranks.approximate(75), 17.5);
    }
}
