//! The words of `status`, `level`, and of `type` in `related`.

use std::fmt;

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

impl Status {
    pub(crate) const NAMES: [&'static str; 5] = [
        "stable",
        "test",
        "experimental",
        "deprecated",
        "unsupported",
    ];

    /// By its name, in any case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "stable" => Self::Stable,
            "test" => Self::Test,
            "experimental" => Self::Experimental,
            "deprecated" => Self::Deprecated,
            "unsupported" => Self::Unsupported,
            _ => return None,
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Stable => "stable",
            Self::Test => "test",
            Self::Experimental => "experimental",
            Self::Deprecated => "deprecated",
            Self::Unsupported => "unsupported",
        })
    }
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

impl Level {
    pub(crate) const NAMES: [&'static str; 5] =
        ["informational", "low", "medium", "high", "critical"];

    /// By its name, in any case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "informational" => Self::Informational,
            "low" => Self::Low,
            "medium" => Self::Medium,
            "high" => Self::High,
            "critical" => Self::Critical,
            _ => return None,
        })
    }
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

impl RelatedType {
    pub(crate) const NAMES: [&'static str; 6] = [
        "derived",
        "obsolete",
        "merged",
        "renamed",
        "similar",
        "correlation",
    ];

    /// By its name, in any case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "derived" => Self::Derived,
            "obsolete" => Self::Obsolete,
            "merged" => Self::Merged,
            "renamed" => Self::Renamed,
            "similar" => Self::Similar,
            "correlation" => Self::Correlation,
            _ => return None,
        })
    }
}

impl fmt::Display for RelatedType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Derived => "derived",
            Self::Obsolete => "obsolete",
            Self::Merged => "merged",
            Self::Renamed => "renamed",
            Self::Similar => "similar",
            Self::Correlation => "correlation",
        })
    }
}
