//! Fields, leaves and texts of a JSON event (chapter 4, S-121).

use std::borrow::Cow;

use serde_json::Value;

use super::number::Number;

/// All values under a path (S-112); empty if the field is missing (S-113).
pub(super) fn lookup<'a>(event: &'a Value, path: &str) -> Vec<&'a Value> {
    // S-110: a root that is no map has no fields.
    if event.is_object() {
        lookup_in(event, path)
    } else {
        Vec::new()
    }
}

fn lookup_in<'a>(value: &'a Value, path: &str) -> Vec<&'a Value> {
    match value {
        Value::Object(map) => {
            if let Some(found) = map.get(path) {
                return vec![found];
            }
            let Some((head, rest)) = path.split_once('.') else {
                return Vec::new();
            };
            map.get(head)
                .map(|inner| lookup_in(inner, rest))
                .unwrap_or_default()
        }
        Value::Array(elements) => elements
            .iter()
            .flat_map(|element| lookup_in(element, path))
            .collect(),
        _ => Vec::new(),
    }
}

/// The found values with lists flattened (S-114). Nulls and maps are leaves, too; they match no value test.
pub(super) fn leaves<'a>(found: &[&'a Value]) -> Vec<&'a Value> {
    found
        .iter()
        .flat_map(|value| match value {
            Value::Array(elements) => leaves(&elements.iter().collect::<Vec<_>>()),
            leaf => vec![*leaf],
        })
        .collect()
}

/// Every scalar anywhere in the event, nulls left out (S-170).
pub(super) fn scalars(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(elements) => elements.iter().flat_map(scalars).collect(),
        Value::Object(map) => map.values().flat_map(scalars).collect(),
        scalar => vec![scalar],
    }
}

/// S-121: nulls, lists and maps have no text.
pub(super) fn text(leaf: &Value) -> Option<Cow<'_, str>> {
    match leaf {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Bool(value) => Some(value.to_string().into()),
        Value::Number(number) => Some(Number::of_event(number).text().into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
