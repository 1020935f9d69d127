//! The single integration binary; each module says what it proves.

mod api;
mod corpus;
mod errors;
mod generate;
mod layers;
mod property;
mod reference;
mod shared;
mod suite;
#[cfg(feature = "json")]
mod fuzz;
mod readme;
