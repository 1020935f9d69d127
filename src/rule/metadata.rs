//! Everything in a document that does not decide a match (chapter 2).

use std::fmt;
use std::sync::Arc;

use crate::error::Location;

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
    pub custom: Vec<(String, serde_yaml::Value)>,
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

impl RuleId {
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

/// The `type` of an entry of `related` (S-043).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the specification's own words")]
pub enum RelatedType {
    Derived,
    Obsolete,
    Merged,
    Renamed,
    Similar,
    Correlation,
}

/// The `status` of a rule (S-046).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the specification's own words")]
pub enum Status {
    Stable,
    Test,
    Experimental,
    Deprecated,
    Unsupported,
}

/// The `level` of a rule, ordered (S-051).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the specification's own words")]
pub enum Level {
    /// The rule gives no level; lower than all others.
    #[default]
    Unspecified,
    Informational,
    Low,
    Medium,
    High,
    Critical,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Unspecified => "unspecified",
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        })
    }
}

/// What kind of log a rule is written for (S-053). At least one of the first three is set.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct LogSource {
    /// `category`, e.g. `process_creation`.
    pub category: Option<String>,
    /// `product`, e.g. `windows`.
    pub product: Option<String>,
    /// `service`, e.g. `sysmon`.
    pub service: Option<String>,
    /// `definition`: a note on what must be logged.
    pub definition: Option<String>,
    /// Further keys, kept verbatim (S-056).
    pub custom: Vec<(String, serde_yaml::Value)>,
}
