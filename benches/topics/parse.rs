//! Text to rules: YAML, the model, conditions.

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use sigmatic::Collection;

use crate::generate;

pub(crate) fn define(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let psexec = include_str!("../../examples/data/psexec.yml");
    bench(&mut group, "one_rule/psexec", psexec, 1);
    for count in [1, 300] {
        let text = generate::yaml(&generate::rules(count));
        bench(&mut group, &format!("generated/{count}"), &text, count);
    }
    group.finish();
}

fn bench(group: &mut BenchmarkGroup<'_, WallTime>, id: &str, text: &str, expected: usize) {
    let loaded = Collection::from_yaml(text);
    assert_eq!(loaded.rules().count(), expected);
    assert!(loaded.problems().is_empty(), "{:?}", loaded.problems());
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(id, |bencher| {
        bencher.iter(|| Collection::from_yaml(text));
    });
}
