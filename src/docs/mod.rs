//! Pages to read: how the crate works, and what a rule means.

/// How rules become one set, and how an event passes through it.
#[doc = include_str!("design.md")]
pub mod design {}

#[doc = include_str!("spec.md")]
pub mod spec {}

#[doc = include_str!("../../CHANGELOG.md")]
pub mod changelog {}
