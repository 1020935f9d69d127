//! The `correlation` section (S-400 to S-417), as far as one document shows it.

use std::collections::HashSet;

use crate::condition::{Dialect, Expression};
use crate::error::{CorrelationDetail, RuleDetail};
use crate::rule::parse::detection::collect;
use crate::rule::parse::reader::Reader;
use crate::rule::parse::{Kind, alias, condition, metadata, threshold, timespan};
use crate::rule::{
    Condition, Correlation, CorrelationCondition, CorrelationType, RuleReference, Source,
};
use crate::syntax::Node;

/// Reads a correlation.
pub(super) fn parse(root: &Node, source: &Source, reader: &mut Reader<'_>) -> Option<Correlation> {
    let metadata = metadata::parse(root, source, Kind::Correlation, reader);
    let section = reader.section(root, "correlation")?;
    check_keys(section, reader);
    let kind = kind(section, reader);
    let condition = kind.and_then(|kind| condition(section, kind, reader));
    let listed = references(section, reader);
    let rules = match &condition {
        Some(Some(CorrelationCondition::Rules(condition))) => {
            named(listed, condition, section, reader)
        }
        _ => listed.filter(|listed| has_rules(listed, section, reader)),
    };
    let group_by = group_by(section, reader);
    let timespan = timespan::parse(section, reader);
    let aliases = alias::parse(section, reader);
    let generate = generate(root, section, reader);
    Some(Correlation {
        metadata,
        kind: kind?,
        rules: rules?,
        group_by: group_by?,
        timespan: timespan?,
        condition: condition?,
        aliases: aliases?,
        generate: generate?,
    })
}

fn check_keys(section: &Node, reader: &mut Reader<'_>) {
    for (key, _) in section.as_map().unwrap_or_default() {
        let Some(name) = key.as_str() else {
            reader.warning(
                RuleDetail::KeyType {
                    section: "'correlation'",
                    found: key.kind_name(),
                },
                key,
            );
            continue;
        };
        if !KEYS.contains(&name) {
            let nearest = match name {
                "timeframe" => Some("timespan"),
                other => reader.nearest(other, KEYS),
            };
            let detail = CorrelationDetail::UnknownKey {
                section: "'correlation'",
                key: name.to_owned(),
                nearest,
            };
            reader.warning(detail, key);
        }
    }
}

fn kind(section: &Node, reader: &mut Reader<'_>) -> Option<CorrelationType> {
    let Some(node) = section.get("type").filter(|node| !node.is_null()) else {
        reader.error(
            CorrelationDetail::Missing {
                section: "'correlation'",
                key: "type",
            },
            section,
        );
        return None;
    };
    let Some(text) = node.as_str() else {
        let detail = RuleDetail::WrongType {
            key: "type",
            found: node.kind_name(),
            expected: "a string",
        };
        reader.error(detail, node);
        return None;
    };
    let kind = CorrelationType::from_name(text);
    if kind.is_none() {
        let nearest = reader.nearest(text, CorrelationType::NAMES);
        let detail = RuleDetail::UnknownWord {
            key: "type",
            found: text.to_owned(),
            known: &CorrelationType::NAMES,
            nearest,
        };
        reader.error(detail, node);
    }
    kind
}

/// The outer `None` is an error, the inner one an absent condition.
fn condition(
    section: &Node,
    kind: CorrelationType,
    reader: &mut Reader<'_>,
) -> Option<Option<CorrelationCondition>> {
    let Some(node) = section.get("condition").filter(|node| !node.is_null()) else {
        if kind.is_temporal() {
            return Some(None);
        }
        reader.error(
            CorrelationDetail::MissingCondition { kind: kind.name() },
            section,
        );
        return None;
    };
    let condition = match node.as_str() {
        Some(text) => extended(text, kind, node, reader).map(CorrelationCondition::Rules),
        None => threshold::parse(node, kind, reader).map(CorrelationCondition::Threshold),
    };
    Some(Some(condition?))
}

fn extended(
    text: &str,
    kind: CorrelationType,
    node: &Node,
    reader: &mut Reader<'_>,
) -> Option<Condition> {
    if !kind.is_temporal() {
        reader.error(
            CorrelationDetail::ExtendedCondition { kind: kind.name() },
            node,
        );
        return None;
    }
    let expression = condition::expression(text, Dialect::Rules, node, reader)?;
    Some(Condition {
        text: text.to_owned(),
        expression,
        location: node.location,
    })
}

/// `rules`, each once; empty if absent.
fn references(section: &Node, reader: &mut Reader<'_>) -> Option<Vec<RuleReference>> {
    match section.get("rules").filter(|node| !node.is_null()) {
        None => Some(Vec::new()),
        Some(node) => {
            let listed = reference_list(node, reader)?;
            Some(without_repeats(listed, node, reader))
        }
    }
}

/// A string or a list of strings that refer to rules.
pub(super) fn reference_list(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<RuleReference>> {
    collect(node.one_or_more(), reader, reference)
}

fn reference(node: &Node, reader: &mut Reader<'_>) -> Option<RuleReference> {
    let Some(text) = node.as_str() else {
        reader.error(
            CorrelationDetail::ReferenceType {
                found: node.kind_name(),
            },
            node,
        );
        return None;
    };
    Some(RuleReference {
        text: text.to_owned(),
        location: node.location,
    })
}

fn without_repeats(
    listed: Vec<RuleReference>,
    node: &Node,
    reader: &mut Reader<'_>,
) -> Vec<RuleReference> {
    let mut seen = HashSet::new();
    let mut once = Vec::with_capacity(listed.len());
    for reference in listed {
        if seen.insert(reference.text.clone()) {
            once.push(reference);
        } else {
            reader.warning(
                CorrelationDetail::RepeatedReference {
                    name: reference.text,
                },
                node,
            );
        }
    }
    once
}

fn has_rules(listed: &[RuleReference], section: &Node, reader: &mut Reader<'_>) -> bool {
    if listed.is_empty() {
        reader.error(
            CorrelationDetail::NoRules,
            section.get("rules").unwrap_or(section),
        );
    }
    !listed.is_empty()
}

/// The rules of an extended condition: the listed ones, which must be the named ones, else the named ones (S-416).
fn named(
    listed: Option<Vec<RuleReference>>,
    condition: &Condition,
    section: &Node,
    reader: &mut Reader<'_>,
) -> Option<Vec<RuleReference>> {
    let listed = listed?;
    let mut names = Vec::new();
    collect_names(&condition.expression, &mut HashSet::new(), &mut names);
    if listed.is_empty() {
        let location = condition.location;
        return Some(
            names
                .into_iter()
                .map(|text| RuleReference {
                    text: text.to_owned(),
                    location,
                })
                .collect(),
        );
    }
    let node = section.get("condition").unwrap_or(section);
    let in_list: HashSet<&str> = listed
        .iter()
        .map(|reference| reference.text.as_str())
        .collect();
    for name in names.iter().filter(|name| !in_list.contains(*name)) {
        reader.error(
            CorrelationDetail::NotListed {
                name: (*name).to_owned(),
            },
            node,
        );
    }
    let in_condition: HashSet<&str> = names.into_iter().collect();
    for reference in listed
        .iter()
        .filter(|reference| !in_condition.contains(reference.text.as_str()))
    {
        reader.error(
            CorrelationDetail::NotNamed {
                name: reference.text.clone(),
            },
            node,
        );
    }
    Some(listed)
}

/// The names in the order of the condition. Recursion follows its depth, which `condition` bounds.
fn collect_names<'e>(
    expression: &'e Expression,
    seen: &mut HashSet<&'e str>,
    names: &mut Vec<&'e str>,
) {
    match expression {
        Expression::Identifier(name) => {
            if seen.insert(name) {
                names.push(name);
            }
        }
        Expression::Of(..) => {}
        Expression::Not(inner) => collect_names(inner, seen, names),
        Expression::And(operands) | Expression::Or(operands) => {
            for operand in operands {
                collect_names(operand, seen, names);
            }
        }
    }
}

fn group_by(section: &Node, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let node = section.get("group-by").filter(|node| !node.is_null());
    let fields = match node {
        None => Vec::new(),
        Some(node) => field_names(node, "group-by", reader)?,
    };
    if fields.is_empty() {
        reader.warning(CorrelationDetail::NoGroupBy, node.unwrap_or(section));
    }
    Some(fields)
}

/// A string or a list of strings that name fields.
pub(super) fn field_names(
    node: &Node,
    key: &'static str,
    reader: &mut Reader<'_>,
) -> Option<Vec<String>> {
    collect(node.one_or_more(), reader, |node, reader| {
        let name = node.as_str();
        if name.is_none() {
            reader.error(
                CorrelationDetail::FieldType {
                    key,
                    found: node.kind_name(),
                },
                node,
            );
        }
        name.map(str::to_owned)
    })
}

/// `generate` may stand in the section or at the root (S-409).
fn generate(root: &Node, section: &Node, reader: &mut Reader<'_>) -> Option<bool> {
    let inner = boolean(section, reader);
    let outer = boolean(root, reader);
    let (inner, outer) = (inner?, outer?);
    if let (Some(inner), Some(outer)) = (inner, outer) {
        if inner != outer {
            reader.warning(
                CorrelationDetail::GenerateTwice,
                section.get("generate").unwrap_or(section),
            );
        }
    }
    Some(inner.or(outer).unwrap_or(false))
}

/// The outer `None` is an error, the inner one an absent `generate`.
fn boolean(map: &Node, reader: &mut Reader<'_>) -> Option<Option<bool>> {
    let Some(node) = map.get("generate").filter(|node| !node.is_null()) else {
        return Some(None);
    };
    let value = node.as_bool();
    if value.is_none() {
        let found = node.kind_name();
        reader.error(
            RuleDetail::WrongType {
                key: "generate",
                found,
                expected: "a boolean",
            },
            node,
        );
    }
    value.map(Some)
}

const KEYS: [&str; 7] = [
    "type",
    "rules",
    "group-by",
    "timespan",
    "condition",
    "aliases",
    "generate",
];
