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
mod typed;
#[cfg(feature = "json")]
mod fuzz;
mod readme;
