//! Condition text to expression, and back.
//!
//! In: the text of a `condition` (chapter 11), or of an extended correlation condition (S-416). Out: an
//! [`Expression`] over names, which prints back to text that parses to itself. Called by `rule`. Does not know which
//! search identifiers exist: `compile` resolves names and patterns.

use std::fmt;

/// A condition as an expression over search identifiers.
///
/// `and` and `or` are n-ary and flat: `a and b and c` is one [`And`](Self::And) of three.
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Selector {
    /// `them`: all identifiers that do not begin with `_`.
    Them,
    /// A name with any number of `*`.
    Pattern(String),
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
        match self {
            Self::Them => f.write_str("them"),
            Self::Pattern(pattern) => f.write_str(pattern),
        }
    }
}
