//! The part of the `scan` example that says which rules cannot fire on the input: it never says so of one that fires.

#[path = "../examples/scan/occurrence.rs"]
mod occurrence;
#[path = "../examples/scan/unfired.rs"]
mod unfired;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sigmatic::{Collection, RuleSet};

use self::occurrence::{LogSources, Occurrence, Seen};
use self::unfired::{Reason, unfired};
use crate::generate::{self, Choices};
use crate::suite::placeholders;

/// What is met in the events, and the titles of the rules that match one of them.
fn scan<'r>(
    rules: &'r RuleSet,
    log_sources: &LogSources,
    events: &[Value],
) -> (Seen, BTreeSet<&'r str>) {
    let mut occurrence = Occurrence::new(log_sources);
    let (mut seen, mut scratch) = (Seen::default(), rules.scratch());
    let mut fired = BTreeSet::new();
    for event in events {
        let mut new = Seen::default();
        occurrence.note(event, &mut new);
        seen.add(&mut new);
        fired.extend(
            rules
                .matches(event, &mut scratch)
                .map(|hit| hit.rule().title()),
        );
    }
    (seen, fired)
}

#[test]
fn rules_that_cannot_fire_are_told_by_reason() {
    let rule = |title: &str, log_source: &str, detection: &str| {
        format!("title: {title}\nlogsource: {{ {log_source} }}\ndetection: {{ {detection} }}\n")
    };
    let text = [
        rule("fires", "service: s", "s: { F: a }, condition: s"),
        rule("could fire", "service: s", "s: { F: b }, condition: s"),
        rule(
            "other field",
            "service: s",
            "s: { F: a, G: b }, condition: s",
        ),
        rule(
            "one of two fields",
            "service: s",
            "s: [{ F: b }, { G: b }], condition: s",
        ),
        rule(
            "absent field",
            "service: s",
            "s: { F: b, G: null }, condition: s",
        ),
        rule(
            "negated field",
            "service: s",
            "s: { F: b }, n: { G: b }, condition: s and not n",
        ),
        rule("path", "service: s", "s: { H.a: b }, condition: s"),
        rule("other source", "service: t", "s: { F: a }, condition: s"),
        rule("no source", "service: u", "s: { F: a }, condition: s"),
    ]
    .join("---\n");
    let map = "log_sources:\n  - logsource: { service: s }\n    events: { Id: [1, 2] }\n  - logsource: { service: t }\n    events: { Id: 3 }\n";
    let map = sigmatic::pipeline::LogSources::from_yaml(map).expect("a map");
    let loaded = Collection::from_yaml(&text);
    let rules = RuleSet::builder()
        .collection(&loaded)
        .log_sources(map)
        .build()
        .expect("a set");
    let log_sources = LogSources::of(&rules).expect("a set");
    let events = [
        json!({ "Id": 2, "F": "a" }),
        json!({ "Id": 4, "F": "x", "H": { "b": 1 } }),
    ];
    let (seen, fired) = scan(&rules, &log_sources, &events);
    assert_eq!(fired, BTreeSet::from(["fires"]));
    let told: BTreeMap<Reason, Vec<&str>> = unfired(&rules, &log_sources, &seen)
        .into_iter()
        .map(|(reason, rules)| (reason, rules.iter().map(|rule| rule.title()).collect()))
        .collect();
    let expected = [
        (Reason::Unmapped, vec!["no source"]),
        (Reason::NoEvents, vec!["other source"]),
        (Reason::NoFields, vec!["other field"]),
    ];
    assert_eq!(told, BTreeMap::from(expected));
}

#[test]
fn no_rule_that_fires_is_told() {
    let (mut fires, mut told) = (0, 0);
    for seed in 0..200 {
        let numbers = generate::numbers(seed, 900);
        let choices = &mut Choices::new(&numbers);
        let (mut text, mut events) = (String::new(), Vec::new());
        for index in 0..3 {
            let rule = generate::rule(choices);
            // The events of the first alone: of the others, fields may be missing.
            events.extend(
                (0..4)
                    .filter(|_| index == 0)
                    .map(|_| generate::event(&rule, choices)),
            );
            text += &format!("---\n{}", rule.yaml(&format!("rule {index}")));
        }
        let builder = RuleSet::builder().collection(&Collection::from_yaml(&text));
        let rules = builder
            .placeholders(placeholders(&generate::table()))
            .build()
            .expect("a set");
        let log_sources = LogSources::of(&rules).expect("a set");
        let (seen, fired) = scan(&rules, &log_sources, &events);
        for rule in unfired(&rules, &log_sources, &seen).into_values().flatten() {
            assert!(
                !fired.contains(rule.title()),
                "{} fires on {events:?}\n{text}",
                rule.title()
            );
            told += 1;
        }
        fires += fired.len();
    }
    assert!(fires > 50 && told > 5, "{fires} fire, {told} cannot");
}
