//! The built-in map of Windows log sources, on SigmaHQ's rules and real events.
//!
//! What an event's log source is, these tests read from the shared `logsources.json`, row by row and by plain equality.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use sigmatic::pipeline::LogSources;
use sigmatic::rule::LogSource;
use sigmatic::{Collection, RuleSet};

use super::{ACTIVE, FULL_SHARES, RETIRED, Regression, corpus, events_of, load, placeholders};
use crate::shared::{files, is_full_run, read, shared};
use crate::suite::placeholders as table;

#[test]
fn built_in_maps_are_read() {
    assert!(LogSources::windows().contains(&LogSource::new("process_creation", "windows", "")));
    assert!(LogSources::linux().contains(&LogSource::new("process_creation", "linux", "")));
}

/// Issue 4, point 1: none is without a row.
#[test]
fn every_windows_log_source_of_sigmahq_has_a_row() {
    let Some(sigmahq) = shared("corpus/sigmahq") else {
        return;
    };
    let map = LogSources::windows();
    let mut seen = 0;
    let mut missing = BTreeSet::new();
    for folders in [ACTIVE, RETIRED] {
        let (collection, _) = load(&sigmahq, folders);
        for rule in collection.rules() {
            let log_source = &rule.log_source;
            let is_windows = log_source.product.as_deref() == Some("windows");
            seen += usize::from(is_windows);
            if is_windows && !map.contains(log_source) {
                missing.insert(format!("{log_source:?}"));
            }
        }
    }
    assert!(seen > 2_000, "{seen} rules");
    assert_eq!(missing, BTreeSet::new());
}

/// Each row of the facts: a rule of that log source fires on such events, and on no others.
#[test]
fn map_says_what_the_facts_say() {
    let Some(rows) = rows() else { return };
    for row in rows {
        for condition in &row.conditions {
            let field = condition.fieldmappings.iter().next();
            let (from, to) = field.map_or(("F", "F"), |(from, to)| (from, to));
            let rules = rule_set(&row.log_source(), from);
            assert_eq!(rules.len(), 1, "{row:?}");
            let mut scratch = rules.scratch();
            for event in condition.events() {
                let mut event = event;
                event.insert(to.to_owned(), json!("x"));
                let is_match = |event: Map<String, Value>, scratch: &mut _| {
                    rules.is_match(&Value::Object(event), scratch)
                };
                assert!(is_match(event.clone(), &mut scratch), "{row:?} {event:?}");
                for name in condition.fields.keys() {
                    let mut other = event.clone();
                    other.insert(name.clone(), json!("0"));
                    assert!(!is_match(other, &mut scratch), "{row:?}: other {name}");
                }
            }
        }
    }
}

/// SigmaHQ's own positives, all of them, with the map on.
#[test]
fn regression_events_match_with_the_map() {
    let Some(folder) = shared("corpus/regression") else {
        return;
    };
    let Some(rules) = mapped() else { return };
    let mut scratch = rules.scratch();
    let mut failures = Vec::new();
    for file in files(&folder, ".json") {
        let case: Regression = serde_json::from_str(&read(&file)).expect("a regression case");
        let is_hit = |event: &&Value| {
            let mut hits = rules.matches(*event, &mut scratch);
            hits.any(|hit| hit.rule().identity() == case.rule_id)
        };
        let count = case.events.iter().filter(is_hit).count();
        let is_right = match case.exact_count() {
            Some(exact) => count == exact,
            None => count >= case.expected_at_least,
        };
        if !is_right {
            failures.push(format!(
                "{}: {count} of {}",
                case.rule_path,
                case.events.len()
            ));
        }
    }
    assert_eq!(failures, [""; 0]);
}

/// With the map on, a rule fires where it fires without the map and the event is of its log source, and nowhere else.
/// Where a row renames fields, a rule reads more of the event than without the map: only the log source is looked at.
#[test]
fn rules_fire_on_events_of_their_log_source_alone() {
    let Some(folder) = shared("corpus/events") else {
        return;
    };
    let (Some(corpus), Some(rules), Some(rows)) = (corpus(), mapped(), rows()) else {
        return;
    };
    let (mut on, mut off) = (rules.scratch(), corpus.rules.scratch());
    let mut counts = Counts::new();
    for event in events_of(&folder, if is_full_run() { FULL_SHARES } else { SHARES }) {
        let kind = |log_source: &LogSource| kind_of(&event, log_source, rows);
        let mut expected = BTreeSet::new();
        for hit in corpus.rules.matches(&event, &mut off) {
            let rule = hit.rule();
            counts.entry(shown(&rule.log_source)).or_default()[0] += 1;
            if kind(&rule.log_source) == Some(Kind::Plain) {
                expected.insert(rule.identity());
            }
        }
        for hit in rules.matches(&event, &mut on) {
            let rule = hit.rule();
            counts.entry(shown(&rule.log_source)).or_default()[1] += 1;
            let kind = kind(&rule.log_source);
            assert!(
                kind.is_some(),
                "{} fires on an event of another log source: {event}",
                rule.title()
            );
            let is_expected = expected.remove(rule.identity()) || kind == Some(Kind::Renamed);
            assert!(
                is_expected,
                "{} fires with the map only: {event}",
                rule.title()
            );
        }
        assert_eq!(
            expected,
            BTreeSet::new(),
            "do not fire with the map: {event}"
        );
    }
    report(&counts);
    let total = |side: usize| counts.values().map(|count| count[side]).sum::<usize>();
    assert!(total(1) > 200 && total(1) < total(0), "{counts:?}");
}

const SHARES: &[(&str, usize)] = &[
    ("evtx-attack-samples.jsonl.zst", 11),
    ("hayabusa-samples.jsonl.zst", 23),
    ("otrf-other.jsonl.zst", 31),
];

/// Matches without and with the map, by log source.
type Counts = BTreeMap<String, [usize; 2]>;

#[allow(
    clippy::print_stdout,
    reason = "the long run is made for these numbers"
)]
fn report(counts: &Counts) {
    if is_full_run() {
        println!("{:>8} {:>8}  log source of the rule", "map off", "map on");
        for (log_source, [off, on]) in counts {
            println!("{off:>8} {on:>8}  {log_source}");
        }
    }
}

/// How an event is of a log source.
#[derive(Debug, PartialEq)]
enum Kind {
    Plain,
    /// With other names for some fields.
    Renamed,
}

fn kind_of(event: &Value, log_source: &LogSource, rows: &[Row]) -> Option<Kind> {
    if attributes(log_source) == [None, Some("windows"), None] {
        return event.get("EventID").map(|_| Kind::Plain);
    }
    let own = rows
        .iter()
        .filter(|row| row.attributes() == attributes(log_source));
    let mut holding = own
        .flat_map(|row| &row.conditions)
        .filter(|condition| condition.holds(event));
    let condition = holding.next()?;
    Some(if condition.fieldmappings.is_empty() {
        Kind::Plain
    } else {
        Kind::Renamed
    })
}

type Attributes<'a> = [Option<&'a str>; 3];

fn attributes(log_source: &LogSource) -> Attributes<'_> {
    let LogSource {
        category,
        product,
        service,
        ..
    } = log_source;
    [category, product, service].map(|attribute| attribute.as_deref())
}

fn shown(log_source: &LogSource) -> String {
    attributes(log_source)
        .map(|attribute| attribute.unwrap_or("-"))
        .join(" / ")
}

#[derive(Debug, Deserialize)]
struct Row {
    product: Option<String>,
    category: Option<String>,
    service: Option<String>,
    conditions: Vec<Condition>,
}

#[derive(Debug, Deserialize)]
struct Condition {
    /// From fields of rules to fields of events.
    #[serde(default)]
    fieldmappings: BTreeMap<String, String>,
    /// A value or a list of values.
    #[serde(flatten)]
    fields: BTreeMap<String, Value>,
}

fn rows() -> Option<&'static [Row]> {
    static ROWS: OnceLock<Option<Vec<Row>>> = OnceLock::new();
    let read_all = || {
        let text = read(&shared("corpus/logsources.json")?);
        Some(serde_json::from_str(&text).expect("rows"))
    };
    ROWS.get_or_init(read_all).as_deref()
}

impl Row {
    fn attributes(&self) -> Attributes<'_> {
        [&self.category, &self.product, &self.service].map(|attribute| attribute.as_deref())
    }

    fn log_source(&self) -> LogSource {
        let [category, product, service] = self.attributes().map(Option::unwrap_or_default);
        LogSource::new(category, product, service)
    }
}

impl Condition {
    fn holds(&self, event: &Value) -> bool {
        self.fields.iter().all(|(name, wanted)| {
            let equals = |wanted: &Value| match (event.get(name), wanted) {
                (Some(Value::String(found)), Value::String(wanted)) => {
                    found.eq_ignore_ascii_case(wanted)
                }
                (Some(found), wanted) => found == wanted,
                (None, _) => false,
            };
            match wanted {
                Value::Array(any) => any.iter().any(equals),
                one => equals(one),
            }
        })
    }

    /// An event for each value of the condition's first list.
    fn events(&self) -> Vec<Map<String, Value>> {
        let lists = self
            .fields
            .values()
            .filter_map(Value::as_array)
            .map(Vec::len);
        let event = |place: usize| {
            let value = |value: &Value| match value {
                Value::Array(any) => any[place.min(any.len() - 1)].clone(),
                one => one.clone(),
            };
            self.fields
                .iter()
                .map(|(name, wanted)| (name.clone(), value(wanted)))
                .collect()
        };
        (0..lists.max().unwrap_or(1)).map(event).collect()
    }
}

/// One rule of a log source, which asks for `x` in a field.
fn rule_set(log_source: &LogSource, field: &str) -> RuleSet {
    let set = |key: &str, value: &Option<String>| {
        value
            .as_ref()
            .map(|value| format!("{key}: {value}, "))
            .unwrap_or_default()
    };
    let attributes = [
        set("category", &log_source.category),
        set("product", &log_source.product),
        set("service", &log_source.service),
    ];
    let text = format!(
        "{{ title: t, logsource: {{ {} }}, detection: {{ s: {{ {field}: x }}, condition: s }} }}",
        attributes.concat()
    );
    let builder = RuleSet::builder().collection(&Collection::from_yaml(&text));
    builder
        .log_sources(LogSources::windows())
        .build()
        .expect("a set")
}

/// SigmaHQ's active rules with the map on.
fn mapped() -> Option<&'static RuleSet> {
    static MAPPED: OnceLock<Option<RuleSet>> = OnceLock::new();
    let build = || {
        let builder = RuleSet::builder().collection(&corpus()?.collection);
        let builder = builder.placeholders(table(&placeholders()));
        Some(
            builder
                .log_sources(LogSources::windows())
                .build()
                .expect("a set"),
        )
    };
    MAPPED.get_or_init(build).as_ref()
}
