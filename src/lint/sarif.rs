//! Findings in the Static Analysis Results Interchange Format (SARIF 2.1.0), which code hosts and editors read.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::lint::finding::{Finding, Position};
use crate::lint::{Code, Severity};

/// A log in the format SARIF 2.1.0, to be serialised as JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Sarif {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Analysis; 1],
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Analysis {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome>,
}

#[derive(Clone, Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Clone, Debug, Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message,
    default_configuration: Configuration,
}

#[derive(Clone, Debug, Serialize)]
struct Configuration {
    level: Severity,
}

#[derive(Clone, Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    /// None for the few codes without a row in the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: Severity,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Change>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Place {
    physical_location: PhysicalLocation,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Clone, Debug, Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    #[serde(skip_serializing_if = "Option::is_none")]
    start_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_length: Option<usize>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    description: Message,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

impl Sarif {
    pub(super) fn new(findings: &[Finding]) -> Self {
        let indexes: BTreeMap<&str, usize> = Code::all()
            .enumerate()
            .map(|(index, code)| (code.name, index))
            .collect();
        let outcome = |finding| outcome(finding, &indexes);
        Self {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Analysis {
                tool: Tool {
                    driver: Driver {
                        name: env!("CARGO_PKG_NAME"),
                        version: env!("CARGO_PKG_VERSION"),
                        rules: Code::all().map(descriptor).collect(),
                    },
                },
                column_kind: "unicodeCodePoints",
                results: findings.iter().map(outcome).collect(),
            }],
        }
    }
}

fn descriptor(code: &Code) -> Descriptor {
    Descriptor {
        id: code.name,
        short_description: text(code.summary),
        default_configuration: Configuration {
            level: code.severity,
        },
    }
}

fn outcome(finding: &Finding, indexes: &BTreeMap<&str, usize>) -> Outcome {
    let remedy = finding.remedy.as_ref();
    let remedy = remedy.map_or_else(String::new, |remedy| format!(" ({remedy})"));
    Outcome {
        rule_id: finding.code,
        rule_index: indexes.get(finding.code).copied(),
        level: finding.severity,
        message: text(&format!("{}{remedy}", finding.message)),
        locations: place(&finding.position).into_iter().collect(),
        fixes: change(finding).into_iter().collect(),
    }
}

fn place(position: &Position) -> Option<Place> {
    let known = position.end > position.start;
    let region = (position.line > 0).then(|| Region {
        start_line: Some(position.line),
        start_column: Some(position.column),
        byte_offset: known.then_some(position.start),
        byte_length: known.then(|| position.end - position.start),
    });
    Some(Place {
        physical_location: PhysicalLocation {
            artifact_location: artifact(position.file.as_deref()?),
            region,
        },
    })
}

fn change(finding: &Finding) -> Option<Change> {
    let fix = finding.fix.as_ref()?;
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: Region {
            byte_offset: Some(edit.start),
            byte_length: Some(edit.end - edit.start),
            ..Region::default()
        },
        inserted_content: text(&edit.text),
    });
    Some(Change {
        description: text(finding.remedy.as_deref().unwrap_or("apply the fix")),
        artifact_changes: [ArtifactChange {
            artifact_location: artifact(finding.position.file.as_deref()?),
            replacements: replacements.collect(),
        }],
    })
}

fn text(text: &str) -> Message {
    Message {
        text: text.to_owned(),
    }
}

/// A path as a reference of a URI: what may not stand in one is written in hexadecimal.
fn artifact(path: &str) -> Artifact {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    Artifact { uri }
}
