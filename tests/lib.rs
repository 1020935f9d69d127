//! The single integration binary; each module says what it proves.

#[cfg(feature = "json")]
mod fuzz;
mod readme;
