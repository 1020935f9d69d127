//! Which filters are for which rules, and the rules with their filters (chapter 13).
//!
//! In: rules and filters that are loaded together. Out: the rules, those that a filter is for replaced by ones whose
//! conditions ask for it too. Called by the rule-set builder, before processing pipelines (S-455). What a filter says
//! is not looked at.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::{CollectionDetail, Error, Limits, Problems};
use crate::rule::{
    Detection, DetectionItem, Filter, LogSource, Rule, RuleId, RuleReference, Targets, Value,
};

/// Extends every rule that filters are for. The others stay as they are, shared.
///
/// # Cost
/// Linear in the rules, the filters, and what they add, which [`Limits::filter_nodes`] bounds: a rule for which
/// nothing is left is reported and left out, for without its filters it would fire where it must not.
pub(crate) fn apply(
    rules: Vec<Arc<Rule>>,
    filters: &[Arc<Filter>],
    limits: &Limits,
    problems: &mut Problems,
) -> Vec<Arc<Rule>> {
    if filters.is_empty() {
        return rules;
    }
    let index = FilterIndex::new(filters);
    let nodes: Vec<usize> = filters.iter().map(|filter| nodes(filter)).collect();
    let mut left = limits.filter_nodes;
    let mut extended = Vec::with_capacity(rules.len());
    for rule in rules {
        let numbers = index.filters_of(&rule);
        let needed = numbers.iter().filter_map(|number| nodes.get(*number)).sum();
        match left.checked_sub(needed) {
            Some(rest) => left = rest,
            None => {
                let limit = limits.filter_nodes;
                let error = Error::new(CollectionDetail::TooManyFilterNodes { limit });
                problems.error(rule.metadata.source.locate(error.in_rule(rule.title())));
                continue;
            }
        }
        let own = numbers.iter().filter_map(|number| filters.get(*number));
        let own: Vec<&Filter> = own.map(|filter| &**filter).collect();
        extended.push(with_filters(rule, &own));
    }
    extended
}

fn with_filters(rule: Arc<Rule>, filters: &[&Filter]) -> Arc<Rule> {
    if filters.is_empty() {
        return rule;
    }
    let mut rule = Arc::unwrap_or_clone(rule);
    rule.detections.add_filters(filters);
    Arc::new(rule)
}

/// The attributes by which a filter covers a rule (S-453).
type Attributes<'f> = [Option<&'f str>; 3];

/// The filters by what they are for: their numbers.
struct FilterIndex<'f> {
    filters: &'f [Arc<Filter>],
    /// Those for any rule, by their log source.
    any: HashMap<Attributes<'f>, Vec<usize>>,
    /// Those that name rules, by the name.
    names: HashMap<&'f str, Vec<usize>>,
    /// Those that name rules, by what may be an id.
    ids: HashMap<RuleId, Vec<usize>>,
}

impl<'f> FilterIndex<'f> {
    fn new(filters: &'f [Arc<Filter>]) -> Self {
        let mut index = Self {
            filters,
            any: HashMap::new(),
            names: HashMap::new(),
            ids: HashMap::new(),
        };
        for (number, filter) in filters.iter().enumerate() {
            match &filter.targets {
                Targets::Any => {
                    let key = attributes(&filter.log_source);
                    index.any.entry(key).or_default().push(number);
                }
                Targets::Rules(references) => index.add_references(number, references),
            }
        }
        index
    }

    fn add_references(&mut self, number: usize, references: &'f [RuleReference]) {
        for reference in references {
            self.names.entry(&reference.text).or_default().push(number);
            // In lenient mode any text can be an id.
            let id = reference.id();
            let id = id.unwrap_or_else(|| RuleId(reference.text.clone()));
            self.ids.entry(id).or_default().push(number);
        }
    }

    /// The numbers of the filters for `rule`, in order, each once.
    fn filters_of(&self, rule: &Rule) -> Vec<usize> {
        let by_id = rule.id().and_then(|id| self.ids.get(id));
        let name = rule.metadata.name.as_deref();
        let by_name = name.and_then(|name| self.names.get(name));
        let named = [by_id, by_name].into_iter().flatten().flatten().copied();
        let covers = |number: &usize| {
            let filter = self.filters.get(*number);
            filter.is_some_and(|filter| filter.log_source.covers(&rule.log_source))
        };
        let mut numbers: Vec<usize> = named.filter(covers).collect();
        for key in covering(attributes(&rule.log_source)) {
            numbers.extend(self.any.get(&key).into_iter().flatten());
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }
}

fn attributes(log_source: &LogSource) -> Attributes<'_> {
    [
        log_source.category.as_deref(),
        log_source.product.as_deref(),
        log_source.service.as_deref(),
    ]
}

/// The log sources that cover this one: with some of its attributes. One that lacks attributes gives some twice.
fn covering(attributes: Attributes<'_>) -> impl Iterator<Item = Attributes<'_>> {
    let [category, product, service] = attributes;
    (0..8_u8).map(move |kept| {
        let keep = |bit: u8, attribute| if kept & bit > 0 { attribute } else { None };
        [keep(1, category), keep(2, product), keep(4, service)]
    })
}

/// How much a filter adds to each rule: its parts, and long texts by their length.
fn nodes(filter: &Filter) -> usize {
    let detections = &filter.detections;
    let identifiers = detections
        .identifiers
        .iter()
        .map(|identifier| of_text(&identifier.name) + of_detection(&identifier.detection));
    let conditions = detections.conditions.iter();
    // No operand of a condition is shorter than this.
    let conditions = conditions.map(|condition| 1 + condition.text.len() / 4);
    identifiers.chain(conditions).sum()
}

/// Recursion follows nested lists, whose depth `syntax` bounds.
fn of_detection(detection: &Detection) -> usize {
    match detection {
        Detection::All(items) => items.iter().map(of_item).sum(),
        Detection::Any(parts) | Detection::Every(parts) => {
            1 + parts.iter().map(of_detection).sum::<usize>()
        }
        Detection::Keywords(item) => of_item(item),
    }
}

fn of_item(item: &DetectionItem) -> usize {
    let values = item.values.iter().map(|value| match value {
        Value::String(text) => of_text(text),
        _ => 1,
    });
    of_text(item.field.as_deref().unwrap_or_default())
        + item.modifiers.len()
        + values.sum::<usize>()
}

fn of_text(text: &str) -> usize {
    1 + text.len() / 32
}
