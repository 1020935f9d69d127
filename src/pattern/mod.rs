//! Value tests over text, numbers, addresses and times. Knows no YAML, no Sigma and no event.
//!
//! In: patterns, already taken apart. Out: whether, and which of many, hold for a value. Called by `compile`
//! (to build) and `engine` (to ask). Imports `util` only.

mod regex;

pub(crate) use self::regex::{Cache as RegexCache, Regex, RegexError, RegexOptions};
