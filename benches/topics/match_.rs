//! Events against rules, already parsed. A round is all events of the case; the rate is per event.

use std::cell::LazyCell;
use std::path::{Path, PathBuf};

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput};
use serde_json::Value;
use sigmatic::pipeline::LogSources;
use sigmatic::{Collection, RuleSet};

use crate::corpus::Corpus;
use crate::generate::{self, SampleEvent};
use crate::work::{SETTINGS, Work, bench, build, build_loaded, build_mapped};

pub(crate) fn define(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("match");
    one_rule(&mut group);
    few_fields(&mut group);
    generated(&mut group);
    corpus(&mut group);
    group.finish();
}

/// The rule of the `psexec` example on its events. Their notes say which match.
fn one_rule(group: &mut BenchmarkGroup<'_, WallTime>) {
    let text = include_str!("../../examples/data/psexec.yml");
    let recorded: Vec<Value> = include_str!("../../examples/data/psexec-events.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("the example's events are JSON"))
        .collect();
    let announced = |recorded: &&Value| {
        recorded["note"]
            .as_str()
            .is_some_and(|note| note.ends_with(": match"))
    };
    let expected = recorded.iter().filter(announced).count();
    assert!(expected > 0 && expected < recorded.len());
    let events: Vec<Value> = recorded.iter().map(|it| it["event"].clone()).collect();
    let rate = Throughput::Elements(events.len() as u64);
    for (name, index) in SETTINGS {
        bench(
            group,
            &format!("one_rule/psexec/{name}"),
            rate.clone(),
            || Work::new(build(text, index), events.clone(), expected),
        );
    }
}

/// One rule on a few fields that never matches: up to four are looked up, more are met by walking over the event.
fn few_fields(group: &mut BenchmarkGroup<'_, WallTime>) {
    let names = [
        "CommandLine",
        "Image",
        "ParentImage",
        "User",
        "Computer",
        "Hashes",
        "CurrentDirectory",
        "Channel",
    ];
    for count in [1, 2, 3, 4, 5, 6, 8] {
        let list: String = names[..count]
            .iter()
            .map(|name| format!("    - {name}|contains: 'nowhere#at all'\n"))
            .collect();
        let text = format!(
            "title: Few\nlogsource: {{ category: test }}\ndetection:\n  s:\n{list}  condition: s\n"
        );
        let id = format!("one_rule/fields/{count}");
        bench(group, &id, Throughput::Elements(EVENTS), || {
            Work::new(build(&text, true), values(EVENTS), 0)
        });
    }
}

/// Expected is what the plain evaluation of the generated rules says.
fn generated(group: &mut BenchmarkGroup<'_, WallTime>) {
    for count in [30, 300, 3_000] {
        let rules = generate::rules(count);
        let expected =
            LazyCell::new(|| generate::count_matches(&rules, &generate::events(EVENTS as usize)));
        for (name, index) in SETTINGS {
            let id = format!("generated/{count}/{name}");
            bench(group, &id, Throughput::Elements(EVENTS), || {
                assert!(count < 300 || *expected > 0, "some rule should match");
                let rules = build(&generate::yaml(&rules), index);
                Work::new(rules, values(EVENTS), *expected)
            });
        }
    }
}

/// Expected is what the engine says when it does without its index.
fn corpus(group: &mut BenchmarkGroup<'_, WallTime>) {
    let shared = std::env::var_os("SIGMATIC_SHARED");
    let folder = shared.map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let folder = folder.join("corpus");
    if !folder.is_dir() {
        skipped(&folder);
        return;
    }
    let corpus = LazyCell::new(|| {
        Corpus::load(&folder, CORPUS_EVENTS as usize).expect("the corpus has rules and events")
    });
    let events = LazyCell::new(|| -> Vec<Value> {
        let lines = corpus.lines.iter();
        lines
            .map(|line| serde_json::from_str(line).expect("the corpus is JSON"))
            .collect()
    });
    for count in [300, 3_000] {
        let texts = LazyCell::new(|| corpus.drawn(count));
        let expected = LazyCell::new(|| plain_count(&build_drawn(&texts, false), &events));
        for (name, index) in SETTINGS {
            let id = format!("corpus/{count}/{name}");
            bench(group, &id, Throughput::Elements(CORPUS_EVENTS), || {
                assert!(*expected > 0, "some rule should match");
                Work::new(build_drawn(&texts, index), events.clone(), *expected)
            });
        }
    }
    log_sources(group, &corpus, &events);
}

/// All rules of the corpus on Windows events, without the map of log sources and with it. With it, rules for other logs
/// are not in the set, and every other rule asks one thing more.
fn log_sources(group: &mut BenchmarkGroup<'_, WallTime>, corpus: &Corpus, events: &[Value]) {
    let loaded = LazyCell::new(|| load_drawn(&corpus.rules));
    for (name, map) in [("off", None), ("on", Some(LogSources::windows()))] {
        let build = |index| build_mapped(&loaded, index, map.clone());
        let expected = LazyCell::new(|| plain_count(&build(false), events));
        let rate = Throughput::Elements(CORPUS_EVENTS);
        bench(group, &format!("log-sources/{name}"), rate, || {
            assert!(*expected > 0, "some rule should match");
            Work::new(build(true), events.to_vec(), *expected)
        });
    }
}

/// Rules of the corpus; what is wrong with one concerns that one.
fn build_drawn(texts: &[String], index: bool) -> RuleSet {
    build_loaded(&load_drawn(texts), index)
}

fn load_drawn(texts: &[String]) -> Collection {
    let mut loader = Collection::loader();
    for (number, text) in texts.iter().enumerate() {
        loader = loader.text(number.to_string(), text);
    }
    loader.load()
}

/// Every event with a scratch of its own, so that nothing is remembered from one to the next.
fn plain_count(rules: &RuleSet, events: &[Value]) -> usize {
    let count = |event| rules.matches(event, &mut rules.scratch()).len();
    events.iter().map(count).sum()
}

#[allow(clippy::print_stdout, reason = "what is left out must be said")]
fn skipped(folder: &Path) {
    println!(
        "match/corpus: skipped, no folder '{}' (set SIGMATIC_SHARED)",
        folder.display()
    );
}

fn values(count: u64) -> Vec<Value> {
    let events = generate::events(count as usize);
    events.iter().map(SampleEvent::value).collect()
}

const EVENTS: u64 = 500;
const CORPUS_EVENTS: u64 = 2_000;
