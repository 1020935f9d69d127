//! What changed in a rule that does not decide a match.

use std::collections::HashMap;

use serde::Serialize;
use serde_yaml::{Mapping, Value};

use crate::rule::{Detections, Rule};

/// A key of a rule's metadata whose value changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MetadataChange {
    /// The key, as `tags`; `logsource` for what it holds beside category, product and service.
    pub key: String,
    /// What only the old rule has: the value, or the entries of a list.
    pub removed: Vec<String>,
    /// What only the new rule has. If it and `removed` are empty, the entries have another order.
    pub added: Vec<String>,
}

/// A rule as a document, in parts.
#[derive(Debug)]
pub(super) struct Written {
    metadata: Mapping,
    /// `None` if no document can say it, which happens to rules that a pipeline has changed.
    pub(super) detection: Option<Value>,
}

impl Written {
    pub(super) fn of(rule: &Rule) -> Self {
        let mut metadata = match mapping(rule) {
            Some(whole) => whole,
            None => mapping(&without_detection(rule)).unwrap_or_default(),
        };
        let detection = metadata.shift_remove("detection");
        if let Some(Value::Mapping(log_source)) = metadata.get_mut("logsource") {
            // These three decide which events a rule is for, and are told apart from metadata.
            for key in ["category", "product", "service"] {
                log_source.shift_remove(key);
            }
        }
        Self {
            metadata,
            detection,
        }
    }

    /// The keys whose values differ, in the order of the old rule.
    pub(super) fn changes(&self, new: &Self) -> Vec<MetadataChange> {
        let own = self.metadata.keys();
        let added = new
            .metadata
            .keys()
            .filter(|key| !self.metadata.contains_key(*key));
        let keys = own.chain(added);
        keys.filter_map(|key| change(key, self.metadata.get(key), new.metadata.get(key)))
            .collect()
    }
}

fn mapping(rule: &Rule) -> Option<Mapping> {
    match serde_yaml::to_value(rule) {
        Ok(Value::Mapping(mapping)) => Some(mapping),
        _ => None,
    }
}

fn without_detection(rule: &Rule) -> Rule {
    Rule {
        metadata: rule.metadata.clone(),
        log_source: rule.log_source.clone(),
        detections: Detections {
            identifiers: Vec::new(),
            conditions: Vec::new(),
            timeframe: None,
        },
    }
}

fn change(key: &Value, old: Option<&Value>, new: Option<&Value>) -> Option<MetadataChange> {
    if old == new {
        return None;
    }
    let (old, new) = (entries(old), entries(new));
    Some(MetadataChange {
        key: text(key),
        removed: beyond(&old, &new),
        added: beyond(&new, &old),
    })
}

fn entries(value: Option<&Value>) -> Vec<String> {
    match value {
        None => Vec::new(),
        Some(Value::Sequence(entries)) => entries.iter().map(text).collect(),
        Some(value) => vec![text(value)],
    }
}

/// What one list has that the other does not, or not so often.
fn beyond(list: &[String], other: &[String]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for entry in other {
        *counts.entry(entry).or_default() += 1;
    }
    let is_extra = |entry: &&String| match counts.get_mut(entry.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    list.iter().filter(is_extra).cloned().collect()
}

/// A value in one line. Recursion follows nested values, which are bounded when the rule is loaded.
fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => value.clone(),
        Value::Sequence(entries) => {
            let entries: Vec<String> = entries.iter().map(text).collect();
            format!("[{}]", entries.join(", "))
        }
        Value::Mapping(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}: {}", text(key), text(value)))
                .collect();
            entries.join(", ")
        }
        Value::Tagged(tagged) => text(&tagged.value),
    }
}
