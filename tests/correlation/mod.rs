//! Correlations over streams: whatever the order, the restarts and the shards, the results are those of the plain
//! reference on sorted input.

pub(crate) mod checks;
mod limits;
mod properties;
mod run;
mod sample;
mod state;
mod stream;
mod told;

use self::run::{Out, Setup, all_shown, all_shown_with_events};
