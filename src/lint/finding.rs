//! One finding, and the edit that would remove it.

use std::sync::Arc;

use serde::Serialize;

use crate::error::Location;
use crate::lint::code::{Code, Severity};
use crate::lint::source::Sources;

/// Something that is wrong or odd with a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The name of its [`Code`].
    pub code: &'static str,
    /// How serious it is.
    pub severity: Severity,
    /// What it is, in one line.
    pub message: String,
    /// The title, id or name of the rule, if known.
    pub rule: Option<String>,
    /// Where it is.
    pub position: Position,
    /// What to do about it.
    pub remedy: Option<String>,
    /// The edit that does it, if that changes nothing else.
    pub fix: Option<Fix>,
}

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Position {
    /// The file, or the name of the text.
    pub file: Option<Arc<str>>,
    /// One-based line; 0 if the file could not be read.
    pub line: u32,
    /// One-based column in characters; 0 if the file could not be read.
    pub column: u32,
    /// The bytes that it is about, counted from the start of the file, the end excluded; empty if they are not known.
    pub start: usize,
    /// See `start`.
    pub end: usize,
}

/// Edits that remove a finding, and change nothing that a rule matches beyond what the finding says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Fix {
    /// Do not overlap; in the order of the text.
    pub edits: Vec<Edit>,
}

/// Bytes to be replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Edit {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
    /// What stands there instead.
    pub text: String,
}

impl Finding {
    pub(super) fn new(
        code: &'static str,
        message: String,
        rule: Option<String>,
        file: Option<Arc<str>>,
        place: Option<Location>,
        sources: &Sources,
    ) -> Self {
        let source = file.as_ref().and_then(|file| sources.get(file));
        // What is said of a whole text stands at its start.
        let place = place.or_else(|| source.map(|_| Location { line: 1, column: 1 }));
        let span = source
            .zip(place)
            .and_then(|(source, place)| source.span(place));
        let (start, end) = span.map_or((0, 0), |span| (span.start, span.end));
        let known = Code::find(code);
        let (message, remedy) = split_remedy(message);
        Self {
            code,
            severity: known.map_or(Severity::Warning, |code| code.severity),
            message,
            rule: rule.filter(|rule| !rule.is_empty()),
            position: Position {
                file,
                line: place.map_or(0, |place| place.line),
                column: place.map_or(0, |place| place.column),
                start,
                end,
            },
            remedy: remedy.or_else(|| known.and_then(|code| code.remedy).map(str::to_owned)),
            fix: None,
        }
    }
}

/// Messages of errors end with their remedy in brackets.
fn split_remedy(message: String) -> (String, Option<String>) {
    let split = message
        .strip_suffix(')')
        .and_then(|inner| inner.rsplit_once(" ("));
    match split {
        Some((before, remedy)) if remedy.contains(' ') => {
            (before.to_owned(), Some(remedy.to_owned()))
        }
        _ => (message, None),
    }
}
