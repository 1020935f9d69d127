//! Benchmarks by topic, for work on one part: `cargo bench --bench topics [-- FILTER]`.
//!
//! Ids read `topic/case/setting`. Each answer is checked before it is timed. Rules and events are generated, so that a
//! clone is enough; only `match/corpus` needs the folder `corpus` under `SIGMATIC_SHARED` (default `../shared`), and
//! without it says that it was skipped. The figures of the public corpus as ratios are the other bench, `targets`.

mod compile;
#[path = "../targets/corpus.rs"]
mod corpus;
mod correlation;
mod generate;
mod json;
mod match_;
mod memory;
mod parse;
mod patterns;
mod work;

use std::time::Duration;

use criterion::Criterion;

fn main() {
    // Half a minute a topic. Noise below a few per cent needs more: `--sample-size` and `--measurement-time`.
    let mut criterion = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    for define in [
        parse::define,
        compile::define,
        match_::define,
        patterns::define,
        json::define,
        memory::define,
        correlation::define,
    ] {
        define(&mut criterion);
    }
    criterion.final_summary();
}
