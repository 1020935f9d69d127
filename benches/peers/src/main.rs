//! This crate beside `rsigma-eval` and `sigma-rust`, on the same rules and events, in alternation.
//!
//! `cargo run --release --ignore-rust-version -- [--events N] [--rounds N] [FOLDER]`, where FOLDER holds
//! `sigmahq/` and `events/` (default: `../../../shared/corpus`). Prints first where the answers differ, then the
//! times, each as the minimum, median and maximum over the rounds and as a ratio within the round.

mod answers;
#[path = "../../targets/corpus.rs"]
#[allow(
    dead_code,
    reason = "rule sets of other sizes are for the bench 'targets'"
)]
mod corpus;
mod engines;
mod table;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use engines::{Engine, RSigma, SigmaRust, Sigmatic};

struct Arguments {
    folder: PathBuf,
    events: usize,
    rounds: usize,
}

fn main() {
    let arguments = arguments();
    let Some(corpus::Corpus { rules, lines }) =
        corpus::Corpus::load(&arguments.folder, arguments.events)
    else {
        eprintln!(
            "no rules or no events under '{}'",
            arguments.folder.display()
        );
        std::process::exit(2);
    };
    println!(
        "{} rule files, {} events, {} rounds",
        rules.len(),
        lines.len(),
        arguments.rounds
    );
    let events: Vec<Value> = lines
        .iter()
        .map(|line| serde_json::from_str(line).expect("the corpus is JSON"))
        .collect();

    let (mut ours, our_load) = timed(|| Sigmatic::new(&rules));
    let (mut rsigma, rsigma_load) = timed(|| RSigma::new(&rules));
    let mut sigma_rust = SigmaRust::new(&rules);
    println!(
        "loaded: sigmatic {} rules in {our_load:.0?}, rsigma-eval {} in {rsigma_load:.0?}, sigma-rust {}",
        ours.len(),
        rsigma.len(),
        sigma_rust.len()
    );

    let sample: Vec<&Value> = events
        .iter()
        .step_by(events.len().div_ceil(4_000).max(1))
        .collect();
    answers::compare(&mut ours, &mut rsigma, &sample);
    let small: Vec<&Value> = sample
        .iter()
        .copied()
        .step_by(sample.len().div_ceil(200).max(1))
        .collect();
    answers::compare(&mut ours, &mut sigma_rust, &small);

    let mut rows = table::Table::new(events.len());
    for _ in 0..arguments.rounds {
        rows.add(
            "serde_json::from_str::<Value>",
            time(|| lines.iter().map(|line| parse(line)).sum()),
        );
        rows.add(
            "sigmatic",
            time(|| events.iter().map(|event| ours.count(event)).sum()),
        );
        rows.add(
            "rsigma-eval",
            time(|| events.iter().map(|event| rsigma.count(event)).sum()),
        );
    }
    rows.print();
    log_sources(&rules, &events, arguments.rounds);
    one_rule(&rules, &events, arguments.rounds);
}

/// Each rule on the events of its log source: here by a map, there by a log source handed in with each event.
fn log_sources(rules: &[String], events: &[Value], rounds: usize) {
    let (mut ours, mut rsigma) = (Sigmatic::on_windows(rules), RSigma::new(rules));
    let sources: Vec<_> = events.iter().map(engines::log_source).collect();
    println!("with log sources: sigmatic {} rules", ours.len());
    let mut rows = table::Table::new(events.len());
    for _ in 0..rounds {
        rows.add(
            "sigmatic",
            time(|| events.iter().map(|event| ours.count(event)).sum()),
        );
        rows.add(
            "rsigma-eval",
            time(|| {
                let events = events.iter().zip(&sources);
                events
                    .map(|(event, source)| rsigma.count_of(event, source))
                    .sum()
            }),
        );
    }
    rows.print();
}

/// Target P9: the PsExec rule alone.
fn one_rule(rules: &[String], events: &[Value], rounds: usize) {
    let Some(rule) = rules
        .iter()
        .find(|text| text.contains("ea011323-7045-460b-b2d7-0f7442ea6b38"))
    else {
        return;
    };
    let rule = std::slice::from_ref(rule);
    let (mut ours, mut rsigma, sigma_rust) =
        (Sigmatic::new(rule), RSigma::new(rule), SigmaRust::new(rule));
    let native: Vec<_> = events.iter().map(engines::sigma_rust_event).collect();
    for (label, count) in [
        ("hot, 1,000 events", 1_000),
        ("cold, all events", events.len()),
    ] {
        let (events, native) = (
            &events[..count.min(events.len())],
            &native[..count.min(events.len())],
        );
        let repeat = (50_000 / events.len()).max(1);
        println!("one rule (PsExec), {label}");
        let mut rows = table::Table::new(events.len() * repeat);
        for _ in 0..rounds {
            rows.add(
                "sigmatic",
                time(|| {
                    (0..repeat)
                        .flat_map(|_| events)
                        .map(|event| ours.count(event))
                        .sum()
                }),
            );
            rows.add(
                "rsigma-eval",
                time(|| {
                    (0..repeat)
                        .flat_map(|_| events)
                        .map(|event| rsigma.count(event))
                        .sum()
                }),
            );
            rows.add(
                "sigma-rust",
                time(|| {
                    (0..repeat)
                        .flat_map(|_| native)
                        .map(|event| sigma_rust.count_native(event))
                        .sum()
                }),
            );
        }
        rows.print();
    }
}

fn parse(line: &str) -> usize {
    let value: Value = serde_json::from_str(line).expect("the corpus is JSON");
    usize::from(std::hint::black_box(&value).is_object())
}

fn time(work: impl FnOnce() -> usize) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed())
}

fn arguments() -> Arguments {
    let mut arguments = Arguments {
        folder: PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../shared/corpus"
        )),
        events: 50_000,
        rounds: 5,
    };
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        let mut number = |default| {
            given
                .next()
                .and_then(|text| text.parse().ok())
                .unwrap_or(default)
        };
        match word.as_str() {
            "--events" => arguments.events = number(arguments.events),
            "--rounds" => arguments.rounds = number(arguments.rounds),
            folder => arguments.folder = folder.into(),
        }
    }
    arguments
}
