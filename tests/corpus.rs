//! SigmaHQ's rules and real events: what must load loads, what must match matches, and on a sample of real events
//! the engine gives what the plain evaluator gives.
//!
//! Needs the shared `corpus/` folder. `SIGMATIC_FULL=1` enlarges the sample to all events but those of the largest
//! file, of which it takes every tenth.

mod differential;
mod log_sources;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;
use serde_json::Value;
use sigmatic::error::Problem;
use sigmatic::{Collection, Rule, RuleSet, Settings};

use crate::reference::{Reference, Table};
use crate::shared::{files, is_full_run, read, shared};
use crate::suite::{Setup, alone, build, engines, matches};

/// The folders of rules that are in use.
const ACTIVE: &[&str] = &[
    "rules",
    "rules-compliance",
    "rules-emerging-threats",
    "rules-placeholder",
    "rules-threat-hunting",
];

/// Folders of rules that are not, some of them in forms that Sigma has given up.
const RETIRED: &[&str] = &["deprecated", "unsupported"];

#[test]
fn every_active_rule_loads_and_compiles() {
    let Some(corpus) = corpus() else { return };
    let problems = corpus
        .collection
        .problems()
        .iter()
        .chain(corpus.rules.problems());
    let errors: Vec<String> = problems
        .filter(|problem| problem.is_error())
        .map(Problem::to_string)
        .collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(corpus.rules.len(), corpus.files, "each file holds one rule");
}

/// The rejected files with the reason for each: `tests/data/corpus/rejected.txt`. `UPDATE=1` writes it anew.
#[test]
fn rejected_rules_are_listed() {
    let Some(folder) = shared("corpus/sigmahq") else {
        return;
    };
    let (collection, _) = load(&folder, RETIRED);
    let rules: Vec<Arc<Rule>> = collection.rules().cloned().collect();
    let set = build(&rules, &Setup::with(&placeholders()), Settings::default());
    let problems = collection.problems().iter().chain(set.problems());
    let mut lines: Vec<String> = problems
        .filter(|problem| problem.is_error())
        .map(Problem::to_string)
        .collect();
    lines.sort();
    let found: String = lines.iter().map(|line| format!("{line}\n")).collect();

    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/corpus/rejected.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&list, &found).expect("a writable list");
    }
    let listed = read(&list);
    let difference = difference(&listed, &found);
    assert!(
        difference.is_empty(),
        "the list differs (UPDATE=1 writes it anew):\n{difference}"
    );
}

#[derive(Deserialize)]
struct Regression {
    rule_id: String,
    rule_path: String,
    expected_match_count: Option<usize>,
    expected_at_least: usize,
    /// Says where the exact number is another one: `all 3 events match …`, `1 of the 6 events …`.
    remark: Option<String>,
    events: Vec<Value>,
}

impl Regression {
    fn exact_count(&self) -> Option<usize> {
        match self.remark.as_deref() {
            None => self.expected_match_count,
            Some(remark) if remark.starts_with("both ") || remark.starts_with("all ") => {
                Some(self.events.len())
            }
            Some(remark) => remark
                .split(' ')
                .next()
                .and_then(|count| count.parse().ok()),
        }
    }
}

/// SigmaHQ's own positives: the rule matches as many of its events as is stated, among all other rules.
#[test]
fn regression_events_match() {
    let Some(folder) = shared("corpus/regression") else {
        return;
    };
    let Some(corpus) = corpus() else { return };
    let mut scratch = corpus.rules.scratch();
    let mut failures = String::new();
    for file in files(&folder, ".json") {
        let case: Regression = serde_json::from_str(&read(&file)).expect("a regression case");
        let by_engine = |event: &&Value| {
            matches(&corpus.rules, event, &mut scratch)
                .iter()
                .any(|hit| hit.rule().identity() == case.rule_id)
        };
        let engine = case.events.iter().filter(by_engine).count();
        let (_, reference) = corpus
            .references
            .iter()
            .find(|(rule, _)| rule.identity() == case.rule_id)
            .unwrap_or_else(|| panic!("no rule {}", case.rule_id));
        let plain = case
            .events
            .iter()
            .filter(|event| reference.matches(event))
            .count();
        let right = |count: usize| match case.exact_count() {
            Some(exact) => count == exact,
            None => count >= case.expected_at_least,
        };
        if !right(engine) || !right(plain) {
            writeln!(
                failures,
                "{}: engine {engine}, reference {plain} of {} events, expected {:?} or at least {}",
                case.rule_path,
                case.events.len(),
                case.exact_count(),
                case.expected_at_least
            )
            .expect("writing to a string");
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

/// Real events against all active rules. Each event file gives a fixed share of its lines.
#[test]
fn engine_is_the_reference_on_real_events() {
    let Some(folder) = shared("corpus/events") else {
        return;
    };
    let Some(corpus) = corpus() else { return };
    let rules: Vec<Arc<Rule>> = corpus.rules.rules().cloned().collect();
    let mut sets: Vec<_> = engines(&rules, &Setup::with(&placeholders()))
        .into_iter()
        .map(|(setting, set)| (setting, set.scratch(), set))
        .collect();
    let alone = alone(&rules, &Setup::with(&placeholders()));
    let mut alone: Vec<_> = alone.iter().map(|set| (set.scratch(), set)).collect();
    let (mut events, mut hits) = (0, 0);
    for event in sample(&folder) {
        let expected: BTreeSet<&str> = corpus
            .references
            .iter()
            .filter(|(_, reference)| reference.matches(&event))
            .map(|(rule, _)| rule.identity())
            .collect();
        for (setting, scratch, set) in &mut sets {
            let found: BTreeSet<&str> = matches(set, &event, scratch)
                .iter()
                .map(|hit| hit.rule().identity())
                .collect();
            assert_eq!(found, expected, "{setting}: {event}");
        }
        let found: BTreeSet<&str> = { alone.iter_mut() }
            .filter_map(|(scratch, set)| set.matches(&event, scratch).next())
            .map(|hit| hit.rule().identity())
            .collect();
        assert_eq!(found, expected, "each rule alone: {event}");
        events += 1;
        hits += expected.len();
    }
    assert!(
        events >= 100 && hits >= events / 10,
        "{hits} matches of {events} events show little"
    );
}

struct Corpus {
    collection: Collection,
    files: usize,
    rules: RuleSet,
    references: Vec<(Arc<Rule>, Reference)>,
}

/// The active rules, loaded once for all tests.
fn corpus() -> Option<&'static Corpus> {
    static CORPUS: OnceLock<Option<Corpus>> = OnceLock::new();
    let load_all = || {
        let (collection, files) = load(&shared("corpus/sigmahq")?, ACTIVE);
        let rules: Vec<Arc<Rule>> = collection.rules().cloned().collect();
        let table = placeholders();
        let reference = |rule: &Arc<Rule>| {
            let reference = Reference::compile(rule, &table);
            (
                Arc::clone(rule),
                reference.unwrap_or_else(|error| panic!("{}: {error}", rule.title())),
            )
        };
        Some(Corpus {
            files,
            rules: build(&rules, &Setup::with(&table), Settings::default()),
            references: rules.iter().map(reference).collect(),
            collection,
        })
    };
    CORPUS.get_or_init(load_all).as_ref()
}

/// The collection of all rule files of some folders, under their paths in SigmaHQ, and how many files there are.
fn load(sigmahq: &Path, folders: &[&str]) -> (Collection, usize) {
    let paths: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| files(&sigmahq.join(folder), ".yml"))
        .collect();
    let mut loader = Collection::loader();
    for path in &paths {
        let name = path
            .strip_prefix(sigmahq)
            .expect("a path below the folder")
            .to_string_lossy();
        loader = loader.text(&*name, read(path));
    }
    (loader.load(), paths.len())
}

/// Something for every placeholder that the rules have.
fn placeholders() -> Table {
    let name = regex::Regex::new(r"%([^%\\\s'\x22]+)%").expect("a good pattern");
    let mut table = Table::new();
    let folders: &[&[&str]] = &[ACTIVE, RETIRED];
    let sigmahq = shared("corpus/sigmahq").unwrap_or_default();
    for file in folders
        .iter()
        .copied()
        .flatten()
        .flat_map(|folder| files(&sigmahq.join(folder), ".yml"))
    {
        let text = read(&file);
        if text.contains("|expand") {
            for found in name.captures_iter(&text) {
                let values = [
                    format!("{}*", &found[1]),
                    "WIN-*".to_owned(),
                    "10.0.0.1".to_owned(),
                ];
                table.insert(found[1].to_owned(), values.to_vec());
            }
        }
    }
    table
}

/// Every so many lines of each file, always the same ones.
fn sample(folder: &Path) -> impl Iterator<Item = Value> {
    let shares: &'static [(&str, usize)] = if is_full_run() {
        FULL_SHARES
    } else {
        &[
            ("evtx-attack-samples.jsonl.zst", 151),
            ("hayabusa-samples.jsonl.zst", 301),
            ("otrf-other.jsonl.zst", 151),
        ]
    };
    events_of(folder, shares)
}

const FULL_SHARES: &[(&str, usize)] = &[
    ("evtx-attack-samples.jsonl.zst", 1),
    ("hayabusa-samples.jsonl.zst", 1),
    ("otrf-other.jsonl.zst", 1),
    ("otrf.jsonl.zst", 10),
];

/// Of each file every so manieth event.
fn events_of(folder: &Path, shares: &'static [(&str, usize)]) -> impl Iterator<Item = Value> {
    shares.iter().flat_map(|(name, step)| {
        let file = std::fs::File::open(folder.join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let decoder = ruzstd::decoding::StreamingDecoder::new(file).expect("a zstd file");
        let lines = BufReader::new(decoder).lines().step_by(*step);
        lines.map(|line| event(&line.expect("a line of text")))
    })
}

/// The event of a line; where a log source stands beside it, the line has it under `event`.
fn event(line: &str) -> Value {
    let mut line: Value = serde_json::from_str(line).expect("a line of JSON");
    match line.get_mut("event") {
        Some(event) if event.is_object() => event.take(),
        _ => line,
    }
}

/// Lines of one text that the other does not have.
fn difference(listed: &str, found: &str) -> String {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let (listed, found) = (lines(listed), lines(found));
    let missing = listed.difference(&found).map(|line| format!("- {line}\n"));
    let new = found.difference(&listed).map(|line| format!("+ {line}\n"));
    missing.chain(new).collect()
}
