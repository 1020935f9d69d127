//! The `aliases` of a correlation (S-417).

use crate::error::{CorrelationDetail, RuleDetail};
use crate::rule::parse::detection::collect;
use crate::rule::parse::reader::Reader;
use crate::rule::{Alias, RuleReference};
use crate::syntax::Node;

/// Reads the names for fields that differ between rules.
pub(super) fn parse(section: &Node, reader: &mut Reader<'_>) -> Option<Vec<Alias>> {
    let Some(node) = section.get("aliases").filter(|node| !node.is_null()) else {
        return Some(Vec::new());
    };
    let Some(entries) = node.as_map() else {
        let detail = RuleDetail::WrongType {
            key: "aliases",
            found: node.kind_name(),
            expected: "a map",
        };
        reader.error(detail, node);
        return None;
    };
    collect(entries, reader, |(key, value), reader| {
        alias(key, value, reader)
    })
}

fn alias(key: &Node, value: &Node, reader: &mut Reader<'_>) -> Option<Alias> {
    let name = alias_key(key, reader)?.to_owned();
    let Some(entries) = value.as_map() else {
        reader.error(
            CorrelationDetail::AliasType {
                alias: name,
                found: value.kind_name(),
            },
            value,
        );
        return None;
    };
    let fields = collect(entries, reader, |(rule, field), reader| {
        let text = alias_key(rule, reader)?.to_owned();
        let Some(field_name) = field.as_str() else {
            let detail = CorrelationDetail::AliasField {
                alias: name.clone(),
                found: field.kind_name(),
            };
            reader.error(detail, field);
            return None;
        };
        Some((
            RuleReference {
                text,
                location: rule.location,
            },
            field_name.to_owned(),
        ))
    });
    Some(Alias {
        name,
        fields: fields?,
    })
}

fn alias_key<'n>(key: &'n Node, reader: &mut Reader<'_>) -> Option<&'n str> {
    let text = key.as_str();
    if text.is_none() {
        let detail = CorrelationDetail::AliasKey {
            found: key.kind_name(),
        };
        reader.error(detail, key);
    }
    text
}
