//! The single integration binary; each module says what it proves. Events are JSON in most of them.

#[cfg(feature = "json")]
mod allocations;
#[cfg(feature = "json")]
mod api;
#[cfg(feature = "json")]
mod budget;
#[cfg(feature = "json")]
mod card;
mod collection;
#[cfg(feature = "json")]
mod concurrency;
#[cfg(feature = "json")]
mod corpus;
#[cfg(feature = "json")]
mod correlation;
mod errors;
#[cfg(feature = "evtx")]
mod evtx;
#[cfg(feature = "json")]
mod explain;
#[cfg(feature = "json")]
mod fuzz;
#[cfg(feature = "json")]
mod generate;
#[cfg(feature = "json")]
mod json_line;
#[cfg(feature = "json")]
mod laws;
mod layers;
#[cfg(feature = "json")]
mod limits;
#[cfg(feature = "json")]
mod lint;
#[cfg(feature = "json")]
mod pipeline;
#[cfg(feature = "json")]
mod proof;
#[cfg(feature = "json")]
mod property;
mod readme;
#[cfg(feature = "json")]
mod reference;
#[cfg(feature = "json")]
mod scan;
#[cfg_attr(
    not(feature = "json"),
    allow(dead_code, reason = "most that reads shared data is left out")
)]
mod shared;
#[cfg(feature = "json")]
mod suite;
#[cfg(feature = "json")]
mod synthesis;
#[cfg(feature = "json")]
mod typed;
mod watch;
