//! Quantifiers: `*`, `+`, `?`, `{n}`, `{n,}`, `{n,m}`, each greedy or lazy.

use super::cursor::Cursor;
use super::error::{Construct, Fault, MAX_REPETITIONS, RegexError};

/// A quantifier as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quantifier<'p> {
    pub(super) min: u32,
    /// `None` is without bound.
    pub(super) max: Option<u32>,
    /// Followed by `?`; whether that means few or many depends on the flag `U`.
    pub(super) lazy: bool,
    pub(super) text: &'p str,
    pub(super) offset: usize,
}

impl<'p> Quantifier<'p> {
    /// Reads a quantifier if one comes next. A `{` that starts none is a literal (S-224), so nothing is read
    /// then.
    pub(super) fn parse(cursor: &mut Cursor<'p>) -> Result<Option<Self>, RegexError> {
        let Some(first) = Self::parse_one(cursor) else {
            return Ok(None);
        };
        first.check_next(*cursor)?;
        first.check_size()?;
        Ok(Some(first))
    }

    fn parse_one(cursor: &mut Cursor<'p>) -> Option<Self> {
        let mut ahead = *cursor;
        let (min, max) = match ahead.bump()? {
            '*' => (0, None),
            '+' => (1, None),
            '?' => (0, Some(1)),
            '{' => parse_bounds(&mut ahead)?,
            _ => return None,
        };
        let lazy = ahead.eat("?");
        let quantifier = Self {
            min,
            max,
            lazy,
            text: ahead.since(cursor),
            offset: cursor.offset(),
        };
        *cursor = ahead;
        Some(quantifier)
    }

    /// Rejects a quantifier right after this one. `a++` is possessive elsewhere, and `(?:a+)+` to Rust's
    /// `regex`; both would be silent surprises.
    fn check_next(&self, mut cursor: Cursor<'p>) -> Result<(), RegexError> {
        let Some(second) = Self::parse_one(&mut cursor) else {
            return Ok(());
        };
        let both = format!("{}{}", self.text, second.text);
        if second.text.starts_with('+') && !self.lazy {
            let text = format!("{}+", self.text);
            return Err(RegexError::unsupported(
                Construct::Possessive,
                &text,
                self.offset,
            ));
        }
        Err(RegexError::syntax(
            Fault::RepeatedQuantifier,
            &both,
            self.offset,
        ))
    }

    fn check_size(&self) -> Result<(), RegexError> {
        if self.min.max(self.max.unwrap_or(0)) > MAX_REPETITIONS {
            return Err(self.fault(Fault::TooManyRepetitions));
        }
        if self.max.is_some_and(|max| max < self.min) {
            return Err(self.fault(Fault::BackwardRepetition));
        }
        Ok(())
    }

    pub(super) fn fault(&self, fault: Fault) -> RegexError {
        RegexError::syntax(fault, self.text, self.offset)
    }

    /// How many copies of what is repeated a compiled form may hold.
    pub(super) fn copies(&self) -> u32 {
        self.max.unwrap_or(self.min).max(1)
    }
}

/// What follows `{`, with the `}`.
fn parse_bounds(cursor: &mut Cursor<'_>) -> Option<(u32, Option<u32>)> {
    let min = parse_count(cursor)?;
    let max = if !cursor.eat(",") {
        Some(min)
    } else if cursor.rest().starts_with('}') {
        None
    } else {
        Some(parse_count(cursor)?)
    };
    cursor.eat("}").then_some((min, max))
}

/// A decimal number as RE2 takes it: without leading zeros, of at most nine digits.
fn parse_count(cursor: &mut Cursor<'_>) -> Option<u32> {
    const MOST_DIGITS: usize = 9;
    let digits = cursor.eat_while(usize::MAX, |c| c.is_ascii_digit());
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    if leading_zero || digits.len() > MOST_DIGITS {
        return None;
    }
    digits.parse().ok()
}
