//! The single integration binary; each module says what it proves.
mod errors;
