//! The conditions of processing items, by their types.

use crate::error::PipelineFault;
use crate::rule::{CustomValue, LogSource};
use crate::syntax::Node;

use super::super::condition::{
    Attribute, FieldCondition, ItemCondition, Operator, Quantity, RuleCondition, StateCondition,
    ValueTest,
};
use super::super::operand::Operand;
use super::reader::{Params, Reader, rule_value};

const RULE_TYPES: &[&str] = &[
    "logsource",
    "contains_field",
    "contains_detection_item",
    "processing_item_applied",
    "processing_state",
    "is_sigma_rule",
    "is_sigma_correlation_rule",
    "rule_attribute",
    "tag",
];

const ITEM_TYPES: &[&str] = &[
    "match_string",
    "match_value",
    "contains_wildcard",
    "is_null",
    "processing_item_applied",
    "processing_state",
];

const FIELD_TYPES: &[&str] = &[
    "include_fields",
    "exclude_fields",
    "processing_item_applied",
    "processing_state",
];

const KINDS: [(&str, &[&str]); 3] = [
    ("rule condition", RULE_TYPES),
    ("detection item condition", ITEM_TYPES),
    ("field name condition", FIELD_TYPES),
];

/// Reads an entry of `rule_conditions`.
pub(super) fn rule(node: &Node, reader: &mut Reader<'_>) -> Option<RuleCondition> {
    let name = reader.type_of("rule condition", node, RULE_TYPES, &KINDS)?;
    let mut params = Params::new(name, node, &[]);
    let condition = match name {
        "logsource" => log_source(&mut params, reader).map(RuleCondition::LogSource),
        "contains_field" => params
            .text("field", reader)
            .map(RuleCondition::ContainsField),
        "contains_detection_item" => contains_item(&mut params, reader),
        "processing_item_applied" => applied(&mut params, reader).map(RuleCondition::Applied),
        "processing_state" => state(&mut params, reader).map(RuleCondition::State),
        "is_sigma_rule" => Some(RuleCondition::IsRule),
        "is_sigma_correlation_rule" => Some(RuleCondition::IsCorrelation),
        "rule_attribute" => attribute(&mut params, reader).map(RuleCondition::Attribute),
        _ => params.text("tag", reader).map(RuleCondition::Tag),
    };
    params.finish(reader);
    condition
}

/// Reads an entry of `detection_item_conditions`.
pub(super) fn item(node: &Node, reader: &mut Reader<'_>) -> Option<ItemCondition> {
    let name = reader.type_of("detection item condition", node, ITEM_TYPES, &KINDS)?;
    let mut params = Params::new(name, node, &[]);
    let condition = match name {
        "processing_item_applied" => applied(&mut params, reader).map(ItemCondition::Applied),
        "processing_state" => state(&mut params, reader).map(ItemCondition::State),
        _ => values(name, &mut params, reader),
    };
    params.finish(reader);
    condition
}

/// Reads an entry of `field_name_conditions`.
pub(super) fn field(node: &Node, reader: &mut Reader<'_>) -> Option<FieldCondition> {
    let name = reader.type_of("field name condition", node, FIELD_TYPES, &KINDS)?;
    let mut params = Params::new(name, node, &[]);
    let condition = match name {
        "processing_item_applied" => applied(&mut params, reader).map(FieldCondition::Applied),
        "processing_state" => state(&mut params, reader).map(FieldCondition::State),
        _ => fields(name == "exclude_fields", &mut params, reader),
    };
    params.finish(reader);
    condition
}

/// The log source of a condition or of `change_logsource`.
pub(super) fn log_source(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Option<LogSource> {
    let mut attribute = |key| params.optional_text(key, reader).unwrap_or_default();
    let (category, product) = (attribute("category"), attribute("product"));
    let log_source = LogSource::new(&category, &product, &attribute("service"));
    if log_source == LogSource::default() {
        reader.error(PipelineFault::LogSourceUnset, params.node());
        return None;
    }
    Some(log_source)
}

fn contains_item(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Option<RuleCondition> {
    let field = params.text("field", reader);
    let value = scalar("value", params, reader);
    Some(RuleCondition::ContainsItem(field?, value?))
}

fn applied(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Option<String> {
    params.text("processing_item_id", reader)
}

fn state(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Option<StateCondition> {
    let key = params.text("key", reader);
    let value = params.need("val", reader);
    let operator = params.word("op", Operator::OF_STATE, reader);
    Some(StateCondition {
        key: key?,
        value: CustomValue(value?.to_serde()),
        operator: operator
            .and_then(Operator::from_name)
            .unwrap_or(Operator::Eq),
    })
}

fn attribute(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Option<Attribute> {
    let name = params.text("attribute", reader);
    let node = params.need("value", reader);
    let operator = params.word("op", Operator::ALL, reader);
    let node = node?;
    let Some(value) = date_or_value(node) else {
        reader.wrong_type("value", node, "a string, a number or a date");
        return None;
    };
    let attribute = Attribute {
        name: name?,
        value,
        operator: operator
            .and_then(Operator::from_name)
            .unwrap_or(Operator::Eq),
    };
    if let Err(fault) = attribute.check() {
        reader.error(fault, node);
    }
    Some(attribute)
}

/// A plain date is as good as a quoted one.
fn date_or_value(node: &Node) -> Option<crate::rule::Value> {
    match &node.value {
        crate::syntax::Value::Timestamp(text) => Some(crate::rule::Value::String(text.clone())),
        _ => rule_value(node),
    }
}

fn values(name: &str, params: &mut Params<'_>, reader: &mut Reader<'_>) -> Option<ItemCondition> {
    let needed = params.need("cond", reader);
    let quantity = params.word("cond", &["any", "all"], reader);
    let test = value_test(name, params, reader)?;
    needed?;
    let quantity = match quantity? {
        "any" => Quantity::Any,
        _ => Quantity::All,
    };
    Some(ItemCondition::Values(quantity, test))
}

fn value_test(name: &str, params: &mut Params<'_>, reader: &mut Reader<'_>) -> Option<ValueTest> {
    Some(match name {
        "match_string" => {
            let pattern = params.pattern("pattern", reader);
            let is_negated = params.flag("negate", reader);
            ValueTest::String {
                pattern: pattern?,
                is_negated,
            }
        }
        "match_value" => ValueTest::Value(scalar("value", params, reader)?),
        "contains_wildcard" => ValueTest::Wildcard,
        _ => ValueTest::Null,
    })
}

fn scalar(key: &'static str, params: &mut Params<'_>, reader: &mut Reader<'_>) -> Option<Operand> {
    let node = params.need(key, reader)?;
    let value = rule_value(node);
    if value.is_none() {
        reader.wrong_type(key, node, "a string, a number or a boolean");
    }
    value.as_ref().map(Operand::of_value)
}

fn fields(
    is_excluded: bool,
    params: &mut Params<'_>,
    reader: &mut Reader<'_>,
) -> Option<FieldCondition> {
    let names = params.texts("fields", reader);
    let mode = params.word("mode", &["plain", "re"], reader);
    let (names, node) = (names?, params.get("fields")?);
    if mode != Some("re") {
        return Some(FieldCondition::Names {
            names: names.into_iter().collect(),
            is_excluded,
        });
    }
    let patterns = names.iter().zip(node.one_or_more());
    let patterns = patterns.filter_map(|(pattern, node)| reader.pattern(pattern, node));
    Some(FieldCondition::Patterns {
        patterns: patterns.collect(),
        is_excluded,
    })
}
