//! Correlations and streams made from bytes: the results are those of the plain reference, whatever the order in which
//! events arrive, after a restart, from shards; and hostile times bring nothing down.

use super::decisions;
use crate::correlation::checks;

pub(super) fn run(data: &[u8]) {
    let [check, at, rest @ ..] = data else {
        return;
    };
    let decisions = decisions(rest);
    let result = match check % 5 {
        0 => checks::against_reference(&decisions),
        1 => checks::shuffled(&decisions),
        2 => checks::restarted_at(&decisions, usize::from(*at)),
        3 => checks::sharded(&decisions),
        _ => {
            checks::hostile(&decisions, &times(rest));
            Ok(())
        }
    };
    result.unwrap_or_else(|difference| panic!("{difference}"));
}

fn times(data: &[u8]) -> Vec<i64> {
    let eight = data
        .chunks_exact(8)
        .map(|bytes| bytes.try_into().expect("eight bytes"));
    let mut times: Vec<i64> = eight.map(i64::from_le_bytes).collect();
    times.push(0);
    times
}
