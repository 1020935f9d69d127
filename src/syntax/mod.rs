//! YAML text to a tree of nodes that know where they stand and how they were written.
//!
//! In: text. Out: one [`DocumentNode`] per non-empty document, scalars typed as YAML 1.1 does (S-010), aliases
//! expanded and merge keys applied, problems with their place. Called by `rule` and `collection`. Knows nothing of
//! Sigma.

mod alias;
mod grammar;
mod map;
mod node;
mod reader;
mod scalar;
mod serde_value;
mod tab;
mod tag;
mod text;
mod tree;

pub(crate) use self::node::{Node, Style, Value};
pub(crate) use self::reader::{DocumentNode, read};

/// Nesting beyond this is refused whatever the limits say: trees are dropped, compared and printed recursively.
const DEEPEST: usize = 512;
