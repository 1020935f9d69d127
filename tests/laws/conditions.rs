//! Laws of conditions: they are propositional logic over search identifiers (S-301, S-303, S-309, S-313).

use crate::generate::{self, Choices, GeneratedRule};
use crate::laws::Relation::{Implies, Same};
use crate::laws::{Claim, Relation, Side, events, holds};

/// Conditions of two rules with the same search identifiers: `sel_a`, `sel_b` and `filter_main`. Lists are OR.
const LAWS: &[(&[&str], Relation, &[&str])] = &[
    // De Morgan.
    (
        &["not (sel_a and sel_b)"],
        Same,
        &["not sel_a or not sel_b"],
    ),
    (
        &["not (sel_a or sel_b)"],
        Same,
        &["not sel_a and not sel_b"],
    ),
    (&["not 1 of sel_*"], Same, &["not sel_a and not sel_b"]),
    (&["not all of sel_*"], Same, &["not sel_a or not sel_b"]),
    (
        &["sel_a and not filter_main"],
        Same,
        &["not (filter_main or not sel_a)"],
    ),
    // Negation.
    (&["not not sel_a"], Same, &["sel_a"]),
    (&["not sel_a and sel_b"], Same, &["(not sel_a) and sel_b"]),
    (&["sel_b or sel_a and not sel_a"], Same, &["sel_b"]),
    (&["sel_b and (sel_a or not sel_a)"], Same, &["sel_b"]),
    // Order, grouping, repetition.
    (
        &["sel_a and sel_b and filter_main"],
        Same,
        &["filter_main and (sel_a and sel_b)"],
    ),
    (
        &["sel_a or sel_b or filter_main"],
        Same,
        &["(filter_main or sel_b) or sel_a"],
    ),
    (&["sel_a or sel_a"], Same, &["sel_a and sel_a"]),
    (
        &["sel_a or sel_b and filter_main"],
        Same,
        &["sel_a or (sel_b and filter_main)"],
    ),
    // Distribution and absorption.
    (
        &["sel_a and (sel_b or filter_main)"],
        Same,
        &["sel_a and sel_b or sel_a and filter_main"],
    ),
    (
        &["sel_a or sel_b and filter_main"],
        Same,
        &["(sel_a or sel_b) and (sel_a or filter_main)"],
    ),
    (&["sel_a or sel_a and sel_b"], Same, &["sel_a"]),
    (&["sel_a and (sel_a or sel_b)"], Same, &["sel_a"]),
    // Quantifiers.
    (&["1 of them"], Same, &["sel_a or sel_b or filter_main"]),
    (&["any of them"], Same, &["1 of them"]),
    (&["all of them"], Same, &["sel_a and sel_b and filter_main"]),
    (&["1 of sel_*"], Same, &["sel_a or sel_b"]),
    (&["all of sel_*"], Same, &["sel_a and sel_b"]),
    (&["1 of *_a"], Same, &["sel_a"]),
    (&["all of *"], Same, &["all of them"]),
    (&["all of them"], Implies, &["1 of them"]),
    // Lists of conditions.
    (&["sel_a", "sel_b"], Same, &["sel_a or sel_b"]),
    (&["sel_b", "sel_a"], Same, &["1 of sel_*"]),
    // Weaker and stronger.
    (&["sel_a and sel_b"], Implies, &["sel_a"]),
    (&["sel_a"], Implies, &["sel_a or sel_b"]),
    (
        &["sel_a and not sel_b"],
        Implies,
        &["not (sel_a and sel_b)"],
    ),
];

#[test]
fn conditions_are_logic() {
    for (left, relation, right) in LAWS {
        holds(&format!("{left:?} {right:?}"), 60, |choices| {
            let rule = generate::identifiers(choices, 3);
            let events = events(&rule, choices);
            let side = |conditions| Side::rule(&rule.with_conditions(conditions), &events);
            Claim::new(side(left), *relation, side(right))
        });
    }
}

/// Of search identifiers, maps in lists, items in maps, and values in lists.
#[test]
fn order_does_not_matter() {
    same_rule("order", |rule, _| rule.reversed());
}

/// S-098, S-304.
#[test]
fn unused_identifiers_do_not_matter() {
    same_rule("unused identifier", |rule, choices| {
        rule.and_identifier("_unused", vec![generate::item(choices)])
            .with_conditions(&["1 of them"])
    });
}

fn same_rule(name: &str, change: impl Fn(&GeneratedRule, &mut Choices<'_>) -> GeneratedRule) {
    holds(name, 300, |choices| {
        let rule = generate::identifiers(choices, 3).with_conditions(&["1 of them"]);
        let events = events(&rule, choices);
        let changed = change(&rule, choices);
        let relation = if changed.yaml("rule").contains("_unused") {
            // What is not used is checked all the same, so the second rule may not load.
            Implies
        } else {
            Same
        };
        Claim::new(
            Side::rule(&rule, &events),
            relation,
            Side::rule(&changed, &events),
        )
    });
}
