//! Everything in a document that does not decide a match (chapter 2).

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Location};
use crate::rule::{CustomValue, Level, RelatedType, Status};

/// The metadata that rules, correlations and filters share (S-040 to S-052).
///
/// Absent, `null` and (in lenient mode) invalid are all `None` or empty. Unknown keys are in [`custom`](Self::custom).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Metadata {
    /// `title`; empty only if written so.
    pub title: String,
    /// `id`.
    pub id: Option<RuleId>,
    /// `name`.
    pub name: Option<String>,
    /// `taxonomy`; `None` means `sigma`.
    pub taxonomy: Option<String>,
    /// `status`.
    pub status: Option<Status>,
    /// `description`.
    pub description: Option<String>,
    /// `license`.
    pub license: Option<String>,
    /// `author`.
    pub author: Option<String>,
    /// `date`, as `YYYY-MM-DD`.
    pub date: Option<String>,
    /// `modified`, as `YYYY-MM-DD`.
    pub modified: Option<String>,
    /// `related`.
    pub related: Vec<Related>,
    /// `references`.
    pub references: Vec<String>,
    /// `fields`.
    pub fields: Vec<String>,
    /// `falsepositives`.
    pub falsepositives: Vec<String>,
    /// `scope`.
    pub scope: Vec<String>,
    /// `level`.
    pub level: Option<Level>,
    /// `tags`, as written.
    pub tags: Vec<String>,
    /// Top-level keys that Sigma does not define, in source order, kept verbatim.
    pub custom: Vec<(String, CustomValue)>,
    /// Where the document stands.
    pub source: Source,
}

impl Metadata {
    /// The id, else the name, else the title (S-041).
    #[must_use]
    pub fn identity(&self) -> &str {
        match (&self.id, &self.name) {
            (Some(id), _) => id.as_str(),
            (None, Some(name)) => name,
            (None, None) => &self.title,
        }
    }

    /// What messages call the document: the title, else the name, else the id.
    pub(crate) fn label(&self) -> &str {
        let id = self.id.as_ref().map(RuleId::as_str);
        let texts = [Some(self.title.as_str()), self.name.as_deref(), id];
        texts
            .into_iter()
            .flatten()
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    }
}

/// Where a document stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Source {
    /// The file, or the name under which a text was loaded.
    pub file: Option<Arc<str>>,
    /// Zero-based index of the document in its text, empty documents not counted.
    pub document: usize,
    /// Where the document starts; `None` for a model that was not read from a text.
    pub location: Option<Location>,
}

/// A rule id: a UUID in lower-case hyphenated form, whatever the spelling in the source; in lenient mode an invalid
/// one is kept as plain text (S-041).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub(crate) String);

impl Source {
    /// Adds to an error in which file it is, if it is in one.
    pub(crate) fn locate_file(&self, error: Error) -> Error {
        match &self.file {
            Some(file) => error.in_file(file.clone()),
            None => error,
        }
    }

    /// Adds to an error in which document it is.
    pub(crate) fn locate(&self, error: Error) -> Error {
        let error = match self.location {
            // A model that was not read from a text is no document of one.
            None if self.file.is_none() => error,
            _ => error.in_document(self.document),
        };
        match &self.file {
            Some(file) => error.in_file(file.clone()),
            None => error,
        }
    }
}

impl RuleId {
    /// The id that a UUID in any spelling is; `None` if `text` is no UUID.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        uuid::Uuid::parse_str(text).ok().map(Self::from_uuid)
    }

    pub(crate) fn from_uuid(id: uuid::Uuid) -> Self {
        Self(id.hyphenated().to_string())
    }

    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An entry of `related` (S-042).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Related {
    /// The other rule.
    pub id: RuleId,
    /// In what way it is related.
    pub kind: RelatedType,
}
