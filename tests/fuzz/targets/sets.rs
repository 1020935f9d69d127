//! Rules as the targets load, build and ask them.

use serde_json::Value;
use sigmatic::error::Problem;
use sigmatic::rule::Document;
use sigmatic::{Collection, Event, PatternSearch, RuleSet, Scratch, Settings};

/// Field names are short, so that a fuzzer finds them.
pub(super) const EVERY_KIND: &str = include_str!("../every-kind.yml");

pub(super) fn load(text: &str, lenient: bool) -> Collection {
    Collection::loader()
        .lenient(lenient)
        .text("input.yml", text)
        .load()
}

pub(super) fn build(loaded: &Collection, settings: &Settings) -> RuleSet {
    let builder = RuleSet::builder()
        .collection(loaded)
        .settings(settings.clone());
    builder
        .build()
        .expect("building reports errors rule by rule")
}

/// Rules of every kind, none of which is in error.
pub(super) fn every_kind() -> RuleSet {
    let rules = build(&load(EVERY_KIND, false), &Settings::default());
    let errors: Vec<_> = rules.problems().iter().filter(|it| it.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    rules
}

pub(super) fn without_index() -> Settings {
    let mut settings = Settings::default();
    settings.index = false;
    settings
}

/// Settings by the bits of a number: none may change a result (S-564).
pub(super) fn settings(bits: u8) -> Settings {
    let mut settings = Settings::default();
    settings.index = bits & 1 == 0;
    settings.memory = bits & 2 == 0;
    if bits & 4 != 0 {
        settings.gate_rules = 1;
    }
    let searches = PatternSearch::ALL;
    settings.search = searches[usize::from(bits >> 3) % searches.len()];
    settings
}

pub(super) fn hits<E: Event>(rules: &RuleSet, event: &E, scratch: &mut Scratch) -> Vec<usize> {
    rules
        .matches(event, scratch)
        .map(|hit| hit.index())
        .collect()
}

/// Problems as text, each of one line.
pub(super) fn lines(problems: &[Problem]) -> Vec<String> {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for line in &lines {
        assert!(!line.contains('\n'), "a message of several lines: {line:?}");
    }
    lines
}

/// A document holds the same to every writer of its model, whatever the places in the source. Integers of more than 64 bits
/// are an error to this one.
fn model(document: &Document) -> Result<Value, String> {
    serde_json::to_value(document).map_err(|error| error.to_string())
}

/// What is written of documents together, since some refer to others, is read as the same documents, and written alike.
pub(super) fn come_back(documents: &[&Document], lenient: bool) {
    let yaml = |document: &&Document| document.to_yaml().expect("what was loaded can be said");
    let written: Vec<String> = documents.iter().map(yaml).collect();
    let text = written.join("---\n");
    let loaded = load(&text, lenient);
    let copies: Vec<&Document> = loaded.documents().collect();
    let problems = loaded.problems();
    assert_eq!(copies.len(), documents.len(), "{problems:?}\n{text}");
    for ((copy, document), written) in copies.iter().zip(documents).zip(written) {
        assert_eq!(model(copy), model(document), "{written}");
        assert_eq!(yaml(copy), written);
    }
}

/// A double-quoted YAML scalar in which everything but plain ASCII is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            _ => quoted += &format!("\\U{:08x}", u32::from(c)),
        }
    }
    quoted.push('"');
    quoted
}
