//! The `detection` section, and the like part of a filter: search identifiers and conditions (chapter 3).

use crate::error::DetectionDetail;
use crate::rule::parse::reader::Reader;
use crate::rule::parse::{Kind, condition, item};
use crate::rule::{Detection, Detections, SearchIdentifier};
use crate::syntax::{Node, Value};

/// Reads search identifiers and conditions. `section` is a map.
pub(super) fn parse(section: &Node, kind: Kind, reader: &mut Reader<'_>) -> Option<Detections> {
    let mut identifiers = Vec::new();
    let mut names = Vec::new();
    let mut has_other_keys = false;
    for (key, value) in section.as_map().unwrap_or_default() {
        let Some(name) = key.as_str() else {
            let detail = DetectionDetail::KeyType {
                section: section_name(kind),
                found: key.kind_name(),
            };
            reader.error(detail, key);
            has_other_keys = true;
            continue;
        };
        if is_reserved(name, kind) || reader.is_full() {
            continue;
        }
        let limit = reader.limits().identifiers;
        if names.len() >= limit {
            reader.error(DetectionDetail::TooManyIdentifiers { limit }, key);
            return None;
        }
        names.push((name, key));
        identifiers.extend(identifier(name, key, value, reader));
    }
    if names.is_empty() && !has_other_keys {
        reader.error(
            DetectionDetail::NoIdentifier {
                section: section_name(kind),
            },
            section,
        );
    }
    let conditions = condition::parse(section, kind, &names, reader);
    let timeframe = timeframe(section, reader);
    Some(Detections {
        identifiers,
        conditions: conditions?,
        timeframe,
    })
}

/// Keys that are no search identifiers (S-090, S-312, S-450).
fn is_reserved(name: &str, kind: Kind) -> bool {
    matches!(name, "condition" | "timeframe") || (kind == Kind::Filter && name == "rules")
}

pub(super) fn section_name(kind: Kind) -> &'static str {
    if kind == Kind::Filter {
        "'filter'"
    } else {
        "'detection'"
    }
}

fn timeframe(section: &Node, reader: &mut Reader<'_>) -> Option<String> {
    let (key, value) = section.entry("timeframe")?;
    reader.warning(DetectionDetail::Timeframe, key);
    value.as_str().map(str::to_owned)
}

fn identifier(
    name: &str,
    key: &Node,
    value: &Node,
    reader: &mut Reader<'_>,
) -> Option<SearchIdentifier> {
    if condition::is_keyword(name) {
        reader.warning(
            DetectionDetail::KeywordName {
                name: name.to_owned(),
            },
            key,
        );
    }
    let empty = |found| DetectionDetail::Empty {
        name: name.to_owned(),
        found,
    };
    let detection = match &value.value {
        Value::Null => {
            reader.error(
                DetectionDetail::Null {
                    name: name.to_owned(),
                },
                value,
            );
            None
        }
        Value::Map(entries) if entries.is_empty() => {
            reader.error(empty("map"), value);
            None
        }
        Value::List(parts) if parts.is_empty() => {
            reader.error(empty("list"), value);
            None
        }
        _ => one(value, reader),
    };
    Some(SearchIdentifier {
        name: name.to_owned(),
        detection: detection?,
        location: key.location,
        source: None,
    })
}

/// Reads what a search identifier stands for, or a part of it. Recursion follows nested lists, whose depth `syntax`
/// bounds.
pub(super) fn one(node: &Node, reader: &mut Reader<'_>) -> Option<Detection> {
    match &node.value {
        Value::Map(entries) => map(entries, node, reader),
        Value::List(parts) => list(parts, node, reader),
        _ => item::keywords(std::slice::from_ref(node), reader).map(Detection::Keywords),
    }
}

fn map(entries: &[(Node, Node)], node: &Node, reader: &mut Reader<'_>) -> Option<Detection> {
    if entries.is_empty() {
        reader.error(DetectionDetail::EmptyPart { found: "map" }, node);
        return None;
    }
    collect(entries, reader, |(key, value), reader| {
        item::parse(key, value, reader)
    })
    .map(Detection::All)
}

fn list(parts: &[Node], node: &Node, reader: &mut Reader<'_>) -> Option<Detection> {
    if parts.is_empty() {
        reader.error(DetectionDetail::EmptyPart { found: "list" }, node);
        return None;
    }
    if parts.iter().all(is_scalar) {
        return item::keywords(parts, reader).map(Detection::Keywords);
    }
    let parts = collect(parts, reader, |part, reader| {
        if part.as_list().is_some() {
            reader.warning(DetectionDetail::NestedList, part);
        }
        one(part, reader)
    });
    parts.map(Detection::Any)
}

/// Reads all parts, so that every error is met; nothing if one of them is wrong.
pub(super) fn collect<'n, P, T>(
    parts: &'n [P],
    reader: &mut Reader<'_>,
    mut read: impl FnMut(&'n P, &mut Reader<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        if reader.is_full() {
            return None;
        }
        all.extend(read(part, reader));
    }
    (all.len() == parts.len()).then_some(all)
}

fn is_scalar(node: &Node) -> bool {
    !matches!(node.value, Value::List(_) | Value::Map(_))
}
