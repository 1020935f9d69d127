//! A pipeline file to the model.
//!
//! In: text, read by `syntax` as rules are, so that every node knows its place. Out: a [`Pipeline`], or every problem
//! met. Called by `Pipeline::read`. Applies nothing.

mod condition;
mod item;
mod placeholder;
mod reader;
mod transformation;

use std::sync::Arc;

use crate::error::{Limits, PipelineFault, Problem, Problems};
use crate::rule::Source;
use crate::syntax::{self, Node, Value};

use self::reader::{Reader, rule_value};
use super::Pipeline;
use super::variable::{Variable, Variables, text_of};

/// Parses a text that holds one pipeline.
pub(super) fn parse(
    name: Option<Arc<str>>,
    text: &[u8],
    limits: &Limits,
) -> Result<Pipeline, Vec<Problem>> {
    let mut problems = Problems::default();
    let documents = syntax::read(text, limits, &mut problems);
    let mut pipeline = None;
    if !problems.has_errors() {
        match documents.as_slice() {
            [only] => pipeline = Some(document(&only.root, name.clone(), limits, &mut problems)),
            documents => problems.error(crate::error::Error::new(PipelineFault::NotOne {
                found: documents.len(),
            })),
        }
    }
    let mut located = Problems::default();
    located.absorb(problems, |error| match &name {
        Some(name) => error.in_file(name.clone()),
        None => error,
    });
    match pipeline {
        Some(mut pipeline) if !located.has_errors() => {
            pipeline.warnings = located.into_vec();
            Ok(pipeline)
        }
        _ => Err(located.into_vec()),
    }
}

const KEYS: &[&str] = &[
    "name",
    "priority",
    "allowed_backends",
    "vars",
    "transformations",
    "postprocessing",
    "finalizers",
];

fn document(
    root: &Node,
    file: Option<Arc<str>>,
    limits: &Limits,
    problems: &mut Problems,
) -> Pipeline {
    let mut reader = Reader::new(limits);
    for (key, _) in root.as_map().unwrap_or_default() {
        match key.as_str() {
            None => reader.error(
                PipelineFault::KeyType {
                    found: key.kind_name(),
                },
                key,
            ),
            Some(name) if !KEYS.contains(&name) => {
                let nearest = reader.nearest(name, KEYS.iter().copied());
                let fault = PipelineFault::UnknownKey {
                    key: name.to_owned(),
                    nearest,
                    known: KEYS,
                };
                reader.error(fault, key);
            }
            Some(_) => {}
        }
    }
    let name = section(root, "name").and_then(|node| reader.text("name", node));
    let source = Source {
        file: file.or_else(|| name.as_deref().map(Into::into)),
        location: root.place(),
        ..Source::default()
    };
    let pipeline = Pipeline {
        name,
        priority: section(root, "priority").map_or(0, |node| priority(node, &mut reader)),
        allowed_backends: section(root, "allowed_backends")
            .map_or_else(Vec::new, |node| reader.texts("allowed_backends", node)),
        variables: section(root, "vars")
            .map_or_else(Variables::default, |node| variables(node, &mut reader)),
        items: section(root, "transformations")
            .map_or_else(Vec::new, |node| item::items(node, "", &mut reader)),
        source: Arc::new(source),
        warnings: Vec::new(),
    };
    for key in ["postprocessing", "finalizers"] {
        if let Some(node) = section(root, key) {
            query_section(key, node, &mut reader);
        }
    }
    problems.absorb(reader.finish(), |error| error);
    pipeline
}

/// The value of a key; null is as good as absent.
fn section<'n>(root: &'n Node, key: &str) -> Option<&'n Node> {
    root.get(key).filter(|node| !node.is_null())
}

fn priority(node: &Node, reader: &mut Reader<'_>) -> i64 {
    let number = match node.value {
        Value::Int(number) => i64::try_from(number).ok(),
        _ => None,
    };
    if number.is_none() {
        reader.wrong_type("priority", node, "an integer");
    }
    number.unwrap_or(0)
}

fn variables(node: &Node, reader: &mut Reader<'_>) -> Variables {
    let mut variables = Variables::default();
    let Some(entries) = node.as_map() else {
        reader.wrong_type("vars", node, "a map");
        return variables;
    };
    for (key, value) in entries {
        match key.as_str() {
            Some(name) => variables.insert(name.to_owned(), variable(value)),
            None => {
                let found = key.kind_name();
                reader.error(PipelineFault::KeyType { found }, key);
            }
        }
    }
    variables
}

/// What a placeholder cannot take is an error only where one asks for it: templates of queries hold anything.
fn variable(node: &Node) -> Variable {
    let mut values = Vec::new();
    for node in node.one_or_more() {
        match rule_value(node).as_ref().and_then(text_of) {
            Some(text) => values.push(text),
            None => return Variable::Other(node.kind_name()),
        }
    }
    if values.is_empty() {
        return Variable::Other("an empty list");
    }
    Variable::Values(values)
}

/// Sections for the text of queries: what can be told to be wrong is told, else they are without effect.
fn query_section(key: &'static str, node: &Node, reader: &mut Reader<'_>) {
    let (kind, types): (_, &[&'static str]) = match key {
        "postprocessing" => (
            "postprocessing item",
            &[
                "embed",
                "simple_template",
                "template",
                "json",
                "replace",
                "nest",
            ],
        ),
        _ => (
            "finalizer",
            &["concat", "json", "yaml", "template", "nested"],
        ),
    };
    let Some(items) = node.as_list() else {
        reader.wrong_type(key, node, "a list");
        return;
    };
    for item in items {
        reader.type_of(kind, item, types, &[]);
    }
    if !items.is_empty() {
        reader.warning(PipelineFault::IgnoredSection { key }, node);
    }
}
