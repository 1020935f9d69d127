//! One node of a document.

use crate::error::Location;

/// A YAML node: what it is, where it starts, how it was written.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) value: Value,
    pub(crate) location: Location,
    pub(crate) style: Style,
}

/// How a scalar was written; decides what a plain `yes` means (S-009, S-010). Collections are `Plain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Quoted,
    Block,
}

/// The typed content, by the table of S-010. A scalar other than a string keeps its source text.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// An integer of any base; its exact value. Wider ones are a syntax error (limit).
    Int(i128),
    /// A finite float with a fractional or integral value, or an infinity or NaN.
    Float(f64),
    /// A plain date or date with time, as written. Only metadata can take it (S-049).
    Timestamp(String),
    /// The plain scalar `=`, for which YAML 1.1 has no constructor.
    Unconstructible(String),
    String(String),
    List(Vec<Node>),
    /// In source order. Keys are unique (S-004); a key may be any node.
    Map(Vec<(Node, Node)>),
}
