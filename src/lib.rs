//! Sigma detection semantics as a library.

#![forbid(unsafe_code)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod collection;
pub mod condition;
pub mod error;
pub mod event;
pub mod explain;
pub mod rule;

mod builder;
mod compile;
mod engine;
mod pattern;
mod syntax;
mod util;

pub use crate::builder::RuleSetBuilder;
pub use crate::collection::Collection;
pub use crate::compile::Placeholders;
pub use crate::engine::{Match, Matches, RuleSet, Scratch, Settings};
pub use crate::error::Error;
pub use crate::event::Event;
pub use crate::rule::Rule;
