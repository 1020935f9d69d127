//! Search identifiers and conditions.

use std::collections::HashSet;

use crate::condition::Expression;
use crate::error::{Error, Limits, RuleDetail};
use crate::rule::write::map::{MapWriter, list, text};
use crate::rule::{self, Condition, Detection, DetectionItem, Detections, Modifier};
use crate::syntax::{Node, Value};

/// Writes the entries of a `detection` section, or those of a filter.
pub(super) fn write(detections: &Detections, section: &mut MapWriter) -> Result<(), Error> {
    for identifier in &detections.identifiers {
        section.put(&identifier.name, detection(&identifier.detection)?);
    }
    section.put_text("timeframe", detections.timeframe.as_deref());
    section.put(
        "condition",
        match detections.conditions.as_slice() {
            [only] => condition(only),
            several => list(several.iter().map(condition)),
        },
    );
    Ok(())
}

/// A condition: as written, unless its expression has been changed since.
pub(super) fn condition(condition: &Condition) -> Node {
    let written = Expression::parse(&condition.text, &Limits::default());
    if written.is_ok_and(|written| written == condition.expression) {
        text(&condition.text)
    } else {
        text(&condition.expression.to_string())
    }
}

/// Recursion follows nested lists, whose depth `syntax` bounds when they are read.
pub(super) fn detection(detection: &Detection) -> Result<Node, Error> {
    match detection {
        Detection::All(items) => map(items),
        Detection::Any(parts) => any(parts),
        Detection::Every(parts) => every(parts),
        Detection::Keywords(item) => keywords(item),
    }
}

fn map<'i>(items: impl IntoIterator<Item = &'i DetectionItem>) -> Result<Node, Error> {
    let mut map = MapWriter::default();
    let mut taken = HashSet::new();
    for item in items {
        let key = key(item, &taken)?;
        map.put(&key, values(item));
        taken.insert(key);
    }
    Ok(map.finish())
}

fn any(parts: &[Detection]) -> Result<Node, Error> {
    // A list of nothing but scalars would be one list of keywords, so that one of them becomes a list of its own.
    let has_scalars_only = parts.iter().all(|part| single_keyword(part).is_some());
    let parts = parts
        .iter()
        .enumerate()
        .map(|(index, part)| match single_keyword(part) {
            Some(keyword) if index > 0 || !has_scalars_only => Ok(value(keyword)),
            _ => detection(part),
        });
    Ok(Node::made(Value::List(parts.collect::<Result<_, _>>()?)))
}

/// No text links alternatives by 'and' within one search identifier, so that they are multiplied out.
fn every(parts: &[Detection]) -> Result<Node, Error> {
    let alternatives = product(parts).ok_or_else(|| {
        Error::new(RuleDetail::TooManyAlternatives {
            limit: MOST_ALTERNATIVES,
        })
    })?;
    let maps = alternatives.iter().map(|items| map(items.iter().copied()));
    Ok(match maps.collect::<Result<Vec<_>, _>>()? {
        mut maps if maps.len() == 1 => maps.remove(0),
        maps => Node::made(Value::List(maps)),
    })
}

/// The ways to satisfy every part, each a list of items.
fn product(parts: &[Detection]) -> Option<Vec<Vec<&DetectionItem>>> {
    parts.iter().try_fold(vec![Vec::new()], |ways, part| {
        let more = ways_of(part)?;
        let is_small = ways.len().saturating_mul(more.len()) <= MOST_ALTERNATIVES;
        is_small.then(|| {
            ways.iter()
                .flat_map(|way| {
                    more.iter()
                        .map(move |other| [way.as_slice(), other].concat())
                })
                .collect()
        })
    })
}

/// Recursion follows the detection, whose depth `pipeline` and `syntax` bound.
fn ways_of(detection: &Detection) -> Option<Vec<Vec<&DetectionItem>>> {
    Some(match detection {
        Detection::All(items) => vec![items.iter().collect()],
        Detection::Keywords(item) => vec![vec![item]],
        Detection::Every(parts) => product(parts)?,
        Detection::Any(parts) => {
            let mut ways = Vec::new();
            for part in parts {
                ways.extend(ways_of(part)?);
            }
            ways
        }
    })
}

fn single_keyword(part: &Detection) -> Option<&rule::Value> {
    match part {
        Detection::Keywords(item) if item.modifiers.is_empty() => match item.values.as_slice() {
            [only] => Some(only),
            _ => None,
        },
        _ => None,
    }
}

fn keywords(item: &DetectionItem) -> Result<Node, Error> {
    if item.field.is_some() || !item.modifiers.is_empty() {
        return map(std::slice::from_ref(item));
    }
    Ok(list(item.values.iter().map(value)))
}

/// The key of an item. Two items that differ only in synonyms of modifiers need different keys again.
fn key(item: &DetectionItem, taken: &HashSet<String>) -> Result<String, Error> {
    let field = item.field.as_deref().unwrap_or_default();
    let spellings = (0..MOST_SPELLINGS).map(|number| spelling(field, &item.modifiers, number));
    let is_free = |key: &String| !taken.contains(key);
    let is_plain = !field.contains('|');
    spellings
        .into_iter()
        .find(|key| is_plain && is_free(key))
        .ok_or_else(|| {
            Error::new(RuleDetail::Unwritable {
                key: spelling(field, &item.modifiers, 0),
            })
            .at(item.location)
        })
}

/// Each bit of `number` decides for one modifier that has two spellings.
fn spelling(field: &str, modifiers: &[Modifier], mut number: u32) -> String {
    let mut key = field.to_owned();
    for modifier in modifiers {
        key.push('|');
        key.push_str(match modifier.synonym() {
            None => modifier.name(),
            Some(synonym) => {
                let is_synonym = number & 1 == 1;
                number >>= 1;
                if is_synonym { synonym } else { modifier.name() }
            }
        });
    }
    key
}

fn values(item: &DetectionItem) -> Node {
    match item.values.as_slice() {
        [only] => value(only),
        several => list(several.iter().map(value)),
    }
}

fn value(value: &rule::Value) -> Node {
    Node::made(match value {
        rule::Value::Null => Value::Null,
        rule::Value::Boolean(value) => Value::Bool(*value),
        rule::Value::Integer(value) => Value::Int(*value),
        rule::Value::Float(value) => Value::Float(*value),
        rule::Value::String(text) => Value::String(text.clone()),
    })
}

/// A detection that becomes more than so many maps is nothing that anybody reads.
const MOST_ALTERNATIVES: usize = 1000;

/// More than four modifiers with synonyms on two items of the same field is nothing a rule says.
const MOST_SPELLINGS: u32 = 16;
