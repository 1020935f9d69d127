//! The `correlation` section, and the targets of a filter.

use crate::rule::write::detection::condition;
use crate::rule::write::map::{MapWriter, list, text};
use crate::rule::{
    Alias, Correlation, CorrelationCondition, Number, RuleReference, Targets, Threshold,
};
use crate::syntax::{Node, Value};

/// Writes the section.
pub(super) fn write(correlation: &Correlation) -> Node {
    let mut section = MapWriter::default();
    section.put("type", text(correlation.kind.name()));
    section.put("rules", references(&correlation.rules));
    section.put_texts("group-by", &correlation.group_by);
    section.put("timespan", text(&correlation.timespan.text));
    match &correlation.condition {
        None => {}
        Some(CorrelationCondition::Rules(rules)) => section.put("condition", condition(rules)),
        Some(CorrelationCondition::Threshold(threshold)) => {
            section.put("condition", self::threshold(threshold));
        }
    }
    if !correlation.aliases.is_empty() {
        section.put("aliases", aliases(&correlation.aliases));
    }
    if correlation.generate {
        section.put("generate", Node::made(Value::Bool(true)));
    }
    section.finish()
}

/// Writes the `rules` of a filter.
pub(super) fn write_targets(targets: &Targets, section: &mut MapWriter) {
    section.put(
        "rules",
        match targets {
            Targets::Any => text("any"),
            Targets::Rules(rules) => references(rules),
        },
    );
}

fn references(references: &[RuleReference]) -> Node {
    list(references.iter().map(|reference| text(&reference.text)))
}

fn threshold(threshold: &Threshold) -> Node {
    let mut map = MapWriter::default();
    for (operator, number) in &threshold.comparisons {
        map.put(operator.name(), self::number(*number));
    }
    match threshold.fields.as_slice() {
        [only] => map.put("field", text(only)),
        several => map.put_texts("field", several),
    }
    if let Some(percentile) = threshold.percentile {
        map.put("percentile", number(Number::Integer(percentile.into())));
    }
    map.finish()
}

fn number(number: Number) -> Node {
    Node::made(match number {
        Number::Integer(value) => Value::Int(value),
        Number::Float(value) => Value::Float(value),
    })
}

fn aliases(aliases: &[Alias]) -> Node {
    let mut map = MapWriter::default();
    for alias in aliases {
        let mut fields = MapWriter::default();
        for (reference, field) in &alias.fields {
            fields.put(&reference.text, text(field));
        }
        map.put(&alias.name, fields.finish());
    }
    map.finish()
}
