//! The shared conformance cases: JSON, one file per topic (format in the README there).

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::case::{Case, Expected, Outcome, table};
use crate::shared::{files, read};

#[derive(Deserialize)]
struct Source {
    name: String,
    why: String,
    rule: String,
    events: Vec<Value>,
    expect: Option<Vec<bool>>,
    expect_ids: Option<Vec<Vec<String>>>,
    #[serde(default)]
    error: bool,
    #[serde(default)]
    warn: bool,
    #[serde(default)]
    lenient: bool,
    #[serde(default)]
    placeholders: BTreeMap<String, Vec<Value>>,
    #[serde(default)]
    pipelines: Vec<String>,
}

pub(super) fn cases(folder: &Path) -> Vec<Case> {
    files(folder, ".json")
        .iter()
        .flat_map(|file| {
            serde_json::from_str::<Vec<Source>>(&read(file))
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
        })
        .map(Source::into_case)
        .collect()
}

impl Source {
    fn into_case(self) -> Case {
        let outcomes = self.outcomes();
        assert_eq!(
            outcomes.len(),
            self.events.len(),
            "{}: one expectation for each event",
            self.name
        );
        Case {
            name: format!("{} ({})", self.name, self.why),
            text: self.rule,
            lenient: self.lenient,
            placeholders: table(self.placeholders),
            log_sources: None,
            pipelines: self.pipelines,
            expected: Expected {
                error: self.error,
                // Absent says nothing about warnings.
                warn: self.warn.then_some(true),
                message: None,
            },
            events: self.events.into_iter().zip(outcomes).collect(),
        }
    }

    /// An error case has events that expect nothing: they may still meet rules of other documents.
    fn outcomes(&self) -> Vec<Outcome> {
        match (&self.expect_ids, &self.expect) {
            (Some(ids), _) => ids.iter().cloned().map(Outcome::Ids).collect(),
            (None, Some(matches)) => matches.iter().copied().map(Outcome::Match).collect(),
            (None, None) => vec![Outcome::Any; self.events.len()],
        }
    }
}
