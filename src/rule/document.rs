//! One document: a rule, a correlation or a filter.

use std::sync::Arc;

use crate::error::{Error, RuleDetail};
use crate::rule::{Correlation, Filter, Metadata, Rule, parse};

/// One document of a collection. Cheap to clone: the models are shared.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Document {
    /// A detection rule.
    Rule(Arc<Rule>),
    /// A rule over the matches of other rules.
    Correlation(Arc<Correlation>),
    /// A condition that is added to rules.
    Filter(Arc<Filter>),
}

impl Document {
    /// Reads a text that holds exactly one document, strictly.
    ///
    /// # Errors
    /// The first error of the text; a text with another number of documents.
    pub fn from_yaml(text: &str) -> Result<Self, Error> {
        parse::parse_text(text)
    }

    /// Title, id and everything else that the kinds share.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        match self {
            Self::Rule(rule) => &rule.metadata,
            Self::Correlation(correlation) => &correlation.metadata,
            Self::Filter(filter) => &filter.metadata,
        }
    }

    fn is_not(&self, expected: &'static str) -> Error {
        let found = match self {
            Self::Rule(_) => "rule",
            Self::Correlation(_) => "correlation",
            Self::Filter(_) => "filter",
        };
        let error = Error::new(RuleDetail::OtherKind { expected, found });
        self.metadata().source.locate(error)
    }
}

impl From<Rule> for Document {
    fn from(rule: Rule) -> Self {
        Self::Rule(Arc::new(rule))
    }
}

impl From<Correlation> for Document {
    fn from(correlation: Correlation) -> Self {
        Self::Correlation(Arc::new(correlation))
    }
}

impl From<Filter> for Document {
    fn from(filter: Filter) -> Self {
        Self::Filter(Arc::new(filter))
    }
}

impl TryFrom<Document> for Rule {
    type Error = Error;

    fn try_from(document: Document) -> Result<Self, Error> {
        match document {
            Document::Rule(rule) => Ok(Arc::unwrap_or_clone(rule)),
            other => Err(other.is_not("rule")),
        }
    }
}

impl TryFrom<Document> for Correlation {
    type Error = Error;

    fn try_from(document: Document) -> Result<Self, Error> {
        match document {
            Document::Correlation(correlation) => Ok(Arc::unwrap_or_clone(correlation)),
            other => Err(other.is_not("correlation")),
        }
    }
}

impl TryFrom<Document> for Filter {
    type Error = Error;

    fn try_from(document: Document) -> Result<Self, Error> {
        match document {
            Document::Filter(filter) => Ok(Arc::unwrap_or_clone(filter)),
            other => Err(other.is_not("filter")),
        }
    }
}
