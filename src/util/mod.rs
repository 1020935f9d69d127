//! Small tools that know nothing of Sigma.
//!
//! Imports no other module of the crate.
