//! Rules and events made from a row of numbers.
//!
//! In: numbers, from `proptest` or from a seed. Out: rules as YAML text and events that were made to meet them.
//! Called by the property tests. Knows how values are written, not what they mean: whether a rule matches is for the
//! engine and the reference to say. A smaller row, and smaller numbers in it, give simpler rules, so that a failure
//! shrinks to something one can read.

mod choices;
mod event;
mod item;
mod rule;
mod text;
mod value;

pub(crate) use self::choices::{Choices, numbers};
pub(crate) use self::event::{event, noise};
pub(crate) use self::item::{Item, is_unspecified, item};
pub(crate) use self::rule::{GeneratedRule, identifiers, rule};
pub(crate) use self::text::character;
pub(crate) use self::value::{Scalar, table};

/// Random numbers of which things are made. Printed as nothing: a failure prints what was made of them.
pub(crate) struct Numbers(pub(crate) Vec<u16>);

impl std::fmt::Debug for Numbers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "({} numbers)", self.0.len())
    }
}
