//! The single integration binary; each module says what it proves.

mod api;
mod collection;
mod corpus;
mod errors;
#[cfg(feature = "json")]
mod fuzz;
mod generate;
mod layers;
mod property;
mod readme;
mod reference;
mod shared;
mod suite;
mod typed;
