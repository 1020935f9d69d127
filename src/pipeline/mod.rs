//! What adapts rules to the events at hand: maps of log sources.
//!
//! In: rules after their filters. Out: rules whose conditions also ask for what tells the events of their log source.
//! Called by the rule-set builder. Model in, model out: knows no event and compiles nothing.

mod log_source;

pub(crate) use self::log_source::Applied;
pub use self::log_source::LogSources;
