//! Small tools that know nothing of Sigma.
//!
//! In and out: plain data. Called from the matching side. Imports no other module of the crate.

pub(crate) mod ids;
pub(crate) mod recycle;
pub(crate) mod words;
