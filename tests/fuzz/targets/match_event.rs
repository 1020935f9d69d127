//! A text of rules and an event: the answers agree with and without index, one by one and together, explained, and with
//! those of the plain reference.

use serde_json::Value;
use sigmatic::rule::{Detection, DetectionItem};
use sigmatic::{Collection, RuleSet, Settings};

use super::BETWEEN;
use super::sets::{build, hits, load, without_index};
use crate::generate::is_unspecified;
use crate::reference::{Reference, Table};

pub(super) fn run(text: &str) {
    let Some((rules, event)) = text.split_once(BETWEEN) else {
        return;
    };
    let Ok(event) = serde_json::from_str::<Value>(event) else {
        return;
    };
    let loaded = load(rules, true);
    let rules = build(&loaded, &Settings::default());
    let mut scratch = rules.scratch();
    let found = hits(&rules, &event, &mut scratch);
    let again = hits(&rules, &event, &mut scratch);
    assert_eq!(found, again, "the scratch of the same event was used");
    assert_eq!(!found.is_empty(), rules.is_match(&event, &mut scratch));
    let plain = build(&loaded, &without_index());
    assert_eq!(found, hits(&plain, &event, &mut scratch), "without index");
    for rule in 0..rules.len() {
        let explained = rules.explain(rule, &event).expect("the rule is in the set");
        assert_eq!(explained.matched, found.contains(&rule), "{explained}");
    }
    // Filters are put to the reference elsewhere.
    if loaded.filters().next().is_none() {
        against_reference(&loaded, &rules, &event, &found);
    }
}

/// What the engine refuses the reference need not bear: its limits are no concern of it.
fn against_reference(loaded: &Collection, rules: &RuleSet, event: &Value, found: &[usize]) {
    let identifiers = loaded.rules().flat_map(|rule| &rule.detections.identifiers);
    let open = { identifiers }.any(|identifier| leaves_open(&identifier.detection));
    if open || has_open_number(event) {
        return;
    }
    for (index, rule) in rules.rules().enumerate() {
        let reference = Reference::compile(rule, &Table::new());
        let reference = reference.unwrap_or_else(|error| panic!("the reference says {error}"));
        assert_eq!(
            reference.matches(event),
            found.contains(&index),
            "{}: {event}",
            rule.title()
        );
    }
}

/// Whether an item is one of those whose meaning is open.
fn leaves_open(detection: &Detection) -> bool {
    let is_open = |item: &DetectionItem| {
        let names: Vec<&str> = item
            .modifiers
            .iter()
            .map(|modifier| modifier.name())
            .collect();
        is_unspecified(&names)
    };
    match detection {
        Detection::All(items) => items.iter().any(is_open),
        Detection::Any(parts) | Detection::Every(parts) => parts.iter().any(leaves_open),
        Detection::Keywords(item) => is_open(item),
        _ => false,
    }
}

/// The text of floats from 10^16 on is unspecified, and how fine a fraction in a text may be: the engine reads the nearest
/// float.
fn has_open_number(event: &Value) -> bool {
    match event {
        Value::Number(number) => {
            number.is_f64() && number.as_f64().is_none_or(|it| it.abs() >= 1e16)
        }
        Value::String(text) => {
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            digits > 15 && text.contains(['.', 'e', 'E']) && text.parse::<f64>().is_ok()
        }
        Value::Array(elements) => elements.iter().any(has_open_number),
        Value::Object(map) => map.values().any(has_open_number),
        _ => false,
    }
}
