//! The typed model of a document: what it says, with places, before any modifier is applied.
//!
//! In: a document tree from `syntax`. Out: a [`Document`], that is a [`Rule`], a [`Correlation`] or a [`Filter`],
//! and the problems met. Called by `collection`. Matches nothing: modifiers are names here, values are as written.
//! `compile` applies them.

mod correlation;
mod custom;
mod detection;
mod document;
mod filter;
mod log_source;
mod metadata;
mod modifier;
pub(crate) mod parse;
mod placeholder;
mod reference;
pub(crate) mod rewrite;
pub(crate) mod text;
mod word;
mod write;

use crate::error::Error;

pub use self::correlation::{
    Alias, Correlation, CorrelationCondition, CorrelationType, Number, Operator, Threshold,
    Timespan,
};
pub use self::custom::CustomValue;
pub use self::detection::{
    Condition, Detection, DetectionItem, Detections, SearchIdentifier, Value,
};
pub use self::document::Document;
pub use self::filter::{Filter, Targets};
pub use self::log_source::LogSource;
pub use self::metadata::{Metadata, Related, RuleId, Source};
pub use self::modifier::Modifier;
pub use self::placeholder::Placeholders;
pub use self::reference::RuleReference;
pub use self::word::{Level, RelatedType, Status};
pub use crate::error::Location;

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
    /// Reads a text that holds exactly one detection rule, strictly.
    ///
    /// Warnings are dropped; to see them, or to load many rules, use [`Collection`](crate::collection::Collection).
    ///
    /// # Example
    /// ```
    /// # fn main() -> Result<(), sigmatic::Error> {
    /// let rule = sigmatic::Rule::from_yaml(r"
    /// title: Whoami
    /// logsource: { category: process_creation, product: windows }
    /// detection: { selection: { Image|endswith: '\whoami.exe' }, condition: selection }
    /// ")?;
    /// assert_eq!(rule.title(), "Whoami");
    /// # Ok(())
    /// # }
    /// ```
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

    /// `status` (S-046).
    #[must_use]
    pub fn status(&self) -> Option<Status> {
        self.metadata.status
    }

    /// `author` (S-048).
    #[must_use]
    pub fn author(&self) -> Option<&str> {
        self.metadata.author.as_deref()
    }

    /// `description` (S-047).
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.metadata.description.as_deref()
    }

    /// `tags`, as written (S-052).
    #[must_use]
    pub fn tags(&self) -> &[String] {
        &self.metadata.tags
    }
}
