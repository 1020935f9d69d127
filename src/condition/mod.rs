//! Condition text to expression, and back.
//!
//! In: the text of a `condition` (chapter 11), or of an extended correlation condition (S-416). Out: an
//! [`Expression`] over names, which prints back to text that parses to itself. Called by `rule`. Does not know which
//! search identifiers exist: `compile` resolves names and patterns.

mod lexer;
mod parser;
mod selector;

use std::fmt;

use crate::error::{ConditionDetail, Error, Limits, Location};

/// A condition as an expression over search identifiers.
///
/// `and` and `or` are n-ary and flat: `a and b and c` is one [`And`](Self::And) of three, and so is
/// `a and (b and c)`. Printed, an expression that was parsed is text that parses to itself.
///
/// # Example
/// ```
/// use sigmatic::condition::Expression;
/// use sigmatic::error::Limits;
///
/// # fn main() -> Result<(), sigmatic::Error> {
/// let condition = Expression::parse("(selection) and not (1 of filter_*)", &Limits::default())?;
/// assert_eq!(condition.to_string(), "selection and not 1 of filter_*");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expression {
    /// A search identifier by its name.
    Identifier(String),
    /// `1 of …`, `any of …`, `all of …`.
    Of(Quantifier, Selector),
    /// `not x`.
    Not(Box<Self>),
    /// All of two or more.
    And(Vec<Self>),
    /// At least one of two or more.
    Or(Vec<Self>),
}

/// How many of the selected search identifiers must match (S-303).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quantifier {
    /// `1 of` or `any of`.
    Any,
    /// `all of`.
    All,
}

/// Which search identifiers a quantifier means (S-304).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Selector {
    /// `them`: all identifiers that do not begin with `_`.
    Them,
    /// A name with any number of `*`.
    Pattern(String),
}

/// What the words of a condition are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Search identifiers and quantifiers (S-300).
    Detections,
    /// Names of rules, without quantifiers (S-416).
    Rules,
    /// Names of the conditions of a processing item, which may begin with a digit or have dashes (S-501).
    ProcessingConditions,
}

/// What is wrong with a condition, and the byte where.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) detail: ConditionDetail,
    pub(crate) offset: usize,
}

/// Parses a condition.
pub(crate) fn parse(text: &str, dialect: Dialect, limits: &Limits) -> Result<Expression, Fault> {
    parser::parse(text, dialect, limits)
}

/// The byte at which `word` first stands in a condition.
pub(crate) fn offset_of(text: &str, word: &str) -> Option<usize> {
    let tokens = lexer::tokens(text).ok()?;
    let found = tokens.iter().find(|token| token.text == word)?;
    Some(found.offset)
}

impl Expression {
    /// Parses the condition of a rule or a filter (S-300 to S-310).
    ///
    /// # Errors
    /// What the grammar does not know, with its place in `text`; a condition longer or deeper than
    /// [`Limits::condition_bytes`] and [`Limits::condition_depth`].
    ///
    /// # Cost
    /// Linear in `text`.
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, Error> {
        parse(text, Dialect::Detections, limits).map_err(|fault| {
            let before = text.get(..fault.offset).unwrap_or(text);
            Error::new(fault.detail).at(Location::after(before))
        })
    }

    /// All of `operands`, flat. Of one operand, that operand; of none, an empty [`And`](Self::And), which holds.
    pub(crate) fn all(operands: Vec<Self>) -> Self {
        linked(operands, Self::And, |operand| match operand {
            Self::And(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// At least one of `operands`, flat. Of one operand, that operand.
    pub(crate) fn any(operands: Vec<Self>) -> Self {
        linked(operands, Self::Or, |operand| match operand {
            Self::Or(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// How tightly the expression binds when printed.
    fn strength(&self) -> u8 {
        match self {
            Self::Or(_) => 0,
            Self::And(_) => 1,
            Self::Not(_) => 2,
            Self::Of(..) | Self::Identifier(_) => 3,
        }
    }
}

/// Links operands; one stands for itself, and operands of the same kind (in parentheses) become part of the list.
fn linked(
    operands: Vec<Expression>,
    link: fn(Vec<Expression>) -> Expression,
    same_kind: fn(Expression) -> Result<Vec<Expression>, Expression>,
) -> Expression {
    let mut flat = Vec::with_capacity(operands.len());
    for operand in operands {
        match same_kind(operand) {
            Ok(inner) if flat.is_empty() => flat = inner,
            Ok(inner) => flat.extend(inner),
            Err(other) => flat.push(other),
        }
    }
    match flat.pop() {
        Some(only) if flat.is_empty() => only,
        last => {
            flat.extend(last);
            link(flat)
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identifier(name) => f.write_str(name),
            Self::Of(quantifier, selector) => write!(f, "{quantifier} of {selector}"),
            Self::Not(inner) => {
                f.write_str("not ")?;
                write_operand(f, inner, 2)
            }
            Self::And(operands) => write_list(f, operands, " and ", 2),
            Self::Or(operands) => write_list(f, operands, " or ", 1),
        }
    }
}

fn write_list(
    f: &mut fmt::Formatter<'_>,
    operands: &[Expression],
    link: &str,
    strength: u8,
) -> fmt::Result {
    for (index, operand) in operands.iter().enumerate() {
        f.write_str(if index > 0 { link } else { "" })?;
        write_operand(f, operand, strength)?;
    }
    Ok(())
}

/// Writes an operand, in parentheses if it binds more loosely than its place demands.
fn write_operand(f: &mut fmt::Formatter<'_>, operand: &Expression, strength: u8) -> fmt::Result {
    if operand.strength() < strength {
        write!(f, "({operand})")
    } else {
        write!(f, "{operand}")
    }
}

impl fmt::Display for Quantifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "1",
            Self::All => "all",
        })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Expression, Limits, parse};

    fn printed(text: &str) -> String {
        match Expression::parse(text, &Limits::default()) {
            Ok(expression) => expression.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn precedence_and_flattening() {
        assert_eq!(printed("a or b and not c"), "a or b and not c");
        assert_eq!(
            printed("((a or b)) and (c and (d))"),
            "(a or b) and c and d"
        );
        assert_eq!(
            printed("not not (a)\nor any  of them"),
            "not not a or 1 of them"
        );
        assert_eq!(
            printed("not(a and b)or all of _x*y-*"),
            "not (a and b) or all of _x*y-*"
        );
        assert_eq!(printed("(a or b) or (c or d)"), "a or b or c or d");
    }

    /// Every sequence of up to six tokens that parses.
    #[test]
    fn printed_text_parses_to_the_same_tree() {
        const TOKENS: [&str; 7] = ["a", "not", "and", "or", "(", ")", "1 of x*"];
        let limits = Limits::default();
        let mut sequences = vec![String::new()];
        let mut parsed = 0;
        for _ in 0..6 {
            let longer = sequences
                .iter()
                .flat_map(|text| TOKENS.map(|token| format!("{text} {token}")));
            sequences = longer.collect();
            for expression in sequences
                .iter()
                .filter_map(|text| Expression::parse(text, &limits).ok())
            {
                let printed = expression.to_string();
                assert_eq!(
                    Expression::parse(&printed, &limits).ok(),
                    Some(expression),
                    "{printed}"
                );
                parsed += 1;
            }
        }
        assert!(parsed > 100);
    }

    /// What has been closed does not count any more.
    #[test]
    fn depth_is_that_of_what_is_open() {
        let limits = Limits {
            condition_depth: 3,
            ..Limits::default()
        };
        let parses = |text| parse(text, Dialect::Detections, &limits).is_ok();
        assert!(parses(
            "not (a) and not (b) and not (c) or (d) and not not e or ((f)) and ((g))"
        ));
        assert!(parses("not not not a") && parses("(((a)))"));
        assert!(!parses("not not not not a") && !parses("((((a))))"));
    }

    #[test]
    fn the_longest_condition_is_read() {
        let limits = Limits {
            condition_bytes: 6,
            ..Limits::default()
        };
        assert!(parse("a or b", Dialect::Detections, &limits).is_ok());
        assert!(parse("a or bc", Dialect::Detections, &limits).is_err());
    }

    #[test]
    fn depth_is_bounded() {
        let limits = Limits::default();
        for deep in [
            "not ".repeat(50_000) + "a",
            "(".repeat(60_000) + "a",
            "not(".repeat(10_000),
        ] {
            assert!(parse(&deep, Dialect::Rules, &limits).is_err());
        }
        let flat = "a and ".repeat(10_000) + "b";
        assert!(parse(&flat, Dialect::Detections, &limits).is_ok());
    }
}
