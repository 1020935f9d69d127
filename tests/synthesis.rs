//! Synthesised events do what they were made for, by the engine and by the plain evaluator: on generated rules, and on
//! all of SigmaHQ, of which every rule that can match gets an event.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, TestCaseError, any, proptest};
use serde_json::Value;
use sigmatic::proof::Witness;
use sigmatic::synthesis::{Outcome, Synthesis};
use sigmatic::{Collection, Rule, RuleSet, Settings};

use crate::generate::{self, Choices, Numbers};
use crate::reference::{Reference, Table};
use crate::shared::{is_full_run, shared};
use crate::suite::{Setup, build};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if is_full_run() { 20_000 } else { 200 },
        failure_persistence: None,
        max_shrink_iters: 5_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn events_are_confirmed(numbers in vec(any::<u16>(), 0..900).prop_map(Numbers)) {
        check(&numbers.0).map_err(TestCaseError::fail)?;
    }
}

/// Most generated rules get an event; some cannot, and it is said.
#[test]
fn all_outcomes_come_up() {
    let mut total = Tally::default();
    for seed in 0..300 {
        let tally = check(&generate::numbers(seed, 900)).unwrap_or_else(|error| panic!("{error}"));
        total.add(&tally);
    }
    assert!(total.matching * 10 > total.rules * 8, "{total:?}");
    assert!(total.impossible > 0, "{total:?}");
    assert!(total.not_found * 20 < total.rules, "{total:?}");
    assert!(total.near * 10 > total.items * 6, "{total:?}");
}

#[derive(Debug, Default)]
struct Tally {
    rules: usize,
    matching: usize,
    impossible: usize,
    not_found: usize,
    items: usize,
    near: usize,
    near_not_found: usize,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.rules += other.rules;
        self.matching += other.matching;
        self.impossible += other.impossible;
        self.not_found += other.not_found;
        self.items += other.items;
        self.near += other.near;
        self.near_not_found += other.near_not_found;
    }

    fn count(&mut self, events: &Synthesis) {
        self.rules += 1;
        match &events.matching {
            Outcome::Event(_) => self.matching += 1,
            Outcome::Impossible(_) => self.impossible += 1,
            _ => self.not_found += 1,
        }
        for miss in &events.near_misses {
            self.items += 1;
            match &miss.event {
                Outcome::Event(_) => self.near += 1,
                Outcome::NotFound(_) => self.near_not_found += 1,
                _ => {}
            }
        }
    }
}

fn check(numbers: &[u16]) -> Result<Tally, String> {
    let choices = &mut Choices::new(numbers);
    let rule = generate::rule(choices);
    let sample: Vec<Value> = (0..6).map(|_| generate::event(&rule, choices)).collect();
    let text = rule.yaml("one");
    let rules: Vec<Arc<Rule>> = Collection::from_yaml(&text).rules().cloned().collect();
    let table = generate::table();
    let set = build(&rules, &Setup::with(&table), Settings::default());
    let mut tally = Tally::default();
    for index in 0..set.len() {
        let events = confirmed(&set, index, &table).map_err(|error| format!("{error}\n{text}"))?;
        if let Outcome::Impossible(reason) = &events.matching {
            let reference = reference(&set, index, &table);
            if let Some(event) = sample.iter().find(|event| reference.matches(event)) {
                return Err(format!("{reason}, but {event} matches\n{text}"));
            }
        }
        tally.count(&events);
    }
    Ok(tally)
}

/// The events for a rule, each of which does what it was made for.
fn confirmed(set: &RuleSet, index: usize, table: &Table) -> Result<Synthesis, String> {
    let events = set.synthesise(index).expect("there is such a rule");
    let reference = reference(set, index, table);
    let mut scratch = set.scratch();
    let mut is = |expected: bool, event: &Witness| {
        let json = serde_json::to_value(event).expect("a witness is JSON");
        let by_engine = |found: bool| found == expected;
        let direct = set
            .matches(event, &mut scratch)
            .any(|hit| hit.index() == index);
        let as_json = set
            .matches(&json, &mut scratch)
            .any(|hit| hit.index() == index);
        let right = by_engine(direct) && by_engine(as_json) && reference.matches(&json) == expected;
        let say = || format!("{json}: should be {expected}");
        if right { Ok(()) } else { Err(say()) }
    };
    if let Some(event) = events.matching.event() {
        is(true, event)?;
    }
    for miss in &events.near_misses {
        if let Some(event) = miss.event.event() {
            is(false, event).map_err(|error| format!("{error}, {miss:?}"))?;
        }
    }
    Ok(events)
}

fn reference(set: &RuleSet, index: usize, table: &Table) -> Reference {
    let rule = set.rules().nth(index).expect("there is such a rule");
    Reference::compile(rule, table).expect("the engine took the rule")
}

/// Every rule of SigmaHQ that can match gets an event that it matches. A sixteenth of them is also missed item by item;
/// `SIGMATIC_FULL=1` takes all.
#[test]
#[allow(
    clippy::print_stdout,
    reason = "how many rules have events belongs on the terminal"
)]
fn every_rule_of_sigmahq_has_an_event() {
    let Some(folder) = shared("corpus/sigmahq") else {
        return;
    };
    let mut loader = Collection::loader();
    for part in [
        "rules",
        "rules-compliance",
        "rules-emerging-threats",
        "rules-threat-hunting",
    ] {
        loader = loader.path(folder.join(part));
    }
    let rules: Vec<Arc<Rule>> = loader.load().rules().cloned().collect();
    // Without those that need placeholders.
    let set = build(&rules, &Setup::default(), Settings::default());
    assert!(set.len() > 3_700);
    let (mut total, mut without) = (Tally::default(), Vec::new());
    let table = Table::new();
    for (index, rule) in set.rules().enumerate() {
        if !is_full_run() && index % 16 != 0 {
            continue;
        }
        // A set of its own: the engine is to answer for one rule, thousands of times.
        let one = build(
            std::slice::from_ref(rule),
            &Setup::default(),
            Settings::default(),
        );
        let events =
            confirmed(&one, 0, &table).unwrap_or_else(|error| panic!("{}: {error}", rule.title()));
        total.count(&events);
        for miss in &events.near_misses {
            if is_full_run() && miss.event.event().is_none() {
                println!(
                    "{} {}:{} {}: {}",
                    rule.title(),
                    miss.line,
                    miss.column,
                    miss.item,
                    miss.event
                );
            }
        }
        if events.matching.event().is_none() {
            without.push(format!("{}: {}", rule.title(), events.matching));
        }
    }
    println!("{total:?}\n{}", without.join("\n"));
    assert_eq!(total.not_found, 0, "{without:#?}");
    assert!(total.impossible * 1_000 <= total.rules, "{without:#?}");
    assert!(total.near * 100 >= total.items * 95, "{total:?}");
}
