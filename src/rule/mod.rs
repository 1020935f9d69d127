//! The typed model of a document: what it says, with places, before any modifier is applied.
//!
//! In: a document tree from `syntax`. Out: a [`Document`], that is a [`Rule`], a [`Correlation`] or a [`Filter`],
//! and the problems met. Called by `collection`. Matches nothing: modifiers are names here, values are as written.
//! `compile` applies them.

mod detection;
mod metadata;
mod modifier;

pub use self::detection::{
    Condition, Detection, DetectionItem, Detections, SearchIdentifier, Value,
};
pub use self::metadata::{
    Level, LogSource, Metadata, Related, RelatedType, RuleId, Source, Status,
};
pub use self::modifier::Modifier;
pub use crate::error::Location;

/// One document of a collection.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Document {
    /// A detection rule.
    Rule(Rule),
}

/// A detection rule (S-040 to S-099).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Title, id, level, tags and everything else that does not decide a match.
    pub metadata: Metadata,
    /// What kind of log the rule is written for (S-053).
    pub log_source: LogSource,
    /// Search identifiers and conditions.
    pub detections: Detections,
}

impl Rule {
    /// The title (S-040).
    #[must_use]
    pub fn title(&self) -> &str {
        &self.metadata.title
    }

    /// The id, if the rule has one (S-041).
    #[must_use]
    pub fn id(&self) -> Option<&RuleId> {
        self.metadata.id.as_ref()
    }

    /// What a result carries: the id, else the name, else the title (S-041).
    #[must_use]
    pub fn identity(&self) -> &str {
        self.metadata.identity()
    }

    /// The level; [`Level::Unspecified`] if the rule has none (S-051).
    #[must_use]
    pub fn level(&self) -> Level {
        self.metadata.level.unwrap_or_default()
    }
}
