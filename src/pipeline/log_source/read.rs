//! A map of log sources from its YAML text.

use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Limits, LogSourceDetail, Problems, nearest};
use crate::pipeline::log_source::{LogSources, Row, attributes};
use crate::rule::parse::{self, Reader};
use crate::rule::rewrite::FieldNames;
use crate::rule::{LogSource, Source};
use crate::syntax::{self, Node};

/// Reads a file.
pub(super) fn file(path: &Path) -> Result<LogSources, Error> {
    let (name, text) = syntax::read_named(path)?;
    Reading::new(Some(name)).text(&text)
}

/// A text that is being read.
pub(super) struct Reading {
    limits: Limits,
    source: Arc<Source>,
}

impl Reading {
    pub(super) fn new(file: Option<Arc<str>>) -> Self {
        Self {
            limits: Limits::default(),
            source: Arc::new(Source {
                file,
                ..Source::default()
            }),
        }
    }

    /// The map, or the first error. Warnings are dropped.
    pub(super) fn text(self, text: &[u8]) -> Result<LogSources, Error> {
        let mut problems = Problems::default();
        let documents = syntax::read(text, &self.limits, &mut problems);
        let mut map = LogSources::default();
        if !problems.has_errors() {
            let mut reader = Reader::strict(&self.limits);
            match documents.as_slice() {
                [only] => self.rows(&only.root, &mut map, &mut reader),
                others => {
                    let found = others.len();
                    problems.error(Error::new(LogSourceDetail::NotOne { found }));
                }
            }
            problems.absorb(reader.finish(), |error| error);
        }
        match problems.into_error() {
            Some(error) => Err(match &self.source.file {
                Some(file) => error.in_file(file.clone()),
                None => error,
            }),
            None => Ok(map),
        }
    }

    fn rows(&self, root: &Node, map: &mut LogSources, reader: &mut Reader<'_>) {
        for (key, _) in root.as_map().unwrap_or_default() {
            known_key(key, &[ROOT], reader);
        }
        let Some(rows) = root.get(ROOT) else {
            reader.error(LogSourceDetail::NoRows, root);
            return;
        };
        let Some(rows) = rows.as_list() else {
            let found = rows.kind_name();
            reader.error(LogSourceDetail::NotAList { found }, rows);
            return;
        };
        for node in rows {
            if reader.is_full() {
                return;
            }
            if let Some((log_source, row)) = self.row(node, reader) {
                let rows = map.rows.entry(attributes(&log_source)).or_default();
                rows.push(row);
            }
        }
    }

    fn row(&self, node: &Node, reader: &mut Reader<'_>) -> Option<(LogSource, Row)> {
        let Some(entries) = node.as_map() else {
            let found = node.kind_name();
            reader.error(LogSourceDetail::NotARow { found }, node);
            return None;
        };
        let mut is_known = true;
        for (key, _) in entries {
            is_known &= known_key(key, &KEYS, reader);
        }
        let log_source = parse::read_log_source(node, reader);
        let events = match node.get("events") {
            Some(events) if !is_empty(events) => parse::read_detection(events, reader),
            events => {
                // A misspelt key is the likelier fault.
                if is_known {
                    reader.error(LogSourceDetail::NoEvents, events.unwrap_or(node));
                }
                None
            }
        };
        let fields = node.get("fields").filter(|fields| !fields.is_null());
        let fields = fields
            .map(|fields| self::fields(fields, reader))
            .unwrap_or_default();
        let row = Row {
            events: Arc::new(events?),
            fields,
            source: self.source.clone(),
            location: node.location,
        };
        Some((log_source?, row))
    }
}

fn fields(node: &Node, reader: &mut Reader<'_>) -> FieldNames {
    let Some(entries) = node.as_map() else {
        let found = node.kind_name();
        reader.error(LogSourceDetail::FieldsType { found }, node);
        return FieldNames::new();
    };
    let mut fields = FieldNames::new();
    for (key, value) in entries {
        match (key.as_str(), value.as_str()) {
            (Some(from), Some(to)) => {
                fields.insert(from.to_owned(), to.to_owned());
            }
            (None, _) => {
                let found = key.kind_name();
                reader.error(LogSourceDetail::FieldType { found }, key);
            }
            (_, None) => {
                let found = value.kind_name();
                reader.error(LogSourceDetail::FieldType { found }, value);
            }
        }
    }
    fields
}

fn is_empty(node: &Node) -> bool {
    let is_empty_map = node.as_map().is_some_and(<[_]>::is_empty);
    node.is_null() || is_empty_map || node.as_list().is_some_and(<[_]>::is_empty)
}

/// Whether the key is a known one; if not, it is reported.
fn known_key(key: &Node, known: &'static [&'static str], reader: &mut Reader<'_>) -> bool {
    let found = key.as_str().unwrap_or_else(|| key.kind_name());
    let is_known = known.contains(&found);
    if !is_known {
        let nearest = nearest(found, known.iter().copied());
        let found = found.to_owned();
        reader.error(
            LogSourceDetail::UnknownKey {
                found,
                nearest,
                known,
            },
            key,
        );
    }
    is_known
}

const ROOT: &str = "log_sources";
const KEYS: [&str; 3] = ["logsource", "events", "fields"];
