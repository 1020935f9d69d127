//! YAML text to a tree of nodes that know where they stand and how they were written.
//!
//! In: text. Out: one [`DocumentNode`](reader::DocumentNode) per non-empty document, scalars typed as YAML 1.1 does
//! (S-010), aliases expanded and merge keys applied, problems with their place. Called by `rule` and `collection`.
//! Knows nothing of Sigma.

mod alias;
mod file;
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
mod writer;

use crate::error::Location;

pub(crate) use self::file::{read_file, read_named};
pub(crate) use self::node::{Node, Style, Value};
pub(crate) use self::reader::read;

/// The place of a node that was not read from a text.
const NOWHERE: Location = Location::NOWHERE;

/// Nesting beyond this is refused whatever the limits say: trees are dropped, compared and printed recursively.
const DEEPEST: usize = 512;
