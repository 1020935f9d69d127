//! What a rule looks for, what it excludes, and who else looks for the same.
//!
//! In: a [`RuleSet`](crate::RuleSet). Out: a [`Corpus`], that is an index of all rules by what they look for, and for each
//! rule a [`RuleCard`]: data, which serialises, and which `page` turns into HTML or text; of two rule sets, what became of
//! the rules ([`RuleSetDiff`]). Called by embedders and by the example `catalog`. Computes from the typed model and the
//! compiled plan, never from text; matches nothing itself, but asks the engine about the events it makes.

mod attack;
mod conjunct;
mod corpus;
mod diff;
mod events;
mod hash;
mod indicator;
mod neighbour;
mod page;
mod relation;
mod site;
mod stage;
mod statistics;
mod value;
mod verdict;

use serde::Serialize;

use crate::card::indicator::Used;
use crate::compile::{Options, Plan};
use crate::rule::{LogSource, Metadata, Rule};

pub use self::attack::{AttackCoverage, TacticCoverage, Technique};
pub use self::corpus::Corpus;
pub use self::diff::{ChangeKind, LogSourceChange, MetadataChange, RuleChange, RuleSetDiff};
pub use self::events::EventCoverage;
pub use self::hash::SemanticHash;
pub use self::indicator::{Indicator, IndicatorRow, Place};
pub use self::neighbour::{Neighbour, Neighbours, RuleLink};
pub use self::relation::Comparison;
pub use self::site::{Page, Site};
pub use self::stage::{Group, Stage, StagePart};
pub use self::statistics::{IndicatorUse, LogSourceStatistics, Statistics, TechniqueStatistics};
pub use self::verdict::{Verdict, VerdictKind};

/// Everything there is to say about one rule of a corpus.
///
/// Serialises to a JSON object; [`to_html`](Self::to_html) and [`to_markdown`](Self::to_markdown) make pages of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleCard {
    /// Its place in the corpus.
    pub index: usize,
    /// From the whole to the rule: `Detection rules`, `Sigma`, log source.
    pub breadcrumb: Vec<String>,
    /// Title, level, dates and the like.
    pub header: Header,
    /// Tactics and techniques.
    pub attack: AttackCoverage,
    /// The Windows events that the rule looks at.
    pub events: Vec<EventCoverage>,
    /// The rule as normalised YAML.
    pub body: String,
    /// The condition in stages, the condition itself first.
    pub stages: Vec<Stage>,
    /// What is excluded: the top-level negated conjuncts.
    pub exclusions: Vec<IndicatorRow>,
    /// What is looked for, with how many other rules look for the same.
    pub indicators: Vec<IndicatorRow>,
    /// Rules that match more, less or the same.
    pub neighbours: Neighbours,
    /// What can be said against the rule.
    pub verdicts: Vec<Verdict>,
    /// A number for what the rule means.
    pub semantic_hash: SemanticHash,
}

/// The metadata of a rule, as texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of the rule's own fields")]
pub struct Header {
    pub title: String,
    pub id: Option<String>,
    pub name: Option<String>,
    pub level: String,
    pub status: Option<String>,
    pub author: Option<String>,
    pub date: Option<String>,
    pub modified: Option<String>,
    pub description: Option<String>,
    pub references: Vec<String>,
    pub falsepositives: Vec<String>,
    pub tags: Vec<String>,
    pub log_source: LogSourceNames,
    /// The file from which the rule was read.
    pub file: Option<String>,
}

/// The log source of a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names are those of the rule's own fields")]
pub struct LogSourceNames {
    pub category: Option<String>,
    pub product: Option<String>,
    pub service: Option<String>,
    pub definition: Option<String>,
}

impl Corpus {
    /// The card of the rule at this place. `None` if there are not that many.
    ///
    /// # Cost
    /// Compiles the rule again; linear in its size and in that of its neighbours, but for the verdicts, which hold each
    /// of its parts against the whole, within bounds.
    #[must_use]
    pub fn card(&self, index: usize) -> Option<RuleCard> {
        let entry = self.entries.get(index)?;
        let rule = &entry.rule;
        let used = self.used(entry);
        let mut scratch = self.rules.scratch();
        let verdicts = verdict::verdicts(rule, &entry.plan, &used, &entry.example, &mut |event| {
            self.is_matched(index, event, &mut scratch)
        });
        Some(RuleCard {
            index,
            breadcrumb: breadcrumb(&rule.log_source),
            header: header(&rule.metadata, &rule.log_source, rule.level().to_string()),
            attack: entry.attack.clone(),
            events: self.event_coverage(index),
            // A model that no document can say was not read from one.
            body: rule.to_yaml().unwrap_or_default(),
            stages: stage::stages(rule),
            exclusions: exclusions(rule, &used),
            indicators: self.indicator_rows(&used, index),
            neighbours: self.neighbours(index),
            verdicts,
            semantic_hash: entry.hash,
        })
    }

    /// What the rule at this place looks for: that part of its card alone.
    #[must_use]
    pub fn indicators(&self, index: usize) -> Vec<IndicatorRow> {
        let entry = self.entries.get(index);
        entry.map_or_else(Vec::new, |entry| {
            self.indicator_rows(&self.used(entry), index)
        })
    }

    /// The Windows events that the rule at this place looks at: that part of its card alone.
    #[must_use]
    pub fn event_coverage(&self, index: usize) -> Vec<EventCoverage> {
        let entry = self.entries.get(index);
        entry.map_or_else(Vec::new, |entry| {
            events::coverage(&entry.rule.log_source, &entry.plan)
        })
    }

    /// The tactics and techniques of the rule at this place: that part of its card alone.
    #[must_use]
    pub fn attack_coverage(&self, index: usize) -> Option<&AttackCoverage> {
        self.entries.get(index).map(|entry| &entry.attack)
    }

    fn indicator_rows(&self, used: &[Used<'_>], index: usize) -> Vec<IndicatorRow> {
        indicator::rows(
            used,
            |used| used.positive,
            |key| self.other_rules(key, index),
        )
    }
}

/// The verdicts on a rule of which no set exists. Nothing is asked of an engine, so that what is said is proven, and what
/// needs an event to be known stays unsaid.
pub(crate) fn verdicts(rule: &Rule, plan: &Plan, options: &Options<'_>) -> Vec<Verdict> {
    let used = indicator::items(rule, plan, options);
    // Any event that the prover comes up with ends its search: one is made only where no proof is, and to be sure of it
    // would take an engine.
    let example = crate::proof::example(plan, &mut |_| true);
    verdict::verdicts(rule, plan, &used, &example, &mut |_| true)
}

fn exclusions(rule: &Rule, used: &[Used<'_>]) -> Vec<IndicatorRow> {
    let excluded = stage::excluded(rule);
    let is_exclusion = |used: &Used<'_>| {
        used.negative && !used.positive && excluded.contains(used.identifier.name.as_str())
    };
    indicator::rows(used, is_exclusion, |_| 0)
}

fn breadcrumb(log_source: &LogSource) -> Vec<String> {
    let mut parts = vec!["Detection rules".to_owned(), "Sigma".to_owned()];
    let own = corpus::label(log_source);
    if !own.is_empty() {
        parts.push(own);
    }
    parts
}

fn header(metadata: &Metadata, log_source: &LogSource, level: String) -> Header {
    Header {
        title: metadata.title.clone(),
        id: metadata.id.as_ref().map(ToString::to_string),
        name: metadata.name.clone(),
        level,
        status: metadata.status.map(|status| status.to_string()),
        author: metadata.author.clone(),
        date: metadata.date.clone(),
        modified: metadata.modified.clone(),
        description: metadata.description.clone(),
        references: metadata.references.clone(),
        falsepositives: metadata.falsepositives.clone(),
        tags: metadata.tags.clone(),
        log_source: LogSourceNames {
            category: log_source.category.clone(),
            product: log_source.product.clone(),
            service: log_source.service.clone(),
            definition: log_source.definition.clone(),
        },
        file: metadata.source.file.as_deref().map(str::to_owned),
    }
}
