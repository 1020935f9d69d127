//! The settings of the engine, none of which may change a result (S-564).

use std::sync::Arc;

use serde_json::Value;
use sigmatic::event::{AsFieldValue, FieldValue};
use sigmatic::pipeline::LogSources;
use sigmatic::rule::Filter;
use sigmatic::{Match, Placeholders, Rule, RuleSet, Scratch, Settings};

use crate::reference::Table;

/// What rules are built with.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    pub(crate) filters: Vec<Arc<Filter>>,
    pub(crate) placeholders: Table,
    pub(crate) log_sources: Option<LogSources>,
}

impl Setup {
    pub(crate) fn with(placeholders: &Table) -> Self {
        Self {
            placeholders: placeholders.clone(),
            ..Self::default()
        }
    }
}

/// The same rules built in every way, each with its name.
pub(crate) fn engines(rules: &[Arc<Rule>], setup: &Setup) -> Vec<(&'static str, RuleSet)> {
    let reversed: Vec<Arc<Rule>> = rules.iter().rev().cloned().collect();
    let mut without_index = Settings::default();
    without_index.index = false;
    let mut gates_only = Settings::default();
    gates_only.memory = false;
    gates_only.gate_rules = 1;
    vec![
        ("default", build(rules, setup, Settings::default())),
        ("without index", build(rules, setup, without_index)),
        (
            "every gate, without memory",
            build(rules, setup, gates_only),
        ),
        (
            "rules in reverse order",
            build(&reversed, setup, Settings::default()),
        ),
    ]
}

pub(crate) fn build(rules: &[Arc<Rule>], setup: &Setup, settings: Settings) -> RuleSet {
    let mut builder = RuleSet::builder()
        .placeholders(placeholders(&setup.placeholders))
        .settings(settings);
    for rule in rules {
        builder = builder.rule(Arc::clone(rule));
    }
    for filter in &setup.filters {
        builder = builder.filter(Arc::clone(filter));
    }
    if let Some(map) = &setup.log_sources {
        builder = builder.log_sources(map.clone());
    }
    builder
        .build()
        .expect("what is wrong with a rule concerns that rule alone")
}

pub(crate) fn placeholders(table: &Table) -> Placeholders {
    let mut placeholders = Placeholders::new();
    for (name, values) in table {
        placeholders.insert(name.as_str(), values.iter().map(String::as_str));
    }
    placeholders
}

/// The matching rules, by every way of asking; they must agree.
pub(crate) fn matches<'r>(
    rules: &'r RuleSet,
    event: &Value,
    scratch: &mut Scratch,
) -> Vec<Match<'r>> {
    let matches: Vec<Match<'r>> = rules.matches(event, scratch).collect();
    let indexes = |matches: &[Match<'_>]| matches.iter().map(Match::index).collect::<Vec<_>>();
    let expected = indexes(&matches);

    assert_eq!(
        rules.is_match(event, scratch),
        !matches.is_empty(),
        "is_match: {event}"
    );
    let mut into = matches.clone();
    rules.matches_into(event, scratch, &mut into);
    assert_eq!(indexes(&into), expected, "matches_into: {event}");
    into.clear();
    rules.matches_into(event, &mut rules.scratch(), &mut into);
    assert_eq!(indexes(&into), expected, "fresh scratch: {event}");
    if let Value::Object(map) = event {
        let pairs: Vec<(&str, &Value)> = map
            .iter()
            .map(|(name, value)| (name.as_str(), value))
            .collect();
        into.clear();
        into.extend(rules.matches(&pairs, scratch));
        assert_eq!(indexes(&into), expected, "pairs: {event}");
        let schema = rules.schema(
            ["no such field"]
                .into_iter()
                .chain(map.keys().map(String::as_str)),
        );
        let row: Vec<Option<FieldValue<'_>>> = std::iter::once(None)
            .chain(map.values().map(|value| Some(value.as_field_value())))
            .collect();
        into.clear();
        into.extend(rules.matches_row(&schema, &row, scratch));
        assert_eq!(indexes(&into), expected, "row: {event}");
    }
    matches
}
