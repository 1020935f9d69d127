//! One case, whichever file it comes from.

use serde_json::Value;

use crate::reference::Table;

/// Texts to load, events to evaluate, and what must come of it.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) name: String,
    /// One or more YAML documents, loaded as one collection.
    pub(super) text: String,
    pub(super) lenient: bool,
    pub(super) placeholders: Table,
    /// The text of a map of log sources.
    pub(super) log_sources: Option<String>,
    /// Texts of processing pipelines.
    pub(super) pipelines: Vec<String>,
    pub(super) expected: Expected,
    /// Evaluated in this order.
    pub(super) events: Vec<(Value, Outcome)>,
}

/// What loading must report.
#[derive(Debug)]
pub(super) struct Expected {
    /// At least one error; else none.
    pub(super) error: bool,
    /// At least one warning, or none; `None` says nothing.
    pub(super) warn: Option<bool>,
    /// Part of some printed error, or, where no error is expected, of some printed warning.
    pub(super) message: Option<String>,
}

/// What an event must give.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// At least one result, or none.
    Match(bool),
    /// Exactly these results, sorted.
    Ids(Vec<String>),
    /// Anything but a panic.
    Any,
}

impl Case {
    /// Whether there are correlations in it, whose results depend on the events before.
    pub(super) fn has_correlations(&self) -> bool {
        let mut lines = self.text.lines();
        lines.any(|line| line.starts_with("correlation:"))
    }
}

impl Outcome {
    /// Whether the results, sorted, are the expected ones.
    pub(super) fn accepts(&self, results: &[String]) -> bool {
        match self {
            Self::Match(wanted) => results.is_empty() != *wanted,
            Self::Ids(wanted) => results == wanted,
            Self::Any => true,
        }
    }
}

/// A table for `expand`, whose values are texts or numbers.
pub(super) fn table(source: std::collections::BTreeMap<String, Vec<Value>>) -> Table {
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    source
        .into_iter()
        .map(|(name, values)| (name, values.into_iter().map(text).collect()))
        .collect()
}
