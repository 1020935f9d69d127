//! A rule set and the events it is timed on.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Throughput};
use serde_json::Value;
use sigmatic::pipeline::LogSources;
use sigmatic::{Collection, RuleSet, Scratch, Settings};

/// Whether the engine looks for witnesses first, and how that reads in an id.
pub(crate) const SETTINGS: [(&str, bool); 2] = [("index", true), ("no_index", false)];

pub(crate) struct Work {
    rules: RuleSet,
    events: Vec<Value>,
    scratch: Scratch,
}

impl Work {
    /// `expected`: how many matches there are in all events. The scratch is warm afterwards.
    pub(crate) fn new(rules: RuleSet, events: Vec<Value>, expected: usize) -> Self {
        let scratch = rules.scratch();
        let mut work = Self {
            rules,
            events,
            scratch,
        };
        for _ in 0..2 {
            assert_eq!(work.pass(), expected, "matches in all events");
        }
        work
    }

    /// Matches all events once.
    pub(crate) fn pass(&mut self) -> usize {
        let (rules, scratch) = (&self.rules, &mut self.scratch);
        self.events
            .iter()
            .map(|event| rules.matches(event, scratch).len())
            .sum()
    }
}

/// Times one pass. `make` is called only if the id is wanted.
pub(crate) fn bench(
    group: &mut BenchmarkGroup<'_, WallTime>,
    id: &str,
    throughput: Throughput,
    make: impl Fn() -> Work,
) {
    let mut work = None;
    group.throughput(throughput);
    group.bench_function(id, |bencher| {
        let work = work.get_or_insert_with(&make);
        bencher.iter(|| work.pass());
    });
}

/// Loads and builds; no rule may be left out.
pub(crate) fn build(text: &str, index: bool) -> RuleSet {
    let loaded = Collection::from_yaml(text);
    let rules = build_loaded(&loaded, index);
    for problem in loaded.problems().iter().chain(rules.problems()) {
        assert!(!problem.is_error(), "{problem:?}");
    }
    rules
}

pub(crate) fn build_loaded(loaded: &Collection, index: bool) -> RuleSet {
    build_mapped(loaded, index, None)
}

pub(crate) fn build_mapped(loaded: &Collection, index: bool, map: Option<LogSources>) -> RuleSet {
    let mut settings = Settings::default();
    settings.index = index;
    let mut builder = RuleSet::builder().collection(loaded).settings(settings);
    if let Some(map) = map {
        builder = builder.log_sources(map);
    }
    builder.build().expect("building reports rules, not errors")
}
