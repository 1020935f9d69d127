//! Rules that cannot fire on the input, and why.

use std::collections::BTreeMap;
use std::fmt;

use sigmatic::condition::{Expression, Quantifier};
use sigmatic::rule::{Detection, DetectionItem, Detections, Modifier, SearchIdentifier, Value};
use sigmatic::{Rule, RuleSet};

use super::occurrence::{LogSources, Seen};

/// Why a rule cannot have fired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// Its log source is not in the map.
    Unmapped,
    /// There was no event of its log source.
    NoEvents,
    /// No event had the fields that it needs.
    NoFields,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unmapped => "left out: their log source is not in the map",
            Self::NoEvents => "no event was of their log source",
            Self::NoFields => "no event had the fields they need",
        })
    }
}

/// All of them, by reason, in the order of the rules.
pub(crate) fn unfired<'r>(
    rules: &'r RuleSet,
    log_sources: &LogSources,
    seen: &Seen,
) -> BTreeMap<Reason, Vec<&'r Rule>> {
    let mut unfired: BTreeMap<Reason, Vec<&Rule>> = BTreeMap::new();
    for rule in rules.unmapped() {
        unfired.entry(Reason::Unmapped).or_default().push(rule);
    }
    for rule in rules.rules() {
        let chance = Chance {
            detections: &rule.detections,
            log_sources,
            seen,
        };
        if let Some(reason) = chance.reason() {
            unfired.entry(reason).or_default().push(rule);
        }
    }
    unfired
}

/// What can be said of a rule without looking at values: `Some(false)` is never, `None` is perhaps.
struct Chance<'a> {
    detections: &'a Detections,
    log_sources: &'a LogSources,
    seen: &'a Seen,
}

impl Chance<'_> {
    fn reason(&self) -> Option<Reason> {
        let places = self.detections.identifiers.iter();
        let mut places = places
            .filter_map(|identifier| self.log_sources.place(identifier))
            .peekable();
        let is_mapped = places.peek().is_some();
        if is_mapped && !places.any(|place| self.seen.log_sources.contains(&place)) {
            return Some(Reason::NoEvents);
        }
        let mut conditions = self.detections.conditions.iter();
        let never =
            conditions.all(|condition| self.condition(&condition.expression) == Some(false));
        never.then_some(Reason::NoFields)
    }

    fn condition(&self, expression: &Expression) -> Option<bool> {
        match expression {
            Expression::Identifier(name) => {
                let mut all = self.detections.identifiers.iter();
                self.identifier(all.find(|identifier| identifier.name == *name)?)
            }
            Expression::Of(quantifier, selector) => {
                let selected = self.detections.select(selector);
                let holds =
                    selected.map(|index| self.identifier(&self.detections.identifiers[index]));
                match quantifier {
                    Quantifier::Any => any(holds),
                    Quantifier::All => all(holds),
                    _ => None,
                }
            }
            Expression::Not(inner) => self.condition(inner).map(|holds| !holds),
            Expression::And(inner) => all(inner.iter().map(|inner| self.condition(inner))),
            Expression::Or(inner) => any(inner.iter().map(|inner| self.condition(inner))),
            _ => None,
        }
    }

    fn identifier(&self, identifier: &SearchIdentifier) -> Option<bool> {
        match self.log_sources.place(identifier) {
            Some(place) if !self.seen.log_sources.contains(&place) => Some(false),
            Some(_) => None,
            None => self.detection(&identifier.detection),
        }
    }

    fn detection(&self, detection: &Detection) -> Option<bool> {
        match detection {
            Detection::All(items) => all(items.iter().map(|item| self.item(item))),
            Detection::Any(parts) => any(parts.iter().map(|part| self.detection(part))),
            Detection::Every(parts) => all(parts.iter().map(|part| self.detection(part))),
            _ => None,
        }
    }

    /// A field that is not there has no value that could be right, unless the rule asks for its absence.
    fn item(&self, item: &DetectionItem) -> Option<bool> {
        let field = item.field.as_deref()?;
        let asks = [Modifier::Exists, Modifier::Neq]
            .iter()
            .any(|asks| item.modifiers.contains(asks));
        let is_value = |value: &Value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim_matches('*').is_empty(),
            _ => true,
        };
        let needs = !asks && item.values.iter().all(is_value) && !self.seen.has(field);
        needs.then_some(false)
    }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    any(parts.map(|part| part.map(|holds| !holds))).map(|holds| !holds)
}

fn any(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut holds = Some(false);
    for part in parts {
        match part {
            Some(true) => return Some(true),
            Some(false) => {}
            None => holds = None,
        }
    }
    holds
}
