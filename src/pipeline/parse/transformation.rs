//! The transformations of processing items, by their types.

use std::collections::BTreeMap;

use crate::error::{PipelineFault, Problems};
use crate::rule::parse::parse_detection;
use crate::rule::{CustomValue, Value};
use crate::syntax::Node;

use super::super::ExternalKind;
use super::super::operand::{Operand, Text};
use super::super::regex::Replacement;
use super::super::transformation::number;
use super::super::transformation::{
    AddCondition, Affix, AffixSide, Case, CaseMethod, ChangeLogSource, ConvertType, DropItem,
    ExtractFields, FieldList, FieldListChange, Fields, Hashes, ItemFailure, Items, MapString,
    Mapping, Nest, PlaceholderValues, PrefixMapping, ReplaceString, RuleFailure, SetAttribute,
    SetState, SetValue, StrictMapping, Targets, ToRegex, ToRegexMethod, Transformation, Values,
};
use super::super::variable::text_of;
use super::condition::log_source;
use super::item;
use super::placeholder;
use super::reader::{Params, Reader, rule_value};

pub(super) const TYPES: &[&str] = &[
    "field_name_mapping",
    "field_name_prefix_mapping",
    "field_name_transform",
    "drop_detection_item",
    "hashes_fields",
    "extract_fields",
    "field_name_suffix",
    "field_name_prefix",
    "wildcard_placeholders",
    "value_placeholders",
    "query_expression_placeholders",
    "file_placeholders",
    "http_placeholders",
    "command_placeholders",
    "add_condition",
    "change_logsource",
    "add_field",
    "remove_field",
    "set_field",
    "replace_string",
    "map_string",
    "set_state",
    "regex",
    "set_value",
    "convert_type",
    "rule_failure",
    "detection_item_failure",
    "strict_field_mapping_failure",
    "set_custom_attribute",
    "nest",
    "case",
];

pub(super) type Parsed = Option<Box<dyn Transformation>>;

/// Reads the parameters of a transformation of one of these types.
pub(super) fn parse(mut params: Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let p = &mut params;
    let transformation = match p.of() {
        "field_name_mapping" => mapping(p, reader),
        "field_name_prefix_mapping" => prefix_mapping(p, reader),
        "field_name_prefix" => affix("prefix", AffixSide::Prefix, p, reader),
        "field_name_suffix" => affix("suffix", AffixSide::Suffix, p, reader),
        "field_name_transform" => function(p, reader),
        "drop_detection_item" => boxed(Items(DropItem)),
        "hashes_fields" => hashes(p, reader),
        "extract_fields" => extract_fields(p, reader),
        "value_placeholders" => placeholder::of_rule(PlaceholderValues::Variables, p, reader),
        "wildcard_placeholders" => placeholder::of_rule(PlaceholderValues::Wildcard, p, reader),
        "query_expression_placeholders" => placeholder::query_expression(p, reader),
        "file_placeholders" => placeholder::external(ExternalKind::File, p, reader),
        "http_placeholders" => placeholder::external(ExternalKind::Http, p, reader),
        "command_placeholders" => placeholder::external(ExternalKind::Command, p, reader),
        "add_condition" => add_condition(p, reader),
        "change_logsource" => {
            log_source(p, reader).and_then(|source| boxed(ChangeLogSource(source)))
        }
        "add_field" => field_list("field", FieldListChange::Add, p, reader),
        "remove_field" => field_list("field", FieldListChange::Remove, p, reader),
        "set_field" => field_list("fields", FieldListChange::Set, p, reader),
        "replace_string" => replace_string(p, reader),
        "map_string" => map_string(p, reader),
        "set_state" => set_state(p, reader),
        "regex" => to_regex(p, reader),
        "set_value" => set_value(p, reader),
        "convert_type" => convert_type(p, reader),
        "rule_failure" => p
            .text("message", reader)
            .and_then(|text| boxed(RuleFailure(text))),
        "detection_item_failure" => p
            .text("message", reader)
            .and_then(|text| boxed(Items(ItemFailure(text)))),
        "strict_field_mapping_failure" => boxed(StrictMapping),
        "set_custom_attribute" => set_custom_attribute(p, reader),
        "nest" => nest(p, reader),
        _ => case(p, reader),
    };
    params.finish(reader);
    transformation
}

pub(super) fn boxed(transformation: impl Transformation + 'static) -> Parsed {
    Some(Box::new(transformation))
}

fn mapping(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let entries = map("mapping", params, reader)?;
    let mut mapping = BTreeMap::new();
    // A field that is mapped to null keeps its name.
    for (key, value) in entries.iter().filter(|(_, value)| !value.is_null()) {
        let targets = reader.texts("mapping", value);
        if key.is_null() {
            mapping.insert(None, targets);
        } else if let Some(field) = key.as_str() {
            mapping.insert(Some(field.to_owned()), targets);
        } else {
            let found = key.kind_name();
            reader.error(PipelineFault::KeyType { found }, key);
        }
    }
    boxed(Fields(Mapping(mapping)))
}

fn prefix_mapping(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let entries = map("mapping", params, reader)?;
    let mut prefixes: Vec<(String, Targets)> = Vec::new();
    for (key, value) in entries {
        let targets = reader.texts("mapping", value);
        match key.as_str() {
            Some(prefix) => prefixes.push((prefix.to_owned(), targets)),
            None if key.is_null() => reader.error(PipelineFault::NullPrefix, key),
            None => {
                let found = key.kind_name();
                reader.error(PipelineFault::KeyType { found }, key);
            }
        }
    }
    boxed(Fields(PrefixMapping(prefixes)))
}

/// The entries of a map.
fn map<'n>(
    key: &'static str,
    params: &mut Params<'n>,
    reader: &mut Reader<'_>,
) -> Option<&'n [(Node, Node)]> {
    let node = params.need(key, reader)?;
    if node.as_map().is_none() {
        reader.wrong_type(key, node, "a map");
    }
    node.as_map()
}

fn affix(
    key: &'static str,
    side: AffixSide,
    params: &mut Params<'_>,
    reader: &mut Reader<'_>,
) -> Parsed {
    let text = params.text(key, reader)?;
    boxed(Fields(Affix { side, text }))
}

fn function(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    params.ignore(&["mapping", "transform_func", "apply_keyword"]);
    reader.error(PipelineFault::NeedsCode, params.node());
    None
}

fn hashes(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let algorithms = params.texts("valid_hash_algos", reader);
    let prefix = params.optional_text("field_prefix", reader);
    let drops_name = params.flag("drop_algo_prefix", reader);
    let fields = match params.get("field_to_parse") {
        Some(node) => reader.texts("field_to_parse", node),
        None => vec!["Hashes".to_owned(), "Hash".to_owned()],
    };
    boxed(Items(Hashes {
        algorithms: algorithms?,
        prefix: prefix.unwrap_or_default(),
        drops_name,
        fields,
    }))
}

fn extract_fields(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let pattern = params.pattern("regex", reader);
    let prefix = params.optional_text("field_prefix", reader);
    let keeps_others = params.flag("preserve_unmatched", reader);
    let pattern = pattern?;
    if !pattern.has_named_groups() {
        reader.error(PipelineFault::NoNamedGroup, params.get("regex")?);
    }
    boxed(Items(ExtractFields {
        pattern,
        // An empty prefix is as good as none.
        prefix: prefix.filter(|prefix| !prefix.is_empty()),
        keeps_others,
    }))
}

fn add_condition(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let name = params.optional_text("name", reader);
    let is_template = params.flag("template", reader);
    let is_negated = params.flag("negated", reader);
    let entries = map("conditions", params, reader)?;
    let node = params.get("conditions")?;
    if entries.is_empty() {
        reader.error(PipelineFault::EmptyParameter { key: "conditions" }, node);
        return None;
    }
    let mut problems = Problems::default();
    let detection = parse_detection(node, reader.limits, &mut problems);
    reader.absorb(problems);
    boxed(AddCondition {
        detection: detection?,
        name: name.unwrap_or_else(|| "_cond".to_owned()),
        is_template,
        is_negated,
        location: node.location,
    })
}

fn field_list(
    key: &'static str,
    change: FieldListChange,
    params: &mut Params<'_>,
    reader: &mut Reader<'_>,
) -> Parsed {
    let fields = params.texts(key, reader)?;
    boxed(FieldList { change, fields })
}

fn replace_string(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let pattern = params.pattern("regex", reader);
    let template = params.text("replacement", reader);
    let skip_special = params.flag("skip_special", reader);
    let interpret_special = params.flag("interpret_special", reader);
    let pattern = pattern?;
    match Replacement::new(&template?, &pattern) {
        Ok(replacement) => boxed(Values(ReplaceString {
            pattern,
            replacement,
            skip_special,
            interpret_special,
        })),
        Err(fault) => {
            reader.error(fault, params.get("replacement")?);
            None
        }
    }
}

fn map_string(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let entries = map("mapping", params, reader)?;
    let mut mapping = BTreeMap::new();
    for (key, value) in entries {
        match key.as_str() {
            Some(text) => {
                mapping.insert(text.to_owned(), reader.texts("mapping", value));
            }
            None => {
                let found = key.kind_name();
                reader.error(PipelineFault::KeyType { found }, key);
            }
        }
    }
    boxed(Values(MapString(mapping)))
}

fn set_state(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let key = params.text("key", reader);
    let value = params.need("val", reader);
    boxed(SetState {
        key: key?,
        value: CustomValue(value?.to_serde()),
    })
}

fn set_custom_attribute(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let key = params.text("attribute", reader);
    let value = params.get_or_null("value");
    if value.is_none() {
        params.need("value", reader);
    }
    boxed(SetAttribute {
        key: key?,
        value: CustomValue(value?.to_serde()),
    })
}

fn to_regex(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let methods = &["plain", "ignore_case_flag", "ignore_case_brackets"];
    let method = match params.word("method", methods, reader) {
        Some("plain") => ToRegexMethod::Plain,
        Some("ignore_case_flag") => ToRegexMethod::Flag,
        _ => ToRegexMethod::Brackets,
    };
    boxed(Values(ToRegex(method)))
}

fn case(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let method = match params.word("method", &["lower", "upper", "snake_case"], reader) {
        Some("upper") => CaseMethod::Upper,
        Some("snake_case") => CaseMethod::Snake,
        _ => CaseMethod::Lower,
    };
    boxed(Values(Case(method)))
}

fn convert_type(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    params.need("target_type", reader)?;
    boxed(Values(
        match params.word("target_type", &["str", "num"], reader)? {
            "str" => ConvertType::ToText,
            _ => ConvertType::ToNumber,
        },
    ))
}

fn set_value(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let force = params.word("force_type", &["str", "num"], reader);
    let Some(node) = params.get_or_null("value") else {
        params.need("value", reader);
        return None;
    };
    let Some(value) = rule_value(node) else {
        reader.wrong_type("value", node, "a string, a number, a boolean or null");
        return None;
    };
    let forced = match force {
        None => Some(Operand::of_value(&value)),
        Some("str") => text_of(&value).map(|text| Operand::Text(Text::read(&text))),
        Some(_) => text_of(&value)
            .and_then(|text| number(&text))
            .map(Operand::Number),
    };
    let Some(operand) = forced else {
        let target = if force == Some("str") {
            "text"
        } else {
            "a number"
        };
        let value = shown(&value);
        reader.error(PipelineFault::NotConvertible { value, target }, node);
        return None;
    };
    boxed(Values(SetValue(operand)))
}

fn shown(value: &Value) -> String {
    match value {
        Value::Boolean(value) => value.to_string(),
        other => text_of(other).unwrap_or_else(|| "null".to_owned()),
    }
}

fn nest(params: &mut Params<'_>, reader: &mut Reader<'_>) -> Parsed {
    let node = params.need("items", reader)?;
    let number = reader
        .item
        .as_ref()
        .map_or_else(String::new, |item| item.number.clone());
    boxed(Nest(item::items(node, &format!("{number}."), reader)))
}
