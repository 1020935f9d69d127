//! Maps of log sources (S-471): the kinds of events of a rule's log source, asked beside the rule. Nothing is added to
//! the rule, and where a row renames fields, it is the event that is changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;
use sigmatic::Rule;
use sigmatic::rule::{Filter, LogSource};

use super::{Filtered, Reference, Table};

/// A map as its text says it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Map {
    log_sources: Vec<Row>,
}

#[derive(Clone, Debug, Deserialize)]
struct Row {
    logsource: BTreeMap<String, String>,
    events: serde_yaml::Value,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

/// What all must hold, and what fields are called.
type Kind<'m> = (Vec<&'m Row>, Fields);

/// A rule with its filters, for the events of its log source.
#[derive(Debug)]
pub(crate) struct Mapped {
    rule: Filtered,
    /// `None`: without a map, all events are.
    kinds: Option<Vec<(Vec<Reference>, Fields)>>,
}

/// What fields of a rule are called in events.
type Fields = BTreeMap<String, String>;

impl Mapped {
    pub(crate) fn compile(
        rule: &Rule,
        filters: &[Arc<Filter>],
        map: Option<&Map>,
        placeholders: &Table,
    ) -> Result<Self, String> {
        let mut kinds = None;
        if let Some(map) = map {
            let mut compiled = Vec::new();
            for (rows, fields) in map.kinds(&attributes(&rule.log_source)) {
                let tests: Result<Vec<_>, _> = rows.iter().map(|row| row.compile()).collect();
                compiled.push((tests?, fields));
            }
            kinds = Some(compiled);
        }
        let rule = Filtered::compile(rule, filters, placeholders)?;
        Ok(Self { rule, kinds })
    }

    #[must_use]
    pub(crate) fn matches(&self, event: &Value) -> bool {
        let Some(kinds) = &self.kinds else {
            return self.rule.matches(event);
        };
        kinds.iter().any(|(tests, fields)| {
            tests.iter().all(|test| test.matches(event))
                && self.rule.matches(&renamed(event, fields))
        })
    }
}

impl Map {
    pub(crate) fn read(text: &str) -> Self {
        serde_yaml::from_str(text).expect("a map of log sources")
    }

    fn kinds(&self, wanted: &BTreeMap<String, String>) -> Vec<Kind<'_>> {
        let is_part = |part: &BTreeMap<String, String>, whole: &BTreeMap<String, String>| {
            part.iter()
                .all(|(key, value)| whole.get(key) == Some(value))
        };
        let wide: Vec<&Row> = self
            .log_sources
            .iter()
            .filter(|row| is_part(&row.logsource, wanted))
            .collect();
        let is_most = |row: &&&Row| {
            !wide.iter().any(|other| {
                other.logsource.len() > row.logsource.len()
                    && is_part(&row.logsource, &other.logsource)
            })
        };
        let most: Vec<&Row> = wide.iter().filter(is_most).copied().collect();
        let is_said = wanted
            .keys()
            .all(|key| most.iter().any(|row| row.logsource.contains_key(key)));
        if most.is_empty() || !is_said {
            let narrow = self
                .log_sources
                .iter()
                .filter(|row| is_part(wanted, &row.logsource));
            return narrow.map(|row| (vec![row], row.fields.clone())).collect();
        }
        let mut kinds: Vec<Kind<'_>> = vec![(Vec::new(), BTreeMap::new())];
        let mut sources: Vec<&BTreeMap<String, String>> =
            most.iter().map(|row| &row.logsource).collect();
        sources.dedup();
        sources.sort();
        sources.dedup();
        for source in sources {
            let mut longer = Vec::new();
            for (rows, fields) in &kinds {
                for row in most.iter().filter(|row| row.logsource == *source) {
                    let rows = rows.iter().copied().chain([*row]).collect();
                    let fields = fields
                        .clone()
                        .into_iter()
                        .chain(row.fields.clone())
                        .collect();
                    longer.push((rows, fields));
                }
            }
            kinds = longer;
        }
        kinds
    }
}

impl Row {
    /// What tells the events, as a rule of its own.
    fn compile(&self) -> Result<Reference, String> {
        let detection = serde_json::json!({ "s": self.events, "condition": "s" });
        let rule = serde_json::json!({ "title": "t", "logsource": { "product": "p" }, "detection": detection });
        let rule = Rule::from_yaml(&rule.to_string()).map_err(|error| error.to_string())?;
        Reference::compile(&rule, &Table::new())
    }
}

fn attributes(log_source: &LogSource) -> BTreeMap<String, String> {
    let LogSource {
        category,
        product,
        service,
        ..
    } = log_source;
    let all = [
        ("category", category),
        ("product", product),
        ("service", service),
    ];
    let set = all
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value.clone()?)));
    set.collect()
}

/// The event, with what stands under the new names under those that the rule uses.
fn renamed(event: &Value, fields: &BTreeMap<String, String>) -> Value {
    let mut event = event.clone();
    let Value::Object(map) = &mut event else {
        return event;
    };
    let values: Vec<_> = fields
        .iter()
        .map(|(from, to)| (from, map.get(to).cloned()))
        .collect();
    for (from, value) in values {
        match value {
            Some(value) => map.insert(from.clone(), value),
            None => map.remove(from),
        };
    }
    event
}
