//! The settings of the engine, none of which may change a result (S-564).

use std::sync::Arc;

use serde_json::Value;
use sigmatic::event::{AsFieldValue, FieldValue};
use sigmatic::pipeline::LogSources;
use sigmatic::rule::Filter;
use sigmatic::{Match, PatternSearch, Placeholders, Rule, RuleSet, Scratch, Settings};

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
    let ways = ways().into_iter();
    ways.map(|way| (way.name, way.build(rules, setup)))
        .collect()
}

/// The first of these ways and every fourth of the others: for tests that try thousands of rule sets, in which each way
/// gets its turn.
pub(crate) fn engines_in_turn(
    rules: &[Arc<Rule>],
    setup: &Setup,
    turn: usize,
) -> Vec<(&'static str, RuleSet)> {
    let ways = ways().into_iter().enumerate();
    let chosen = ways.filter(|(place, _)| *place == 0 || place % 4 == turn % 4);
    chosen
        .map(|(_, way)| (way.name, way.build(rules, setup)))
        .collect()
}

/// Each rule in a set of its own.
pub(crate) fn alone(rules: &[Arc<Rule>], setup: &Setup) -> Vec<RuleSet> {
    let rules = rules.iter().map(std::slice::from_ref);
    rules
        .map(|rule| build(rule, setup, Settings::default()))
        .collect()
}

/// One way to build rules.
struct Way {
    name: &'static str,
    settings: Settings,
    reversed: bool,
}

impl Way {
    fn new(name: &'static str, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::default();
        change(&mut settings);
        Self {
            name,
            settings,
            reversed: false,
        }
    }

    fn build(self, rules: &[Arc<Rule>], setup: &Setup) -> RuleSet {
        let mut rules = rules.to_vec();
        if self.reversed {
            rules.reverse();
        }
        build(&rules, setup, self.settings)
    }
}

fn ways() -> Vec<Way> {
    let reversed = Way {
        reversed: true,
        ..Way::new("rules in reverse order", |_| {})
    };
    let mut ways = vec![
        Way::new("default", |_| {}),
        Way::new("without index", |settings| settings.index = false),
        Way::new("without memory", |settings| settings.memory = false),
        Way::new("every gate", |settings| settings.gate_rules = 1),
        Way::new("no gate", |settings| settings.gate_rules = usize::MAX),
        reversed,
    ];
    // Without memory, which would ask once only for a value that comes again.
    ways.extend(SEARCHES.map(|(name, search)| {
        Way::new(name, |settings| {
            settings.memory = false;
            settings.search = search;
        })
    }));
    ways
}

const SEARCHES: [(&str, PatternSearch); 9] = [
    ("each pattern", PatternSearch::Each),
    ("one by one", PatternSearch::OneByOne),
    ("vector", PatternSearch::Vector),
    ("pairs", PatternSearch::Pairs),
    ("triples", PatternSearch::Triples),
    ("spaced triples", PatternSearch::SpacedTriples),
    ("spaced quads", PatternSearch::SpacedQuads),
    ("spaced octets", PatternSearch::SpacedOctets),
    ("automaton", PatternSearch::Automaton),
];

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

/// No way of searching is left out.
#[test]
fn every_search_is_a_setting() {
    assert_eq!(
        std::iter::once(PatternSearch::Cheapest)
            .chain(SEARCHES.map(|(_, search)| search))
            .collect::<Vec<_>>(),
        PatternSearch::ALL
    );
}
