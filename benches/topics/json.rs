//! What reading a line of JSON costs beside evaluating it.

use std::cell::LazyCell;

use criterion::{Criterion, Throughput};
use serde_json::Value;
use sigmatic::{RuleSet, Scratch};

use crate::generate::{self, SampleEvent};
use crate::work::{Work, bench, build};

pub(crate) fn define(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("json");
    group.throughput(Throughput::Elements(EVENTS as u64));
    let case = LazyCell::new(Case::new);
    group.bench_function("serde_value/parse", |bencher| {
        let lines = &case.lines;
        bencher.iter(|| lines.iter().filter(|line| parse(line).is_object()).count());
    });
    let rate = Throughput::Elements(EVENTS as u64);
    bench(&mut group, "serde_value/evaluate", rate, || {
        let values = case.lines.iter().map(|line| parse(line)).collect();
        Work::new(case.rules.clone(), values, case.expected)
    });
    let mut scratch = None;
    group.bench_function("serde_value/both", |bencher| {
        let scratch = scratch.get_or_insert_with(|| case.rules.scratch());
        assert_eq!(case.parse_and_evaluate(scratch), case.expected);
        bencher.iter(|| case.parse_and_evaluate(scratch));
    });
    group.finish();
}

struct Case {
    rules: RuleSet,
    lines: Vec<String>,
    expected: usize,
}

impl Case {
    fn new() -> Self {
        let (rules, events) = (generate::rules(RULES), generate::events(EVENTS));
        let values: Vec<Value> = events.iter().map(SampleEvent::value).collect();
        let lines: Vec<String> = values.iter().map(Value::to_string).collect();
        let read: Vec<Value> = lines.iter().map(|line| parse(line)).collect();
        assert_eq!(read, values);
        Self {
            rules: build(&generate::yaml(&rules), true),
            lines,
            expected: generate::count_matches(&rules, &events),
        }
    }

    fn parse_and_evaluate(&self, scratch: &mut Scratch) -> usize {
        self.lines
            .iter()
            .map(|line| self.rules.matches(&parse(line), scratch).len())
            .sum()
    }
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).expect("it was written by serde_json")
}

const RULES: usize = 3_000;
const EVENTS: usize = 500;
