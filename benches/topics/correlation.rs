//! Streams of events through correlations, the detection of the referenced rules included. A round is the whole stream on
//! an empty correlator, except where noted; the rate is per event.

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput};
use sigmatic::correlation::{CorrelationMatch, Correlator, Options};
use sigmatic::{Collection, RuleSet, Scratch};

pub(crate) fn define(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("correlation");
    group.sample_size(10);
    event_count(&mut group);
    value_count(&mut group);
    ordered(&mut group);
    windows(&mut group);
    group.finish();
    memory();
}

/// Two million events, each key as often as the others, in an order that jumps about. Five seconds between two events of a
/// key would be a window of two; of a million keys, each has two events in its window at the end.
fn event_count(group: &mut BenchmarkGroup<'_, WallTime>) {
    let text = counted("event_count", "1d", "{ gte: 1000000 }");
    for (name, keys) in [("10k", 10_000), ("100k", 100_000), ("1M", 1_000_000)] {
        let events: Vec<Event> = (0..EVENTS).map(|number| Event::of(number, keys)).collect();
        run(group, &format!("event_count/{name}"), &text, &events);
    }
}

/// A hundred keys with many values each.
fn value_count(group: &mut BenchmarkGroup<'_, WallTime>) {
    let text = counted("value_count", "1h", "{ field: Value, gte: 1000000 }");
    let events: Vec<Event> = (0..EVENTS).map(|number| Event::of(number, 100)).collect();
    run(group, "value_count/100", &text, &events);
}

/// Ten rules in order, whose events come backwards: the chain is complete only after ten times ten.
fn ordered(group: &mut BenchmarkGroup<'_, WallTime>) {
    let names: Vec<String> = (0..10).map(|number| format!("rule_{number}")).collect();
    let mut text: String = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            format!(
                "title: {name}\nname: {name}\nlogsource: {{ category: test }}\n\
                 detection: {{ s: {{ Kind: {number} }}, condition: s }}\n---\n"
            )
        })
        .collect();
    text += &format!(
        "title: chain\ncorrelation: {{ type: temporal_ordered, rules: [{}], group-by: [User], timespan: 1h, \
         condition: {{ gt: 10 }} }}\n",
        names.join(", ")
    );
    for (name, count) in [("100k", 100_000), ("1M", 1_000_000)] {
        let event = |number: u64| Event {
            kind: 9 - (number % 10) as i64,
            ..Event::of(number, 1)
        };
        let events: Vec<Event> = (0..count).map(event).collect();
        run(
            group,
            &format!("ordered/10_rules_backwards/{name}"),
            &text,
            &events,
        );
    }
}

/// The cost of an event must not depend on how long the window is: ten groups, and up to 100,000 events in each window.
fn windows(group: &mut BenchmarkGroup<'_, WallTime>) {
    for kind in [
        "event_count",
        "value_count",
        "value_sum",
        "value_percentile",
    ] {
        for span in ["10s", "100s", "1000s"] {
            let condition = match kind {
                "event_count" => "{ gte: 1000000 }",
                _ => "{ field: Value, gt: 1.0e+30 }",
            };
            let text = counted(kind, span, condition);
            // A millisecond apart: 1,000, 10,000 and 100,000 in each window.
            let events: Vec<Event> = (0..EVENTS).map(|number| Event::of(number, 10)).collect();
            run(group, &format!("window/{kind}/{span}"), &text, &events);
        }
    }
}

fn counted(kind: &str, span: &str, condition: &str) -> String {
    format!(
        "title: base\nname: base\nlogsource: {{ category: test }}\n\
         detection: {{ s: {{ Kind: 1 }}, condition: s }}\n---\n\
         title: counted\ncorrelation: {{ type: {kind}, rules: [base], group-by: [User], timespan: {span}, \
         condition: {condition} }}\n"
    )
}

/// As an embedder has it: typed, and looked at where it is.
#[derive(Debug)]
struct Event {
    kind: i64,
    user: String,
    value: u64,
    /// In nanoseconds.
    time: i64,
}

impl Event {
    fn of(number: u64, keys: u64) -> Self {
        // A stride without a common factor: every key comes once before any comes again.
        let key = number.wrapping_mul(7_919) % keys;
        Self {
            kind: 1,
            user: format!("user-{key:07}"),
            value: number.wrapping_mul(0x9e37_79b9) % 1_000_003,
            time: 1_700_000_000_000_000_000 + number as i64 * 1_000_000,
        }
    }
}

impl sigmatic::Event for Event {
    fn field(&self, name: &str) -> Option<sigmatic::event::FieldValue<'_>> {
        use sigmatic::event::FieldValue;
        Some(match name {
            "Kind" => FieldValue::I64(self.kind),
            "User" => FieldValue::Str(&self.user),
            "Value" => FieldValue::U64(self.value),
            _ => return None,
        })
    }

    fn for_each_field<'a>(
        &'a self,
        visit: &mut dyn FnMut(&'a str, sigmatic::event::FieldValue<'a>),
    ) {
        for name in ["Kind", "User", "Value"] {
            if let Some(value) = self.field(name) {
                visit(name, value);
            }
        }
    }
}

fn run(group: &mut BenchmarkGroup<'_, WallTime>, id: &str, text: &str, events: &[Event]) {
    let loaded = Collection::from_yaml(text);
    let rules = RuleSet::builder().collection(&loaded).build();
    let rules = rules.expect("the rule is in order");
    let new = || -> Correlator { correlator(&rules, &loaded) };
    assert_eq!(new().correlations().len(), 1, "{:?}", loaded.problems());
    assert_eq!(feed(&rules, &mut rules.scratch(), &mut new(), events), 0);
    group.throughput(Throughput::Elements(events.len() as u64));
    let mut scratch = rules.scratch();
    group.bench_function(id, |bencher| {
        bencher.iter_batched_ref(
            new,
            |correlator| feed(&rules, &mut scratch, correlator, events),
            BatchSize::PerIteration,
        );
    });
}

fn correlator(rules: &RuleSet, loaded: &Collection) -> Correlator {
    let mut options = Options::default();
    options.entries = usize::MAX;
    let builder = Correlator::builder(rules).collection(loaded);
    builder.options(options).build().expect("it is in order")
}

fn feed(
    rules: &RuleSet,
    scratch: &mut Scratch,
    correlator: &mut Correlator,
    events: &[Event],
) -> usize {
    let mut found: Vec<CorrelationMatch> = Vec::new();
    for event in events {
        let hits = rules.matches(event, scratch);
        correlator.observe_at(event, hits, event.time, (), &mut found);
    }
    found.len()
}

/// Bytes for each key, with one, two and five events in its window.
#[allow(
    clippy::print_stdout,
    reason = "memory is no time: criterion has no place for it"
)]
fn memory() {
    const KEYS: u64 = 1_000_000;
    if !is_wanted() {
        return;
    }
    let loaded = Collection::from_yaml(&counted("event_count", "1d", "{ gte: 1000000 }"));
    let rules = RuleSet::builder().collection(&loaded).build();
    let rules = rules.expect("the rule is in order");
    for times in [1, 2, 5] {
        let mut correlator = None;
        let mut scratch = rules.scratch();
        let info = allocation_counter::measure(|| {
            let mut filled = self::correlator(&rules, &loaded);
            for number in 0..KEYS * times {
                let event = [Event::of(number, KEYS)];
                feed(&rules, &mut scratch, &mut filled, &event);
            }
            correlator = Some(filled);
        });
        let groups = correlator.map_or(0, |filled| filled.groups());
        println!(
            "correlation/memory/event_count/1M keys, {times} events each: {:.1} bytes a key",
            info.bytes_current as f64 / groups as f64
        );
    }
}

/// As in the topic `memory`: criterion keeps its filter to itself.
fn is_wanted() -> bool {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_filter = |it: &&String| !it.starts_with('-') && it.parse::<f64>().is_err();
    let filter = arguments.iter().find(is_filter);
    let is_asked = filter.is_none_or(|it| "correlation/memory".starts_with(it.as_str()));
    !arguments.iter().any(|it| it == "--list") && is_asked
}

const EVENTS: u64 = 2_000_000;
