//! Value tests over text, numbers, addresses and times. Knows no YAML, no Sigma and no event.
//!
//! In: patterns, already taken apart. Out: whether, and which of many, hold for a value. Called by `compile`
//! (to build) and `engine` (to ask). Imports `util` only.

mod affix;
mod change;
mod exact;
mod few;
mod fold;
mod grams;
mod index;
mod literals;
#[cfg(test)]
mod naive;
mod network;
mod number;
mod regex;
mod required;
mod search;
mod set;
mod substring;
mod text;
mod time;
mod token;

pub(crate) use self::change::{Change, Standing};
pub(crate) use self::fold::{fold_char, fold_into, is_folded};
pub(crate) use self::network::{Network, parse_address};
pub(crate) use self::number::{Number, NumberBuffer, parse_decimal};
pub(crate) use self::regex::{Cache as RegexCache, Regex, RegexOptions};
pub use self::search::PatternSearch;
pub(crate) use self::set::{PatternSet, Strategies};
pub(crate) use self::text::{Part, Text, TextPattern};
pub(crate) use self::time::{CivilTime, TimePart};
pub(crate) use self::token::contains_number_token;
