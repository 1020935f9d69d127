//! Correlation rules (chapter 12), as written.

use std::fmt;

use crate::error::Error;
use crate::rule::{Condition, Level, Metadata, RuleId, RuleReference, parse};

/// A correlation: a rule over the matches of other rules (S-400).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Correlation {
    /// Title, id, level and everything else that does not decide whether it fires.
    pub metadata: Metadata,
    /// `type`: what is counted or computed.
    pub kind: CorrelationType,
    /// `rules`: the rules and correlations whose matches it takes, each once. With an extended condition, the names in
    /// it.
    pub rules: Vec<RuleReference>,
    /// `group-by`: fields or aliases. Empty means one group for all events.
    pub group_by: Vec<String>,
    /// `timespan`: how long a window is.
    pub timespan: Timespan,
    /// `condition`; absent only in temporal types, where it means that every rule must match.
    pub condition: Option<CorrelationCondition>,
    /// `aliases`: names for fields that differ between rules.
    pub aliases: Vec<Alias>,
    /// `generate`: whether the referenced rules give results of their own too (S-409).
    pub generate: bool,
}

/// The `type` of a correlation (S-401).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the specification's own words")]
pub enum CorrelationType {
    EventCount,
    ValueCount,
    Temporal,
    TemporalOrdered,
    ValueSum,
    ValueAvg,
    ValuePercentile,
    ValueMedian,
}

/// The length of a window (S-406).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timespan {
    /// In seconds; never zero.
    pub seconds: u64,
    /// As written, such as `10m`.
    pub text: String,
}

/// When a correlation fires.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum CorrelationCondition {
    /// A comparison of what was counted or computed (S-407).
    Threshold(Threshold),
    /// An expression over names of rules (S-416).
    Rules(Condition),
}

/// Comparisons, all of which must hold, and what they compare.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Threshold {
    /// The operators with their numbers, in source order. Never empty.
    pub comparisons: Vec<(Operator, Number)>,
    /// `field`: whose values are counted or computed with.
    pub fields: Vec<String>,
    /// `percentile`, from 0 to 100.
    pub percentile: Option<u8>,
}

/// An operator of a [`Threshold`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are the specification's own words")]
pub enum Operator {
    Gt,
    Gte,
    Lt,
    Lte,
    Eq,
    Neq,
}

/// A number in the condition of a correlation.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Number {
    /// An integer, or a float with an integral value (S-120).
    Integer(i128),
    /// A finite float that is no integer.
    Float(f64),
}

/// A name for fields that differ between rules (S-417).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Alias {
    /// The name, to be used in `group-by`.
    pub name: String,
    /// The field that it means in the events of each rule, in source order.
    pub fields: Vec<(RuleReference, String)>,
}

impl Correlation {
    /// Reads a text that holds exactly one correlation, strictly. What it refers to is not looked for.
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

    /// The id, if the correlation has one (S-041).
    #[must_use]
    pub fn id(&self) -> Option<&RuleId> {
        self.metadata.id.as_ref()
    }

    /// What a result carries: the id, else the name, else the title (S-041).
    #[must_use]
    pub fn identity(&self) -> &str {
        self.metadata.identity()
    }

    /// The level; [`Level::Unspecified`] if there is none (S-051).
    #[must_use]
    pub fn level(&self) -> Level {
        self.metadata.level.unwrap_or_default()
    }
}

impl CorrelationType {
    pub(crate) const NAMES: [&'static str; 8] = [
        "event_count",
        "value_count",
        "temporal",
        "temporal_ordered",
        "value_sum",
        "value_avg",
        "value_percentile",
        "value_median",
    ];

    /// By its name, in any case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "event_count" => Self::EventCount,
            "value_count" => Self::ValueCount,
            "temporal" => Self::Temporal,
            "temporal_ordered" => Self::TemporalOrdered,
            "value_sum" => Self::ValueSum,
            "value_avg" => Self::ValueAvg,
            "value_percentile" => Self::ValuePercentile,
            "value_median" => Self::ValueMedian,
            _ => return None,
        })
    }

    /// The specification's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EventCount => "event_count",
            Self::ValueCount => "value_count",
            Self::Temporal => "temporal",
            Self::TemporalOrdered => "temporal_ordered",
            Self::ValueSum => "value_sum",
            Self::ValueAvg => "value_avg",
            Self::ValuePercentile => "value_percentile",
            Self::ValueMedian => "value_median",
        }
    }

    /// Whether it is about which rules match, and in which order, rather than about a number.
    #[must_use]
    pub const fn is_temporal(self) -> bool {
        matches!(self, Self::Temporal | Self::TemporalOrdered)
    }
}

impl fmt::Display for CorrelationType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Operator {
    pub(crate) const ALL: [Self; 6] = [
        Self::Gt,
        Self::Gte,
        Self::Lt,
        Self::Lte,
        Self::Eq,
        Self::Neq,
    ];

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|operator| operator.name() == name)
    }

    /// The specification's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gt => "gt",
            Self::Gte => "gte",
            Self::Lt => "lt",
            Self::Lte => "lte",
            Self::Eq => "eq",
            Self::Neq => "neq",
        }
    }
}

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
