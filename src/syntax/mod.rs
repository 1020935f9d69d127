//! YAML text to a tree of nodes that know where they stand and how they were written.
//!
//! In: text. Out: one [`Node`] per non-empty document, scalars typed as YAML 1.1 does (S-010), aliases expanded and
//! merge keys applied, problems with their place. Called by `rule` and `collection`. Knows nothing of Sigma.

mod node;

pub(crate) use self::node::{Node, Style, Value};
