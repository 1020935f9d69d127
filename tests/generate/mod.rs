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
pub(crate) use self::rule::rule;
pub(crate) use self::value::table;
