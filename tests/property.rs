//! Generated rules and events: every setting of the engine gives what the plain evaluator gives.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, TestCaseError, any, proptest};
use serde_json::Value;
use sigmatic::rule::Filter;
use sigmatic::{Collection, Rule, Settings};

use crate::generate::{self, Choices, Numbers};
use crate::reference::Filtered;
use crate::shared::is_full_run;
use crate::suite::{Setup, alone, build, engines, engines_in_turn, matches};

proptest! {
    #![proptest_config(config(if is_full_run() { 50_000 } else { 1_500 }))]

    #[test]
    fn engine_is_the_reference(numbers in vec(any::<u16>(), 0..900).prop_map(Numbers)) {
        let (rules, events) = generated(&numbers.0, "rule");
        compare(&rules, &events).map_err(TestCaseError::fail)?;
    }
}

proptest! {
    #![proptest_config(config(if is_full_run() { 20_000 } else { 300 }))]

    #[test]
    fn filtered_rules_are_the_reference(numbers in vec(any::<u16>(), 0..900).prop_map(Numbers)) {
        let (documents, events) = filtered(&numbers.0);
        compare(&documents, &events).map_err(TestCaseError::fail)?;
    }
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    }
}

/// The generator is worth something only as long as rules load and events match; half-way shares are wanted, since
/// a rule that always matches shows as little as one that never does.
#[test]
fn generated_events_meet_generated_rules() {
    let mut total = Tally::default();
    for seed in 0..300 {
        let (rules, events) = generated(&generate::numbers(seed, 900), "rule");
        total.add(compare(&rules, &events).unwrap_or_else(|difference| panic!("{difference}")));
    }
    let share = |part: usize, whole: usize| part * 100 / whole;
    assert!(
        share(total.loaded, total.rules) >= 60,
        "rules that load: {total:?}"
    );
    assert!(
        share(total.rejected, total.rules) >= 2,
        "rules that are rejected: {total:?}"
    );
    assert!(
        (20..=80).contains(&share(total.matches, total.pairs)),
        "pairs that match: {total:?}"
    );
}

/// Many rules in one set, and many events in a row: what a scratch remembers of earlier events changes nothing.
#[test]
fn many_rules_and_events_in_a_row() {
    let (mut rules, mut events) = (Vec::new(), Vec::new());
    for seed in 1_000..1_060 {
        let (more_rules, more_events) =
            generated(&generate::numbers(seed, 900), &format!("rule {seed}"));
        rules.extend(more_rules);
        events.extend(more_events);
    }
    let tally = compare(&rules, &events).unwrap_or_else(|difference| panic!("{difference}"));
    assert!(tally.loaded > 60, "{tally:?}");
}

#[derive(Debug, Default)]
struct Tally {
    rules: usize,
    loaded: usize,
    rejected: usize,
    pairs: usize,
    matches: usize,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.rules += other.rules;
        self.loaded += other.loaded;
        self.rejected += other.rejected;
        self.pairs += other.pairs;
        self.matches += other.matches;
    }
}

/// A few rules as YAML documents, with a few events for each.
fn generated(numbers: &[u16], title: &str) -> (Vec<String>, Vec<Value>) {
    let choices = &mut Choices::new(numbers);
    let mut rules = Vec::new();
    let mut events = Vec::new();
    for index in 0..=choices.below(3) {
        let rule = generate::rule(choices);
        events.extend((0..3).map(|_| generate::event(&rule, choices)));
        let text = rule.yaml(&format!("{title} {index}"));
        // Making them takes as long as a hundred events.
        if choices.chance(4) {
            events.extend(made_for(&text));
        }
        rules.push(text);
    }
    (rules, events)
}

/// Events made to meet the rule, and to miss it by one item, which chance seldom finds.
fn made_for(rule: &str) -> Vec<Value> {
    let rules: Vec<Arc<Rule>> = Collection::from_yaml(rule).rules().cloned().collect();
    let set = build(
        &rules,
        &Setup::with(&generate::table()),
        Settings::default(),
    );
    let Some(made) = set.synthesise(0) else {
        return Vec::new();
    };
    let misses = made
        .near_misses
        .iter()
        .filter_map(|miss| miss.event.event());
    let events = made.matching.event().into_iter().chain(misses.take(3));
    events
        .map(|event| serde_json::to_value(event).expect("a witness is JSON"))
        .collect()
}

/// A few rules and filters for all of them, with a few events for each.
fn filtered(numbers: &[u16]) -> (Vec<String>, Vec<Value>) {
    let choices = &mut Choices::new(numbers);
    let mut documents = Vec::new();
    let mut events = Vec::new();
    for index in 0..2 + choices.below(3) {
        let rule = generate::rule(choices);
        events.extend((0..3).map(|_| generate::event(&rule, choices)));
        documents.push(match index % 2 {
            0 => rule.yaml(&format!("rule {index}")),
            _ => rule.filter_yaml(&format!("filter {index}")),
        });
    }
    (documents, events)
}

/// Holds engine and reference against each other; says where they differ. Every event comes twice, so that the
/// second time its shape and its values are known.
fn compare(documents: &[String], events: &[Value]) -> Result<Tally, String> {
    let text = documents.join("---\n");
    let collection = Collection::from_yaml(&text);
    let rules: Vec<Arc<Rule>> = collection.rules().cloned().collect();
    let table = generate::table();
    let filters: Vec<Arc<Filter>> = collection.filters().cloned().collect();
    let references: Vec<(Arc<Rule>, Result<Filtered, String>)> = rules
        .iter()
        .map(|rule| (Arc::clone(rule), Filtered::compile(rule, &filters, &table)))
        .collect();

    let loaded = references
        .iter()
        .filter(|(_, reference)| reference.is_ok())
        .count();
    let mut tally = Tally {
        rules: documents.len(),
        loaded,
        rejected: references.len() - loaded,
        ..Tally::default()
    };
    let mut setup = Setup::with(&table);
    setup.filters = filters;
    let alone = alone(&rules, &setup);
    let mut alone: Vec<_> = alone.iter().map(|set| (set, set.scratch())).collect();
    let engines = if is_full_run() {
        engines(&rules, &setup)
    } else {
        engines_in_turn(&rules, &setup, text.len())
    };
    for (setting, set) in engines {
        for (rule, reference) in &references {
            let compiled = set.rules().any(|kept| kept.title() == rule.title());
            if compiled != reference.is_ok() {
                return Err(format!(
                    "{setting}: {}: the reference says {:?}, the engine {:#?}\n{text}",
                    rule.title(),
                    reference.as_ref().err(),
                    set.problems()
                ));
            }
        }
        let mut scratch = set.scratch();
        for event in events.iter().chain(events) {
            let expected = expected(&references, event);
            let mut hits: Vec<&str> = matches(&set, event, &mut scratch)
                .iter()
                .map(|hit| hit.rule().title())
                .collect();
            hits.sort_unstable();
            if hits != expected {
                return Err(format!(
                    "{setting}: {hits:?}, the reference says {expected:?} of {event}\n{text}"
                ));
            }
            tally.pairs += tally.loaded;
            tally.matches += hits.len();
        }
    }
    for event in events.iter().chain(events) {
        let expected = expected(&references, event);
        let sets = alone.iter_mut();
        let hits = sets.flat_map(|(set, scratch)| matches(set, event, scratch));
        let hits: Vec<&str> = hits.map(|hit| hit.rule().title()).collect();
        if hits != expected {
            return Err(format!(
                "each rule alone: {hits:?}, the reference says {expected:?} of {event}\n{text}"
            ));
        }
    }
    Ok(tally)
}

fn expected<'a>(
    references: &'a [(Arc<Rule>, Result<Filtered, String>)],
    event: &Value,
) -> Vec<&'a str> {
    references
        .iter()
        .filter(|(_, reference)| {
            reference
                .as_ref()
                .is_ok_and(|reference| reference.matches(event))
        })
        .map(|(rule, _)| rule.title())
        .collect()
}
