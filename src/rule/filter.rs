//! Filters (chapter 13), as written.

use crate::error::Error;
use crate::rule::{Detections, LogSource, Metadata, RuleId, RuleReference, parse};

/// A filter: a condition that must hold beside those of the rules it is for (S-450, S-451).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Filter {
    /// Title, id and everything else that does not decide a match.
    pub metadata: Metadata,
    /// Which rules it can be for, beside `targets` (S-453).
    pub log_source: LogSource,
    /// `rules`: which rules it is for.
    pub targets: Targets,
    /// Its search identifiers and its one condition.
    pub detections: Detections,
}

/// The rules a filter is for (S-452).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Targets {
    /// `any`, or an empty list: all rules that are loaded together with it.
    Any,
    /// The rules with these ids or names.
    Rules(Vec<RuleReference>),
}

impl Filter {
    /// Reads a text that holds exactly one filter, strictly. What it refers to is not looked for.
    ///
    /// # Errors
    /// The first error of the text; a text with another number or kind of documents.
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        parse::parse_text(text)?.try_into()
    }

    /// The title (S-040).
    #[must_use]
    pub fn title(&self) -> &str {
        &self.metadata.title
    }

    /// The id, if the filter has one (S-041).
    #[must_use]
    pub fn id(&self) -> Option<&RuleId> {
        self.metadata.id.as_ref()
    }

    /// The id, else the name, else the title (S-041).
    #[must_use]
    pub fn identity(&self) -> &str {
        self.metadata.identity()
    }
}
