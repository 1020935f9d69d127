//! Many documents together: loading, ids, references.

/// The documents of one or more texts, files or folders.
#[derive(Debug, Default)]
pub struct Collection {}
