//! Events that meet rules more often than not.

use serde_json::{Map, Value, json};

use super::choices::Choices;
use super::rule::GeneratedRule;
use super::text;

/// An event for the rule: for most of its items the values of one scene, changed a little here and there.
pub(crate) fn event(rule: &GeneratedRule, choices: &mut Choices<'_>) -> Value {
    let mut map = Map::new();
    for scenes in rule.scenes() {
        if choices.chance(15) || scenes.is_empty() {
            continue;
        }
        let scene = &scenes[choices.below(scenes.len())];
        for (field, value) in scene {
            let value = shaped(changed(value, choices), choices);
            match field {
                Some(field) => place(field, value, choices, &mut map),
                None => place(choices.pick(&["K", "F", "d.e"]), value, choices, &mut map),
            }
        }
    }
    if choices.chance(20) {
        map.insert("noise".to_owned(), noise(choices, 3));
    }
    if choices.chance(1) {
        return Value::from(vec![Value::Object(map)]);
    }
    Value::Object(map)
}

/// The value as it is, in other letters, or with a slip of the pen.
fn changed(value: &Value, choices: &mut Choices<'_>) -> Value {
    match value {
        Value::String(text) if choices.chance(15) => Value::from(text::edited(text, choices)),
        Value::String(text) => Value::from(text::in_other_case(text, choices)),
        Value::Array(values) => values.iter().map(|value| changed(value, choices)).collect(),
        other if choices.chance(5) => Value::from(other.to_string()),
        other => other.clone(),
    }
}

/// Mostly the value itself; else a list with it, or something that has it too deep.
fn shaped(value: Value, choices: &mut Choices<'_>) -> Value {
    match choices.below(20) {
        16 => json!([value]),
        17 => json!([noise(choices, 1), value]),
        18 => json!([[value], null]),
        19 => json!({ "inner": value }),
        _ => value,
    }
}

/// Puts a value under a path: as a literal key, as a nested map, or as a map in a list.
fn place(field: &str, value: Value, choices: &mut Choices<'_>, map: &mut Map<String, Value>) {
    match field.split_once('.') {
        Some((head, rest)) if choices.chance(60) => {
            let mut inner = match map.remove(head) {
                Some(Value::Object(inner)) => inner,
                _ => Map::new(),
            };
            place(rest, value, choices, &mut inner);
            let nested = match choices.below(4) {
                3 => json!([inner, { "other": 1 }, "x"]),
                _ => Value::Object(inner),
            };
            map.insert(head.to_owned(), nested);
        }
        _ => {
            map.insert(field.to_owned(), value);
        }
    }
}

/// A value that nobody asked for.
pub(crate) fn noise(choices: &mut Choices<'_>, depth: usize) -> Value {
    match choices.below(10) {
        0..=3 => Value::from(text::text(choices, 4)),
        4 => Value::Null,
        5 => json!(choices.chance(50)),
        6 => json!(choices.below(10)),
        7 => json!(choices.pick(&[1.5, -0.0, 1e-9, 4624.0])),
        8 if depth > 0 => (0..choices.below(3))
            .map(|_| noise(choices, depth - 1))
            .collect(),
        _ if depth > 0 => {
            let name = choices.pick(&["F", "b", "c", "", "a.b", "inner"]);
            json!({ name: noise(choices, depth - 1) })
        }
        _ => json!([]),
    }
}
