//! The settings of the engine, none of which may change a result (S-564).

use std::sync::Arc;

use serde_json::Value;
use sigmatic::rule::Filter;
use sigmatic::{Match, Placeholders, Rule, RuleSet, Scratch, Settings};

use crate::reference::Table;

/// The same rules built in every way, each with its name.
pub(crate) fn engines(
    rules: &[Arc<Rule>],
    filters: &[Arc<Filter>],
    table: &Table,
) -> Vec<(&'static str, RuleSet)> {
    let reversed: Vec<Arc<Rule>> = rules.iter().rev().cloned().collect();
    let mut without_index = Settings::default();
    without_index.index = false;
    vec![
        ("default", build(rules, filters, table, Settings::default())),
        ("without index", build(rules, filters, table, without_index)),
        (
            "rules in reverse order",
            build(&reversed, filters, table, Settings::default()),
        ),
    ]
}

pub(crate) fn build(
    rules: &[Arc<Rule>],
    filters: &[Arc<Filter>],
    table: &Table,
    settings: Settings,
) -> RuleSet {
    let mut builder = RuleSet::builder()
        .placeholders(placeholders(table))
        .settings(settings);
    for rule in rules {
        builder = builder.rule(Arc::clone(rule));
    }
    for filter in filters {
        builder = builder.filter(Arc::clone(filter));
    }
    builder
        .build()
        .expect("what is wrong with a rule concerns that rule alone")
}

pub(super) fn placeholders(table: &Table) -> Placeholders {
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
    }
    matches
}
