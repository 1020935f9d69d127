//! How a rule changed.

use serde::Serialize;

use crate::card::corpus::label;
use crate::card::diff::metadata::{MetadataChange, Written};
use crate::card::hash::SemanticHash;
use crate::card::neighbour::{RuleLink, Wider, differences};
use crate::card::relation::Comparison;
use crate::compile::{self, Options, Plan};
use crate::engine::{RuleSet, Scratch};
use crate::proof::{self, Implication, Witness};
use crate::rule::Rule;

/// A rule that both sets have, and that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RuleChange {
    /// The rule in the old set.
    pub old: RuleLink,
    /// The rule in the new set.
    pub new: RuleLink,
    /// The change in a word.
    pub kind: ChangeKind,
    /// The log source, if it changed. A rule matches without regard to it, so it is no part of `comparison`; but it says
    /// which events a rule is for, and so it counts for `kind`.
    pub log_source: Option<LogSourceChange>,
    /// What changed in the metadata, whatever else changed.
    pub metadata: Vec<MetadataChange>,
    /// What was proven about the conditions: `forward` is whether the new rule matches all that the old one does.
    pub comparison: Comparison,
}

/// Kinds of [`RuleChange`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The new rule matches all that the old one does, and more.
    Broader,
    /// The new rule matches only what the old one does, and not all of it.
    Narrower,
    /// Each matches events that the other does not.
    Incomparable,
    /// At least one direction was neither proven nor refuted.
    Unknown,
    /// Both match the same events, but the detection is written otherwise.
    Equivalent,
    /// Only metadata changed.
    MetadataOnly,
}

/// The log source of a rule before and after, as `process_creation/windows`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[allow(missing_docs, reason = "before and after")]
pub struct LogSourceChange {
    pub old: String,
    pub new: String,
}

impl ChangeKind {
    /// All kinds, those that matter most first.
    pub const ALL: [Self; 6] = [
        Self::Broader,
        Self::Narrower,
        Self::Incomparable,
        Self::Unknown,
        Self::Equivalent,
        Self::MetadataOnly,
    ];

    /// The kind in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Broader => "broader",
            Self::Narrower => "narrower",
            Self::Incomparable => "incomparable",
            Self::Unknown => "unknown",
            Self::Equivalent => "equivalent, written otherwise",
            Self::MetadataOnly => "changed in metadata only",
        }
    }
}

/// Holds rules of two sets against each other.
pub(super) struct Judge<'s> {
    old: Party<'s>,
    new: Party<'s>,
}

/// One of the sets, with memory to ask it.
struct Party<'s> {
    rules: &'s RuleSet,
    scratch: Scratch,
}

impl<'s> Judge<'s> {
    pub(super) fn new(old: &'s RuleSet, new: &'s RuleSet) -> Self {
        Self {
            old: Party::new(old),
            new: Party::new(new),
        }
    }

    /// How a rule changed; `None` if it did not.
    pub(super) fn change(
        &mut self,
        (old_place, old): (usize, &Rule),
        (new_place, new): (usize, &Rule),
    ) -> Option<RuleChange> {
        let (old_written, new_written) = (Written::of(old), Written::of(new));
        let metadata = old_written.changes(&new_written);
        let log_source = log_source(old, new);
        let comparison = self.compare((old_place, old), (new_place, new));
        let covers = [
            new.log_source.covers(&old.log_source),
            old.log_source.covers(&new.log_source),
        ];
        let mut kind = kind(&comparison, covers);
        if kind == ChangeKind::Equivalent && old_written.detection == new_written.detection {
            if metadata.is_empty() {
                return None;
            }
            kind = ChangeKind::MetadataOnly;
        }
        Some(RuleChange {
            old: RuleLink::new(old_place, old),
            new: RuleLink::new(new_place, new),
            kind,
            log_source,
            metadata,
            comparison,
        })
    }

    fn compare(&mut self, old: (usize, &Rule), new: (usize, &Rule)) -> Comparison {
        let mut comparison = Comparison {
            forward: Implication::Unknown,
            backward: Implication::Unknown,
            differences: Vec::new(),
        };
        // They were compiled before, with the same options, or they would not be in the sets.
        let (Some(old_plan), Some(new_plan)) = (self.old.plan(old.1), self.new.plan(new.1)) else {
            return comparison;
        };
        if SemanticHash::of(&old_plan) == SemanticHash::of(&new_plan) {
            comparison.forward = Implication::Proven;
            comparison.backward = Implication::Proven;
            return comparison;
        }
        let (old_set, new_set) = (&mut self.old, &mut self.new);
        comparison.forward = proof::implies(&old_plan, &new_plan, &mut |event| {
            old_set.matches(old.0, event) && !new_set.matches(new.0, event)
        });
        comparison.backward = proof::implies(&new_plan, &old_plan, &mut |event| {
            new_set.matches(new.0, event) && !old_set.matches(old.0, event)
        });
        let is_same = comparison.forward.is_proven() && comparison.backward.is_proven();
        if !is_same {
            let wider = match (&comparison.forward, &comparison.backward) {
                (Implication::Proven, _) => Wider::Other,
                (_, Implication::Proven) => Wider::Own,
                _ => Wider::Neither,
            };
            comparison.differences = differences(&old_plan, &new_plan, wider, "the old rule");
        }
        comparison
    }
}

impl<'s> Party<'s> {
    fn new(rules: &'s RuleSet) -> Self {
        Self {
            rules,
            scratch: rules.scratch(),
        }
    }

    fn plan(&self, rule: &Rule) -> Option<Plan> {
        let origin = self.rules.origin();
        let options = Options {
            limits: &origin.limits,
            placeholders: &origin.placeholders,
            spent: None,
        };
        compile::compile_again(rule, &options)
    }

    fn matches(&mut self, place: usize, event: &Witness) -> bool {
        let mut hits = self.rules.matches(event, &mut self.scratch);
        hits.any(|hit| hit.index() == place)
    }
}

fn log_source(old: &Rule, new: &Rule) -> Option<LogSourceChange> {
    let (old, new) = (label(&old.log_source), label(&new.log_source));
    (old != new).then_some(LogSourceChange { old, new })
}

/// `covers`: whether the new log source covers the old one, and the other way round.
fn kind(comparison: &Comparison, covers: [bool; 2]) -> ChangeKind {
    let both = |implication: &Implication, covers: bool| match implication {
        _ if !covers => Some(false),
        Implication::Proven => Some(true),
        Implication::Refuted(_) => Some(false),
        Implication::Unknown => None,
    };
    let forward = both(&comparison.forward, covers[0]);
    let backward = both(&comparison.backward, covers[1]);
    match (forward, backward) {
        (Some(true), Some(true)) => ChangeKind::Equivalent,
        (Some(true), Some(false)) => ChangeKind::Broader,
        (Some(false), Some(true)) => ChangeKind::Narrower,
        (Some(false), Some(false)) => ChangeKind::Incomparable,
        _ => ChangeKind::Unknown,
    }
}
