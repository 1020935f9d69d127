//! The crate's own cases: YAML, one file per topic under `tests/data/cases/` (format in the README there).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::case::{Case, Expected, Outcome, table};
use crate::shared::{files, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    spec: Vec<String>,
    selection: Option<String>,
    detection: Option<String>,
    rule: Option<String>,
    #[serde(default)]
    events: Vec<SourceEvent>,
    #[serde(default)]
    error: bool,
    warn: Option<bool>,
    message: Option<String>,
    #[serde(default)]
    lenient: bool,
    #[serde(default)]
    placeholders: BTreeMap<String, Vec<Value>>,
    log_sources: Option<String>,
    #[serde(default)]
    pipelines: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceEvent {
    event: Option<Value>,
    json: Option<String>,
    #[serde(rename = "match")]
    matches: Option<bool>,
    ids: Option<Vec<String>>,
}

pub(super) fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cases");
    let mut names = BTreeSet::new();
    let mut cases = Vec::new();
    for file in files(&folder, ".yml") {
        let sources: Vec<Source> = serde_yaml::from_str(&read(&file))
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for source in sources {
            assert!(
                names.insert(source.name.clone()),
                "{}: the name is taken",
                source.name
            );
            cases.push(source.into_case());
        }
    }
    cases
}

impl Source {
    fn into_case(self) -> Case {
        assert!(!self.spec.is_empty(), "{}: names no requirement", self.name);
        Case {
            text: self.text(),
            name: format!("{} ({})", self.name, self.spec.join(", ")),
            lenient: self.lenient,
            placeholders: table(self.placeholders),
            log_sources: self.log_sources,
            pipelines: self.pipelines.clone(),
            expected: Expected {
                error: self.error,
                warn: self.warn,
                message: self.message,
            },
            events: self
                .events
                .into_iter()
                .map(|event| event.into_outcome(&self.name))
                .collect(),
        }
    }

    /// The whole text: what is given, in the frame that the README shows.
    fn text(&self) -> String {
        match (&self.rule, &self.detection, &self.selection) {
            (Some(rule), None, None) => rule.clone(),
            (None, Some(detection), None) => self.framed(detection),
            (None, None, Some(selection)) => {
                self.framed(&format!("sel:\n{}condition: sel\n", indented(selection)))
            }
            _ => panic!(
                "{}: one of 'selection', 'detection' and 'rule' must be given",
                self.name
            ),
        }
    }

    fn framed(&self, detection: &str) -> String {
        format!(
            "title: {}\nid: 3f1b1c9e-8f5a-4c57-9a43-5a5d5b0c7a10\nlevel: medium\nlogsource:\n  category: test\n\
             detection:\n{}",
            self.name,
            indented(detection)
        )
    }
}

/// Each line two blanks to the right.
fn indented(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| format!("  {line}"))
        .chain((!text.ends_with('\n')).then(|| "\n".to_owned()))
        .collect()
}

impl SourceEvent {
    fn into_outcome(self, case: &str) -> (Value, Outcome) {
        let event = match (self.event, self.json) {
            (Some(event), None) => event,
            (None, Some(json)) => serde_json::from_str(&json)
                .unwrap_or_else(|error| panic!("{case}: {error}: {json}")),
            _ => panic!("{case}: an event needs one of 'event' and 'json'"),
        };
        let outcome = match (self.matches, self.ids) {
            (Some(matches), None) => Outcome::Match(matches),
            (None, Some(ids)) => Outcome::Ids(ids),
            _ => panic!("{case}: an event needs one of 'match' and 'ids'"),
        };
        (event, outcome)
    }
}
