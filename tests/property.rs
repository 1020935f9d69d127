//! Generated rules and events: every setting of the engine gives what the plain evaluator gives.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, proptest};
use serde_json::Value;
use sigmatic::{Collection, Rule};

use crate::generate::{self, Choices};
use crate::reference::Reference;
use crate::shared::is_full_run;
use crate::suite::{engines, matches};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if is_full_run() { 50_000 } else { 1_500 },
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn engine_is_the_reference(numbers in vec(any::<u16>(), 0..900)) {
        compare(&numbers);
    }
}

/// The generator is worth something only as long as rules load and events match; half-way shares are wanted, since
/// a rule that always matches shows as little as one that never does.
#[test]
fn generated_events_meet_generated_rules() {
    let mut total = Tally::default();
    for seed in 0..400 {
        total.add(compare(&generate::numbers(seed, 900)));
    }
    let share = |part: usize, whole: usize| part * 100 / whole;
    assert!(share(total.loaded, total.rules) >= 60, "rules that load: {total:?}");
    assert!(share(total.rejected, total.rules) >= 2, "rules that are rejected: {total:?}");
    assert!((20..=80).contains(&share(total.matches, total.pairs)), "pairs that match: {total:?}");
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

/// Generates a few rules with a few events each, and holds engine and reference against each other.
fn compare(numbers: &[u16]) -> Tally {
    let choices = &mut Choices::new(numbers);
    let mut texts = Vec::new();
    let mut events = Vec::new();
    for index in 0..=choices.below(3) {
        let rule = generate::rule(choices);
        events.extend((0..3).map(|_| generate::event(&rule, choices)));
        texts.push(rule.yaml(&format!("rule {index}")));
    }
    let collection = Collection::from_yaml(&texts.join("---\n"));
    let rules: Vec<Arc<Rule>> = collection.rules().cloned().collect();
    let table = generate::table();
    let references: Vec<(Arc<Rule>, Result<Reference, String>)> = rules
        .iter()
        .map(|rule| (Arc::clone(rule), Reference::compile(rule, &table)))
        .collect();

    let mut tally = Tally {
        rules: texts.len(),
        loaded: references.iter().filter(|(_, reference)| reference.is_ok()).count(),
        rejected: references.iter().filter(|(_, reference)| reference.is_err()).count(),
        ..Tally::default()
    };
    for (setting, set) in engines(&rules, &table) {
        for (rule, reference) in &references {
            let compiled = set.rules().any(|kept| Arc::ptr_eq(kept, rule));
            assert_eq!(
                compiled,
                reference.is_ok(),
                "{setting}: {}: engine {:?}, reference {reference:?}\n{}",
                rule.title(),
                set.problems(),
                texts.join("---\n")
            );
        }
        let mut scratch = set.scratch();
        for event in &events {
            let expected = expected(&references, event);
            let mut hits: Vec<&str> = matches(&set, event, &mut scratch).iter().map(|hit| hit.rule().title()).collect();
            hits.sort_unstable();
            assert_eq!(hits, expected, "{setting}: {event}\n{}", texts.join("---\n"));
            tally.pairs += tally.loaded;
            tally.matches += hits.len();
        }
    }
    tally
}

fn expected<'a>(references: &'a [(Arc<Rule>, Result<Reference, String>)], event: &Value) -> Vec<&'a str> {
    references
        .iter()
        .filter(|(_, reference)| reference.as_ref().is_ok_and(|reference| reference.matches(event)))
        .map(|(rule, _)| rule.title())
        .collect()
}
