//! `vars`: what placeholders are replaced by.

use std::collections::BTreeMap;

use crate::rule::Value;

/// The variables of one or more pipelines.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables(BTreeMap<String, Variable>);

/// A variable, which may hold what no placeholder can take: it is an error only where it is used.
#[derive(Clone, Debug)]
pub(super) enum Variable {
    /// As Sigma text.
    Values(Vec<String>),
    /// Something else, as messages call it.
    Other(&'static str),
}

impl Variables {
    pub(super) fn insert(&mut self, name: String, variable: Variable) {
        self.0.insert(name, variable);
    }

    pub(super) fn get(&self, name: &str) -> Option<&Variable> {
        self.0.get(name)
    }

    /// Takes over those of a later pipeline, which win (S-500).
    pub(super) fn merge(&mut self, later: &Self) {
        for (name, variable) in &later.0 {
            self.0.insert(name.clone(), variable.clone());
        }
    }

    /// The names of those that a placeholder can take, in alphabetical order.
    pub(super) fn names(&self) -> Vec<String> {
        let usable = self.iter().map(|(name, _)| name.to_owned());
        usable.collect()
    }

    /// Those that a placeholder can take.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().filter_map(|(name, variable)| match variable {
            Variable::Values(values) => Some((name.as_str(), values.as_slice())),
            Variable::Other(_) => None,
        })
    }
}

/// The text of a string or number, as it stands in a rule.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(format!("{number:?}")),
        Value::Boolean(_) | Value::Null => None,
    }
}
