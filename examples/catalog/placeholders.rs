//! Placeholders that stand for themselves, so that rules which need a table can be shown without one.

use sigmatic::rule::{Detection, DetectionItem, Modifier, Value};
use sigmatic::{Collection, Placeholders};

/// A table with every placeholder of the rules; the value of `%name%` is its own name with anything around it, so that it
/// contradicts nothing that the rule says beside it. In a regular expression it is the name alone.
pub(crate) fn named(collection: &Collection) -> Placeholders {
    let mut table = Placeholders::new();
    for rule in collection.rules() {
        for identifier in &rule.detections.identifiers {
            collect(&identifier.detection, &mut table);
        }
    }
    table
}

fn collect(detection: &Detection, table: &mut Placeholders) {
    match detection {
        Detection::All(items) => items.iter().for_each(|item| add(item, table)),
        Detection::Any(inner) => inner.iter().for_each(|inner| collect(inner, table)),
        Detection::Keywords(item) => add(item, table),
        _ => {}
    }
}

fn add(item: &DetectionItem, table: &mut Placeholders) {
    if !item.modifiers.contains(&Modifier::Expand) {
        return;
    }
    for value in &item.values {
        if let Value::String(text) = value {
            // Every second part stands between two `%`.
            for name in text.split('%').skip(1).step_by(2) {
                let is_regex = item.modifiers.contains(&Modifier::Re);
                let around = if is_regex { "" } else { "*" };
                table.insert(name, [format!("{around}%{name}%{around}")]);
            }
        }
    }
}
