//! The figures of BENCHMARKS.md that need the public corpus, as ratios measured in one process.
//!
//! `cargo bench --bench targets [-- --events N] [--rounds N]`. The folder `corpus` is looked for under
//! `SIGMATIC_SHARED` (default `../shared`); without it this prints that it was skipped.

#![allow(clippy::print_stdout, reason = "a table is what it is for")]

mod corpus;
mod measure;

use std::hint::black_box;
use std::path::PathBuf;

use serde_json::Value;
use sigmatic::event::JsonParser;
use sigmatic::{Collection, Match, RuleSet, Scratch};

use crate::corpus::Corpus;
use crate::measure::{Series, report};

fn main() {
    let folder = std::env::var_os("SIGMATIC_SHARED")
        .map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let count = argument("--events").unwrap_or(50_000);
    let rounds = argument("--rounds").unwrap_or(7);
    let Some(corpus) = Corpus::load(&folder.join("corpus"), count) else {
        println!(
            "skipped: no corpus under '{}' (set SIGMATIC_SHARED)",
            folder.display()
        );
        return;
    };
    println!(
        "{} rule files, {} events, {rounds} rounds",
        corpus.rules.len(),
        corpus.lines.len()
    );
    let events: Vec<Value> = corpus.lines.iter().map(|line| parse(line)).collect();
    loading(&corpus, rounds);
    let rules = build(&corpus.rules);
    evaluating(&rules, &corpus, &events, rounds);
    growing(&corpus, &events, rounds);
    allocating(&rules, &events);
    threads(&rules, &corpus, rounds);
    worst_cases(rounds);
}

fn parse(line: &str) -> Value {
    serde_json::from_str(line).expect("the corpus is JSON")
}

fn build(texts: &[String]) -> RuleSet {
    let builder = texts.iter().fold(RuleSet::builder(), |builder, text| {
        builder.collection(&Collection::from_yaml(text))
    });
    builder.build().expect("building reports rules, not errors")
}

/// P7 and P8: loading everything, and what it holds.
fn loading(corpus: &Corpus, rounds: usize) {
    let mut series = Series::new(1);
    for _ in 0..rounds {
        series.add("reading with serde_yaml::Value", || {
            corpus
                .rules
                .iter()
                .filter(|text| serde_yaml::from_str::<serde_yaml::Value>(text).is_ok())
                .count()
        });
        series.add("P7 load, compile and build", || build(&corpus.rules).len());
    }
    report(&series);
    let mut rules = None;
    let held = allocation_counter::measure(|| rules = Some(build(&corpus.rules))).bytes_current;
    let rules = rules.expect("it was just built");
    println!(
        "P8 heap of the built set, {} rules: {:.1} MiB",
        rules.len(),
        held as f64 / f64::from(1 << 20)
    );
}

fn match_line(
    rules: &RuleSet,
    line: &str,
    parser: &mut JsonParser,
    scratch: &mut Scratch,
) -> usize {
    let event = parser.parse(line.as_bytes()).expect("the corpus is JSON");
    rules.matches(&event, scratch).len()
}

/// P1 and P5.
fn evaluating(rules: &RuleSet, corpus: &Corpus, events: &[Value], rounds: usize) {
    let mut scratch = rules.scratch();
    let mut parser = JsonParser::new();
    let expected = matches(rules, events, &mut scratch);
    let mut series = Series::new(events.len());
    for _ in 0..rounds {
        series.add("serde_json::from_str::<Value>", || {
            corpus
                .lines
                .iter()
                .filter(|line| black_box(parse(line)).is_object())
                .count()
        });
        series.add("P1 evaluate", || {
            let hits = matches(rules, events, &mut scratch);
            assert_eq!(hits, expected);
            hits
        });
        series.add("P5 raw lines to matches", || {
            let lines = corpus.lines.iter();
            let hits = lines
                .map(|line| match_line(rules, line, &mut parser, &mut scratch))
                .sum();
            assert_eq!(hits, expected);
            hits
        });
    }
    report(&series);
    println!("{} matches in {} events", expected, events.len());
}

fn matches(rules: &RuleSet, events: &[Value], scratch: &mut Scratch) -> usize {
    events
        .iter()
        .map(|event| rules.matches(event, scratch).len())
        .sum()
}

/// P3 and P4: from 300 to 3,000 to 30,000 rules.
fn growing(corpus: &Corpus, events: &[Value], rounds: usize) {
    let events = &events[..events.len().min(10_000)];
    let sets = [300, 3_000, 30_000].map(|count| build(&corpus.drawn(count)));
    let mut scratches = sets.each_ref().map(RuleSet::scratch);
    let mut series = Series::new(events.len());
    for _ in 0..rounds {
        for ((set, scratch), name) in sets.iter().zip(&mut scratches).zip([
            "300 rules",
            "3,000 rules (P3)",
            "30,000 rules (P4 is this by the row above)",
        ]) {
            series.add(name, || matches(set, events, scratch));
        }
    }
    report(&series);
}

/// P6: allocations once warm.
fn allocating(rules: &RuleSet, events: &[Value]) {
    let mut scratch = rules.scratch();
    let mut hits: Vec<Match<'_>> = Vec::new();
    let mut pass = || {
        events
            .iter()
            .for_each(|event| rules.matches_into(event, &mut scratch, &mut hits))
    };
    pass();
    pass();
    println!(
        "P6 allocations in {} warm events: {}",
        events.len(),
        allocation_counter::measure(pass).count_total
    );
}

/// P10: two threads, end to end.
fn threads(rules: &RuleSet, corpus: &Corpus, rounds: usize) {
    let work = |lines: &[String]| {
        let (mut parser, mut scratch) = (JsonParser::new(), rules.scratch());
        lines
            .iter()
            .map(|line| match_line(rules, line, &mut parser, &mut scratch))
            .sum::<usize>()
    };
    let mut series = Series::new(corpus.lines.len());
    for _ in 0..rounds {
        series.add("two threads, end to end", || {
            let (left, right) = corpus.lines.split_at(corpus.lines.len() / 2);
            std::thread::scope(|scope| {
                let other = scope.spawn(|| work(right));
                work(left) + other.join().expect("the thread does not panic")
            })
        });
        series.add("one thread (P10)", || work(&corpus.lines));
    }
    report(&series);
}

/// P11: twice the event takes at most about twice the time.
fn worst_cases(rounds: usize) {
    let many: String = (0..10_000)
        .map(|number| format!("      - 'value{number}x'\n"))
        .collect();
    let rules = build(&[format!(
        "title: worst\nlogsource: {{ category: test }}\ndetection:\n  a:\n    F|contains:\n{many}  b:\n    F: '{}'\n  c:\n    F|re: '(a|aa)+b?c'\n  k: ['needle', '{}']\n  condition: a or b or c or k\n",
        "*a?b".repeat(50),
        "*ab*".repeat(20),
    )]);
    let text = |bytes: usize| serde_json::json!({ "F": "ab".repeat(bytes / 2) });
    let fields = |count: usize| {
        Value::Object(
            (0..count)
                .map(|n| (format!("field{n}"), "some value".into()))
                .collect(),
        )
    };
    let list = |count: usize| serde_json::json!({ "F": vec!["some ab value"; count] });
    let cases: [(&str, MakeEvent, usize); 3] = [
        ("a value of 5 MiB", Box::new(text), 5 << 20),
        ("50,000 fields", Box::new(fields), 50_000),
        ("a list of 50,000", Box::new(list), 50_000),
    ];
    for (name, event, size) in cases {
        let (single, double) = (event(size), event(2 * size));
        let mut scratch = rules.scratch();
        let mut series = Series::new(1);
        for _ in 0..rounds {
            series.add(name, || rules.matches(&single, &mut scratch).len());
            series.add("twice as much (P11)", || {
                rules.matches(&double, &mut scratch).len()
            });
        }
        report(&series);
    }
}

/// Makes an event of a given size.
type MakeEvent = Box<dyn Fn(usize) -> Value>;

fn argument(name: &str) -> Option<usize> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1)?.parse().ok()
}
