//! Rules to a rule set: modifiers, shared questions, pattern sets, the index.

use criterion::{Criterion, Throughput};
use sigmatic::Collection;

use crate::generate;
use crate::work::{SETTINGS, build_loaded};

pub(crate) fn define(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    for count in [30, 300, 3_000] {
        let loaded = Collection::from_yaml(&generate::yaml(&generate::rules(count)));
        group.throughput(Throughput::Elements(count as u64));
        for (name, index) in SETTINGS {
            let rules = build_loaded(&loaded, index);
            assert_eq!(rules.len(), count);
            assert!(rules.problems().is_empty(), "{:?}", rules.problems());
            group.bench_function(format!("generated/{count}/{name}"), |bencher| {
                bencher.iter(|| build_loaded(&loaded, index));
            });
        }
    }
    group.finish();
}
