//! Correlations of this crate beside those of `rsigma-eval`, detection included, on the same events in alternation.
//!
//! `cargo run --release --ignore-rust-version --bin correlation -- [--events N] [--rounds N]`. Checks first that both
//! fire as often. Memory is what the counting allocator says a filled engine holds beyond an empty one, by key.

#[path = "../table.rs"]
mod table;

use std::time::{Duration, Instant};

use rsigma_eval::event::JsonEvent;
use rsigma_eval::{CorrelationConfig, CorrelationEngine};
use serde_json::{Value, json};
use sigmatic::correlation::{CorrelationMatch, Correlator, Options};
use sigmatic::{Collection, RuleSet, Scratch};

fn main() {
    let (events, rounds) = arguments();
    check();
    for keys in [10_000, 100_000, 1_000_000] {
        let text = counted("{ gte: 1000000 }");
        println!("event_count, {keys} keys, {events} events");
        let mut rows = table::Table::new(events);
        for _ in 0..rounds {
            let mut ours = Sigmatic::new(&text);
            rows.add("sigmatic", round(events, keys, |part| ours.feed(part)));
            drop(ours);
            let mut rsigma = RSigma::new(&text);
            rows.add("rsigma-eval", round(events, keys, |part| rsigma.feed(part)));
        }
        rows.print();
    }
    for times in [1, 2, 5] {
        memory(times);
    }
}

/// Events are made a thousand at a time, just before they are fed and outside the time: a stream comes from a parser, and
/// what is measured is not how long it takes to fetch old events from memory. Each engine has the caches for itself.
fn round(events: usize, keys: usize, mut feed: impl FnMut(&[(Value, i64)]) -> usize) -> Duration {
    const PART: usize = 1_000;
    let mut total = Duration::ZERO;
    for start in (0..events).step_by(PART) {
        let part: Vec<_> = (start..events.min(start + PART))
            .map(|number| event(number, keys))
            .collect();
        total += time(|| feed(&part));
    }
    total
}

/// Both must say the same before they are compared.
fn check() {
    for condition in ["{ gte: 2 }", "{ gte: 3 }", "{ eq: 2 }"] {
        let text = counted(condition);
        let stream = stream(25_000, 10_000);
        let (ours, theirs) = (
            Sigmatic::new(&text).feed(&stream),
            RSigma::new(&text).feed(&stream),
        );
        assert!(ours > 0 && ours == theirs, "{condition}: {ours} {theirs}");
    }
}

fn memory(times: usize) {
    const KEYS: usize = 1_000_000;
    let text = counted("{ gte: 1000000 }");
    let stream = stream(KEYS * times, KEYS);
    let mut ours = Sigmatic::new(&text);
    let mut rsigma = RSigma::new(&text);
    let our_bytes = held(|| ours.feed(&stream));
    let rsigma_bytes = held(|| rsigma.feed(&stream));
    println!(
        "state with {KEYS} keys of {times} events: sigmatic {:.1} bytes a key, rsigma-eval {:.1}",
        our_bytes / KEYS as f64,
        rsigma_bytes / KEYS as f64
    );
}

fn held(fill: impl FnOnce() -> usize) -> f64 {
    allocation_counter::measure(|| {
        fill();
    })
    .bytes_current as f64
}

fn counted(condition: &str) -> String {
    format!(
        "title: base\nid: 44444444-4444-4444-8444-444444444441\nname: base\nlogsource:\n  category: test\n\
         detection:\n  s:\n    EventID: 4625\n  condition: s\n---\n\
         title: counted\nid: 55555555-5555-4555-8555-555555555551\ncorrelation:\n  type: event_count\n  rules: [base]\n  group-by: [User]\n  \
         timespan: 1d\n  condition: {condition}\n"
    )
}

fn stream(events: usize, keys: usize) -> Vec<(Value, i64)> {
    (0..events).map(|number| event(number, keys)).collect()
}

/// A thousand events a second; every key comes once before any comes again.
fn event(number: usize, keys: usize) -> (Value, i64) {
    let user = format!("user-{:07}", number.wrapping_mul(7_919) % keys);
    let seconds = 1_700_000_000 + number as i64 / 1_000;
    (
        json!({ "EventID": 4625, "User": user, "Computer": "dc01" }),
        seconds,
    )
}

struct Sigmatic {
    rules: RuleSet,
    scratch: Scratch,
    correlator: Correlator,
}

impl Sigmatic {
    fn new(text: &str) -> Self {
        let loaded = Collection::from_yaml(text);
        let rules = RuleSet::builder().collection(&loaded).build();
        let rules = rules.expect("the rule is in order");
        let builder = Correlator::builder(&rules).collection(&loaded);
        let correlator = builder.options(Options::default()).build();
        Self {
            scratch: rules.scratch(),
            correlator: correlator.expect("the correlation is in order"),
            rules,
        }
    }

    fn feed(&mut self, stream: &[(Value, i64)]) -> usize {
        let mut found: Vec<CorrelationMatch> = Vec::new();
        for (event, seconds) in stream {
            let hits = self.rules.matches(event, &mut self.scratch);
            let time = seconds * 1_000_000_000;
            self.correlator
                .observe_at(event, hits, time, (), &mut found);
        }
        found.len()
    }
}

struct RSigma(CorrelationEngine);

impl RSigma {
    fn new(text: &str) -> Self {
        let collection = rsigma_parser::parse_sigma_yaml(text).expect("the rules are in order");
        // Else it throws groups away.
        let config = CorrelationConfig {
            max_state_entries: usize::MAX,
            ..CorrelationConfig::default()
        };
        let mut engine = CorrelationEngine::new(config);
        engine
            .add_collection(&collection)
            .expect("the rules are in order");
        Self(engine)
    }

    fn feed(&mut self, stream: &[(Value, i64)]) -> usize {
        let mut found = 0;
        for (event, seconds) in stream {
            let results = self.0.process_event_at(&JsonEvent::borrow(event), *seconds);
            found += results.len();
        }
        found
    }
}

fn time(work: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    assert_eq!(std::hint::black_box(work()), 0);
    start.elapsed()
}

fn arguments() -> (usize, usize) {
    let (mut events, mut rounds) = (2_000_000, 3);
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        let number = given.next().and_then(|text| text.parse().ok());
        match (word.as_str(), number) {
            ("--events", Some(number)) => events = number,
            ("--rounds", Some(number)) => rounds = number,
            _ => {
                eprintln!("correlation: '{word}' is not understood");
                std::process::exit(2);
            }
        }
    }
    (events, rounds)
}
