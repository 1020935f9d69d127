//! What is remembered while pipelines work on one document.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::error::{ItemLabel, Limits, Location, PipelineFault};
use crate::rule::{Correlation, CustomValue, LogSource, Metadata, Rule};

use super::variable::Variables;
use super::walk::{Tracked, Tree};

/// Why a rule is rejected, and where in it, if it is one place.
#[derive(Clone, Debug)]
pub(super) struct Reject(pub(super) Box<Reason>);

#[derive(Clone, Debug)]
pub(super) struct Reason {
    pub(super) fault: PipelineFault,
    pub(super) location: Option<Location>,
    /// The processing item, and where it stands.
    pub(super) item: Option<(ItemLabel, Option<Location>)>,
}

impl From<PipelineFault> for Reject {
    fn from(fault: PipelineFault) -> Self {
        Self(Box::new(Reason {
            fault,
            location: None,
            item: None,
        }))
    }
}

/// State, applied items and mapped fields of one document.
#[derive(Debug)]
pub(super) struct Run<'p> {
    pub(super) variables: &'p Variables,
    pub(super) limits: &'p Limits,
    /// The ids of the applied items, in order, each once.
    pub(super) applied: Vec<Arc<str>>,
    seen: HashSet<Arc<str>>,
    pub(super) state: BTreeMap<String, CustomValue>,
    /// By the present name of a field, the ids of the items that renamed it.
    renamed: HashMap<String, BTreeSet<Arc<str>>>,
    mapped: Mapped,
    written: usize,
}

/// Which fields of detection items have been mapped, by their names before and after.
#[derive(Debug, Default)]
struct Mapped {
    before: HashSet<String>,
    after: HashSet<String>,
}

/// A document while pipelines work on it.
#[derive(Debug)]
pub(super) enum Draft {
    Rule(Box<RuleDraft>),
    Correlation(Box<CorrelationDraft>),
}

/// A rule whose detections are trees, parallel to its search identifiers.
#[derive(Debug)]
pub(super) struct RuleDraft {
    /// Its search identifiers have lost their detections to `trees`.
    pub(super) rule: Rule,
    pub(super) trees: Vec<Tree>,
}

/// A correlation, and the log sources of the rules it refers to, before and after their own rewriting.
#[derive(Debug)]
pub(super) struct CorrelationDraft {
    pub(super) correlation: Correlation,
    pub(super) log_sources: Vec<LogSource>,
}

impl<'p> Run<'p> {
    pub(super) fn new(variables: &'p Variables, limits: &'p Limits) -> Self {
        Self {
            variables,
            limits,
            applied: Vec::new(),
            seen: HashSet::new(),
            state: BTreeMap::new(),
            renamed: HashMap::new(),
            mapped: Mapped::default(),
            written: 0,
        }
    }

    pub(super) fn was_applied(&self, id: &str) -> bool {
        self.seen.contains(id)
    }

    pub(super) fn mark(&mut self, id: Option<&Arc<str>>) {
        if let Some(id) = id.filter(|id| self.seen.insert(Arc::clone(id))) {
            self.applied.push(id.clone());
        }
    }

    /// Whether an item with this id gave a field its present name.
    pub(super) fn renamed_by(&self, field: &str, id: &str) -> bool {
        self.renamed.get(field).is_some_and(|ids| ids.contains(id))
    }

    /// Remembers that a field got other names.
    pub(super) fn rename(&mut self, field: &str, targets: &[String], id: Option<&Arc<str>>) {
        if targets == [field] {
            return;
        }
        let mut ids = self.renamed.get(field).cloned().unwrap_or_default();
        ids.extend(id.cloned());
        for target in targets {
            let own = self.renamed.entry(target.clone()).or_default();
            own.extend(ids.iter().cloned());
        }
    }

    /// Remembers that the field of a detection item was mapped.
    pub(super) fn map(&mut self, field: &str, targets: &[String]) {
        self.mapped.after.remove(field);
        self.mapped.before.insert(field.to_owned());
        self.mapped.after.extend(targets.iter().cloned());
    }

    pub(super) fn is_mapped(&self, field: &str) -> bool {
        self.mapped.before.contains(field) || self.mapped.after.contains(field)
    }

    /// Counts bytes that are about to be written for the document.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), PipelineFault> {
        self.written = self.written.saturating_add(bytes);
        let limit = self.limits.rewrite_bytes;
        if self.written > limit {
            return Err(PipelineFault::TooMuch { limit });
        }
        Ok(())
    }

    /// Counts copies of an item.
    pub(super) fn spend_item(&mut self, tracked: &Tracked) -> Result<(), PipelineFault> {
        let texts = tracked.item.values.iter().map(|value| match value {
            crate::rule::Value::String(text) => text.len(),
            _ => 0,
        });
        let values = texts.fold(0, |sum, len| len.saturating_add(sum + VALUE_BYTES));
        let field = tracked.item.field.as_ref().map_or(0, String::len);
        self.spend(values.saturating_add(field).saturating_add(VALUE_BYTES))
    }

    /// What may still be written.
    pub(super) fn remaining(&self) -> usize {
        self.limits.rewrite_bytes.saturating_sub(self.written)
    }
}

impl Draft {
    pub(super) fn metadata_mut(&mut self) -> &mut Metadata {
        match self {
            Self::Rule(draft) => &mut draft.rule.metadata,
            Self::Correlation(draft) => &mut draft.correlation.metadata,
        }
    }

    pub(super) fn metadata(&self) -> &Metadata {
        match self {
            Self::Rule(draft) => &draft.rule.metadata,
            Self::Correlation(draft) => &draft.correlation.metadata,
        }
    }

    /// Every detection item, in order; a correlation has none.
    pub(super) fn items(&self) -> Vec<&Tracked> {
        match self {
            Self::Rule(draft) => draft.trees.iter().flat_map(Tree::items).collect(),
            Self::Correlation(_) => Vec::new(),
        }
    }
}

/// What a value costs beside its text.
pub(super) const VALUE_BYTES: usize = 64;
