//! The conditions of processing items (S-501), one file for each of the three groups.
//!
//! In: a document, a detection item or the name of a field, and what is remembered of the run. Out: whether the
//! condition holds. Called by `scope`.

mod attribute;
mod field_name;
mod item;
mod rule;
mod state;

pub(super) use self::attribute::Attribute;
pub(super) use self::field_name::FieldCondition;
pub(super) use self::item::{ItemCondition, Quantity, ValueTest};
pub(super) use self::rule::RuleCondition;
pub(super) use self::state::{Operator, StateCondition};
