//! A document tree to the model.
//!
//! In: the root of a document, where it stands, whether to be lenient. Out: a [`Document`], or `None` if anything in
//! it is wrong, and every problem met, in the order of the text. Called by `collection`, and by the `from_yaml` and
//! `Deserialize` of each kind: the one parse path. Checks what a single document shows; references to other documents
//! are `collection`'s.

mod alias;
mod condition;
mod correlation;
mod date;
mod detection;
mod filter;
mod item;
mod log_source;
mod metadata;
mod reader;
mod related;
mod tag;
mod threshold;
mod timespan;

use std::sync::Arc;

use crate::error::{Error, Limits, Problems, RuleDetail};
use crate::rule::{Detection, Document, LogSource, Rule, Source};
use crate::syntax::{self, Node};

pub(crate) use self::reader::Reader;

/// How to read documents.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options<'a> {
    /// Whether wrong metadata is a warning and counts as absent.
    pub(crate) lenient: bool,
    pub(crate) limits: &'a Limits,
}

/// The kinds of documents, told apart by their keys (chapter 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rule,
    Correlation,
    Filter,
}

impl Kind {
    pub(crate) fn of(root: &Node) -> Self {
        if root.get("correlation").is_some() {
            Self::Correlation
        } else if root.get("filter").is_some() {
            Self::Filter
        } else {
            Self::Rule
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Correlation => "correlation",
            Self::Filter => "filter",
        }
    }
}

/// Parses one document. Its problems are added to `problems` with the file, the document and the rule's title.
pub(crate) fn parse(
    root: &Node,
    source: Source,
    options: Options<'_>,
    problems: &mut Problems,
) -> Option<Document> {
    let mut reader = Reader::new(options);
    let document = match Kind::of(root) {
        Kind::Rule => rule(root, &source, &mut reader).map(|rule| Document::Rule(Arc::new(rule))),
        Kind::Correlation => correlation::parse(root, &source, &mut reader)
            .map(|correlation| Document::Correlation(Arc::new(correlation))),
        Kind::Filter => filter::parse(root, &source, &mut reader)
            .map(|filter| Document::Filter(Arc::new(filter))),
    };
    let title = title_of(root);
    let found = reader.finish();
    let document = document.filter(|_| !found.has_errors());
    problems.absorb(found, |error| {
        let error = source.locate(error);
        match &title {
            Some(title) => error.in_rule(title.clone()),
            None => error,
        }
    });
    document
}

/// Parses a text that holds exactly one document, strictly.
pub(crate) fn parse_text(text: &str) -> Result<Document, Error> {
    let limits = Limits::default();
    let mut problems = Problems::default();
    let documents = syntax::read(text.as_bytes(), &limits, &mut problems);
    match (problems.into_error(), documents.as_slice()) {
        (Some(error), _) => Err(error),
        (None, [only]) => parse_root(&only.root, &limits),
        (None, documents) => Err(Error::new(RuleDetail::NotOne {
            found: documents.len(),
        })),
    }
}

/// Parses a value that another reader has made, strictly.
pub(crate) fn parse_value(value: serde_yaml::Value) -> Result<Document, Error> {
    let limits = Limits::default();
    let root = Node::from_serde(value, &limits)?;
    if root.as_map().is_some() {
        parse_root(&root, &limits)
    } else {
        Err(Error::new(RuleDetail::NotADocument {
            found: root.kind_name(),
        }))
    }
}

/// Parses what may stand under a search identifier. Its problems are added to `problems`, with places only.
pub(crate) fn parse_detection(
    node: &Node,
    limits: &Limits,
    problems: &mut Problems,
) -> Option<Detection> {
    let mut reader = Reader::new(Options {
        lenient: false,
        limits,
    });
    let detection = detection::one(node, &mut reader);
    let found = reader.finish();
    let detection = detection.filter(|_| !found.has_errors());
    problems.absorb(found, |error| error);
    detection
}

#[expect(
    clippy::expect_used,
    reason = "whoever yields no model has reported why"
)]
fn parse_root(root: &Node, limits: &Limits) -> Result<Document, Error> {
    let mut problems = Problems::default();
    let source = Source {
        location: root.place(),
        ..Source::default()
    };
    let document = parse(
        root,
        source,
        Options {
            lenient: false,
            limits,
        },
        &mut problems,
    );
    match problems.into_error() {
        Some(error) => Err(error),
        None => Ok(document.expect("a document without an error is a model")),
    }
}

fn rule(root: &Node, source: &Source, reader: &mut Reader<'_>) -> Option<Rule> {
    let metadata = metadata::parse(root, source, Kind::Rule, reader);
    let log_source = log_source::parse(root, reader);
    let detections = reader
        .section(root, "detection")
        .and_then(|section| detection::parse(section, Kind::Rule, reader));
    Some(Rule {
        metadata,
        log_source: log_source?,
        detections: detections?,
    })
}

/// Reads the `logsource` of a map that is no document.
pub(crate) fn read_log_source(map: &Node, reader: &mut Reader<'_>) -> Option<LogSource> {
    log_source::parse(map, reader)
}

/// Reads a detection that stands in no document.
pub(crate) fn read_detection(node: &Node, reader: &mut Reader<'_>) -> Option<Detection> {
    detection::one(node, reader)
}

/// What messages call the document.
fn title_of(root: &Node) -> Option<Arc<str>> {
    let texts = ["title", "name", "id"]
        .into_iter()
        .filter_map(|key| root.get(key)?.as_str());
    texts
        .into_iter()
        .find(|text| !text.is_empty())
        .map(Into::into)
}
