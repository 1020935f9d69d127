//! Filters (chapter 13): the filter's own detections, asked beside those of the rule. Nothing is renamed or joined.

use std::sync::Arc;

use serde_json::Value;
use sigmatic::Rule;
use sigmatic::rule::{Filter, LogSource, RuleId, Targets};

use super::{Reference, Table};

/// A rule with the filters that are for it.
#[derive(Debug)]
pub(crate) struct Filtered {
    rule: Reference,
    filters: Vec<Reference>,
}

impl Filtered {
    /// Filters that are in error are for no rule; they are reported by [`check`].
    pub(crate) fn compile(
        rule: &Rule,
        filters: &[Arc<Filter>],
        placeholders: &Table,
    ) -> Result<Self, String> {
        let own = filters.iter().filter(|filter| is_for(filter, rule));
        let compiled = own.map(|filter| Reference::of(&filter.detections, placeholders));
        Ok(Self {
            rule: Reference::compile(rule, placeholders)?,
            filters: compiled.filter_map(Result::ok).collect(),
        })
    }

    /// S-451, S-455.
    #[must_use]
    pub(crate) fn matches(&self, event: &Value) -> bool {
        self.rule.matches(event) && self.filters.iter().all(|filter| filter.matches(event))
    }
}

/// What is wrong with the filter.
pub(crate) fn check(filter: &Filter, placeholders: &Table) -> Result<(), String> {
    Reference::of(&filter.detections, placeholders).map(drop)
}

fn is_for(filter: &Filter, rule: &Rule) -> bool {
    let named = match &filter.targets {
        Targets::Any => true,
        Targets::Rules(references) => references
            .iter()
            .any(|reference| names(&reference.text, rule)),
        other => panic!("targets the reference does not know: {other:?}"),
    };
    named && covers(&filter.log_source, &rule.log_source)
}

/// S-452: an id in any spelling, or a name; titles are no references.
fn names(reference: &str, rule: &Rule) -> bool {
    let id = rule.id().map(RuleId::as_str);
    let same_id = RuleId::parse(reference).is_some_and(|parsed| Some(parsed.as_str()) == id);
    same_id || id == Some(reference) || rule.metadata.name.as_deref() == Some(reference)
}

/// S-453: whatever the filter says of its log source, the rule says too.
fn covers(filter: &LogSource, rule: &LogSource) -> bool {
    let pairs = [
        (&filter.category, &rule.category),
        (&filter.product, &rule.product),
        (&filter.service, &rule.service),
    ];
    pairs
        .iter()
        .all(|(wanted, found)| wanted.is_none() || wanted == found)
}
