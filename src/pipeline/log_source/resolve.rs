//! From the log source of a rule to its kinds of events, and the rule that asks for them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::Location;
use crate::pipeline::log_source::{Attributes, LogSources, Row, attributes};
use crate::rule::rewrite::{EventKind, FieldNames};
use crate::rule::{Detection, LogSource, Rule, Source};

/// Rules that ask for the events of their log source, and rules whose log source is not in the map.
#[derive(Debug, Default)]
pub(crate) struct Mapped {
    pub(crate) rules: Vec<Arc<Rule>>,
    pub(crate) unmapped: Vec<Arc<Rule>>,
}

/// What tells the events of a log source, and what fields are called in them.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    events: Arc<Detection>,
    fields: FieldNames,
    source: Arc<Source>,
    location: Location,
}

impl LogSources {
    /// Rules with the same log source get the same detection.
    ///
    /// # Cost
    /// Linear in the rules; for each log source among them, in the rows.
    pub(crate) fn apply(&self, rules: Vec<Arc<Rule>>) -> Mapped {
        let mut mapped = Mapped::default();
        let mut known: HashMap<Attributes, Vec<Kind>> = HashMap::new();
        for rule in rules {
            let attributes = attributes(&rule.log_source);
            let kinds = known
                .entry(attributes)
                .or_insert_with_key(|attributes| self.kinds(attributes));
            if kinds.is_empty() {
                mapped.unmapped.push(rule);
            } else {
                mapped.rules.push(with_kinds(rule, kinds));
            }
        }
        mapped
    }

    /// What tells the events of a log source: one detection for each kind of them, none if it is not in the map.
    pub(crate) fn detections_of(&self, log_source: &LogSource) -> Vec<Arc<Detection>> {
        let kinds = self.kinds(&attributes(log_source));
        kinds.into_iter().map(|kind| kind.events).collect()
    }

    /// The kinds of events that a log source means; none if it is not in the map.
    pub(super) fn kinds(&self, wanted: &Attributes) -> Vec<Kind> {
        let covering = self.covering(wanted);
        let is_said = |place: usize| {
            let has = |attributes: &Attributes| attributes.get(place).is_some_and(Option::is_some);
            !has(wanted) || covering.iter().any(|(attributes, _)| has(attributes))
        };
        if !covering.is_empty() && (0..wanted.len()).all(is_said) {
            let sets = covering.iter().map(|(_, rows)| of_rows(rows).collect());
            return sets.reduce(all_of).unwrap_or_default();
        }
        let narrower = self
            .rows
            .iter()
            .filter(|(attributes, _)| covers(wanted, attributes));
        narrower.flat_map(|(_, rows)| of_rows(rows)).collect()
    }

    /// The rows that ask for nothing that `wanted` has not, less those that say less than another of them.
    fn covering(&self, wanted: &Attributes) -> Vec<(&Attributes, &Vec<Row>)> {
        let all: Vec<_> = self
            .rows
            .iter()
            .filter(|(attributes, _)| covers(attributes, wanted))
            .collect();
        let says_less = |attributes: &Attributes| {
            all.iter()
                .any(|(other, _)| *other != attributes && covers(attributes, other))
        };
        all.iter()
            .copied()
            .filter(|(attributes, _)| !says_less(attributes))
            .collect()
    }
}

/// Whether each attribute of `wide` has the same value in `narrow` (S-453).
fn covers(wide: &Attributes, narrow: &Attributes) -> bool {
    let mut pairs = wide.iter().zip(narrow);
    pairs.all(|(wide, narrow)| wide.is_none() || wide == narrow)
}

fn of_rows(rows: &[Row]) -> impl Iterator<Item = Kind> {
    rows.iter().map(|row| Kind {
        events: row.events.clone(),
        fields: row.fields.clone(),
        source: row.source.clone(),
        location: row.location,
    })
}

/// Events that are of a kind of both.
fn all_of(some: Vec<Kind>, others: Vec<Kind>) -> Vec<Kind> {
    let both = |some: &Kind, other: &Kind| {
        let parts = [&some.events, &other.events].map(|events| (**events).clone());
        let fields = some.fields.iter().chain(&other.fields);
        Kind {
            events: Arc::new(Detection::Every(parts.into())),
            fields: fields
                .map(|(from, to)| (from.clone(), to.clone()))
                .collect(),
            source: some.source.clone(),
            location: some.location,
        }
    };
    let pairs = some
        .iter()
        .flat_map(|some| others.iter().map(|other| both(some, other)));
    pairs.collect()
}

/// The rule, for these kinds of events. Kinds that call the fields of the rule the same become one.
fn with_kinds(rule: Arc<Rule>, kinds: &[Kind]) -> Arc<Rule> {
    let mut rule = Arc::unwrap_or_clone(rule);
    let unchanged = FieldNames::new();
    let mut groups: Vec<(&FieldNames, Vec<&Kind>)> = vec![(&unchanged, Vec::new())];
    for kind in kinds {
        let fields = if rule.detections.has_field_of(&kind.fields) {
            &kind.fields
        } else {
            &unchanged
        };
        match groups.iter_mut().find(|(known, _)| *known == fields) {
            Some((_, group)) => group.push(kind),
            None => groups.push((fields, vec![kind])),
        }
    }
    groups.retain(|(_, group)| !group.is_empty());
    let groups = groups
        .into_iter()
        .filter_map(|(fields, group)| one_kind(&group, fields));
    rule.detections.add_kinds(NAME, groups.collect());
    Arc::new(rule)
}

fn one_kind<'f>(group: &[&Kind], fields: &'f FieldNames) -> Option<EventKind<'f>> {
    let first = group.first()?;
    let events = |kind: &&Kind| (*kind.events).clone();
    Some(EventKind {
        detection: match group {
            [only] => events(only),
            several => Detection::Any(several.iter().map(events).collect()),
        },
        fields,
        source: first.source.clone(),
        location: first.location,
    })
}

/// What the search identifier that is added to rules is called.
const NAME: &str = "_log_source";
