//! The condition of a correlation as a map of operators (S-407, S-411 to S-415).

use crate::error::{CorrelationDetail, RuleDetail};
use crate::rule::parse::correlation::field_names;
use crate::rule::parse::reader::Reader;
use crate::rule::{CorrelationType, Number, Operator, Threshold, Value};
use crate::syntax::{self, Node};

/// Reads the condition of a correlation of that type.
pub(super) fn parse(
    node: &Node,
    kind: CorrelationType,
    reader: &mut Reader<'_>,
) -> Option<Threshold> {
    let Some(entries) = node.as_map() else {
        let found = node.kind_name();
        let expected = if kind.is_temporal() {
            "a map of operators, or a string"
        } else {
            "a map of operators"
        };
        reader.error(
            RuleDetail::WrongType {
                key: "condition",
                found,
                expected,
            },
            node,
        );
        return None;
    };
    let comparisons = comparisons(entries, node, reader);
    let fields = fields(node, kind, reader);
    let percentile = percentile(node, kind, reader);
    Some(Threshold {
        comparisons: comparisons?,
        fields: fields?,
        percentile: percentile?,
    })
}

fn comparisons(
    entries: &[(Node, Node)],
    node: &Node,
    reader: &mut Reader<'_>,
) -> Option<Vec<(Operator, Number)>> {
    let mut comparisons = Vec::new();
    let mut is_whole = true;
    for (key, value) in entries {
        match key.as_str().map(|name| (name, Operator::from_name(name))) {
            Some(("field" | "percentile", _)) => {}
            Some((_, Some(operator))) => match number(value) {
                Some(number) => comparisons.push((operator, number)),
                None => {
                    let found = match value.value {
                        syntax::Value::Float(_) => "an infinite number",
                        _ => value.kind_name(),
                    };
                    reader.error(
                        CorrelationDetail::OperatorValue {
                            operator: operator.name(),
                            found,
                        },
                        value,
                    );
                    is_whole = false;
                }
            },
            other => {
                unknown_key(other.map(|(name, _)| name), key, reader);
                is_whole = false;
            }
        }
    }
    if comparisons.is_empty() && is_whole {
        reader.error(CorrelationDetail::NoOperator, node);
        is_whole = false;
    }
    is_whole.then_some(comparisons)
}

fn unknown_key(name: Option<&str>, key: &Node, reader: &mut Reader<'_>) {
    let Some(name) = name else {
        let found = key.kind_name();
        reader.error(CorrelationDetail::ConditionKey { found }, key);
        return;
    };
    let operators = Operator::ALL.into_iter().map(Operator::name);
    let nearest = reader.nearest(name, operators.chain(["field", "percentile"]));
    let detail = CorrelationDetail::UnknownKey {
        section: "the condition",
        key: name.to_owned(),
        nearest,
    };
    reader.error(detail, key);
}

fn number(node: &Node) -> Option<Number> {
    match node.value {
        syntax::Value::Int(value) => Some(Number::Integer(value)),
        syntax::Value::Float(value) => match Value::from_float(value)? {
            Value::Integer(value) => Some(Number::Integer(value)),
            Value::Float(value) => Some(Number::Float(value)),
            _ => None,
        },
        _ => None,
    }
}

fn fields(node: &Node, kind: CorrelationType, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let field = node.get("field").filter(|field| !field.is_null());
    let fields = match field {
        Some(field) => field_names(field, "field", reader)?,
        None => Vec::new(),
    };
    let (is_enough, expected) = match kind {
        CorrelationType::EventCount
        | CorrelationType::Temporal
        | CorrelationType::TemporalOrdered => {
            if let Some(field) = field {
                reader.warning(
                    CorrelationDetail::NoEffect {
                        key: "field",
                        kind: kind.name(),
                    },
                    field,
                );
            }
            return Some(fields);
        }
        CorrelationType::ValueCount => (!fields.is_empty(), "at least one"),
        _ => (fields.len() == 1, "exactly one"),
    };
    if !is_enough {
        let detail = CorrelationDetail::FieldCount {
            kind: kind.name(),
            expected,
            found: fields.len(),
        };
        reader.error(detail, field.unwrap_or(node));
        return None;
    }
    Some(fields)
}

/// The outer `None` is an error, the inner one an absent percentile.
fn percentile(node: &Node, kind: CorrelationType, reader: &mut Reader<'_>) -> Option<Option<u8>> {
    let Some(node) = node.get("percentile").filter(|node| !node.is_null()) else {
        return Some(None);
    };
    let percentile = match number(node) {
        Some(Number::Integer(value)) => u8::try_from(value).ok().filter(|value| *value <= 100),
        _ => None,
    };
    if percentile.is_none() {
        reader.error(CorrelationDetail::Percentile, node);
    } else if kind != CorrelationType::ValuePercentile {
        reader.warning(
            CorrelationDetail::NoEffect {
                key: "percentile",
                kind: kind.name(),
            },
            node,
        );
    }
    percentile.map(Some)
}
