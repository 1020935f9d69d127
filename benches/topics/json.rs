//! What reading a line of JSON costs beside evaluating it.

use std::cell::LazyCell;

use criterion::{Criterion, Throughput};
use serde_json::Value;
use sigmatic::event::JsonParser;
use sigmatic::{Event, RuleSet, Scratch};

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
    let mut parser = JsonParser::new();
    group.bench_function("json_line/parse", |bencher| {
        assert_eq!(case.count_fields(&mut parser), case.fields);
        bencher.iter(|| case.count_fields(&mut parser));
    });
    group.bench_function("json_line/both", |bencher| {
        let scratch = scratch.get_or_insert_with(|| case.rules.scratch());
        assert_eq!(case.evaluate_lines(&mut parser, scratch), case.expected);
        bencher.iter(|| case.evaluate_lines(&mut parser, scratch));
    });
    group.finish();
}

struct Case {
    rules: RuleSet,
    lines: Vec<String>,
    /// Matches in all events.
    expected: usize,
    /// Fields of all events.
    fields: usize,
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
            fields: read
                .iter()
                .filter_map(Value::as_object)
                .map(serde_json::Map::len)
                .sum(),
            expected: generate::count_matches(&rules, &events),
        }
    }

    fn parse_and_evaluate(&self, scratch: &mut Scratch) -> usize {
        self.lines
            .iter()
            .map(|line| self.rules.matches(&parse(line), scratch).len())
            .sum()
    }

    /// Parses raw lines and visits every field, so that all of an event is touched as it is in a tree.
    fn count_fields(&self, parser: &mut JsonParser) -> usize {
        let mut fields = 0;
        for line in &self.lines {
            let event = parser.parse(line.as_bytes()).expect("a JSON text");
            event.for_each_field(&mut |name, value| {
                std::hint::black_box((name, value));
                fields += 1;
            });
        }
        fields
    }

    fn evaluate_lines(&self, parser: &mut JsonParser, scratch: &mut Scratch) -> usize {
        let mut hits = 0;
        for line in &self.lines {
            let event = parser.parse(line.as_bytes()).expect("a JSON text");
            hits += self.rules.matches(&event, scratch).len();
        }
        hits
    }
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).expect("it was written by serde_json")
}

const RULES: usize = 3_000;
const EVENTS: usize = 500;
