//! The `logsource` section (S-053).

use crate::error::RuleDetail;
use crate::rule::parse::reader::Reader;
use crate::rule::{CustomValue, LogSource};
use crate::syntax::Node;

/// Reads the log source of a rule or a filter.
pub(super) fn parse(root: &Node, reader: &mut Reader<'_>) -> Option<LogSource> {
    let section = reader.section(root, "logsource")?;
    let mut log_source = LogSource {
        category: attribute(section, "category", reader),
        product: attribute(section, "product", reader),
        service: attribute(section, "service", reader),
        definition: text(section, "definition", reader).map(str::to_owned),
        custom: Vec::new(),
    };
    for (key, value) in section.as_map().unwrap_or_default() {
        match key.as_str() {
            None => {
                let detail = RuleDetail::KeyType {
                    section: "'logsource'",
                    found: key.kind_name(),
                };
                reader.warning(detail, key);
            }
            Some("category" | "product" | "service" | "definition") => {}
            Some(name) => log_source
                .custom
                .push((name.to_owned(), CustomValue(value.to_serde()))),
        }
    }
    let is_set = |key| section.get(key).is_some_and(|value| !value.is_null());
    if !["category", "product", "service"].into_iter().any(is_set) {
        reader.error(RuleDetail::LogSourceUnset, section);
        return None;
    }
    Some(log_source)
}

fn attribute(section: &Node, key: &'static str, reader: &mut Reader<'_>) -> Option<String> {
    let found = text(section, key, reader)?;
    let value = section.get(key)?;
    if found.is_empty() {
        reader.warning(RuleDetail::Empty { key }, value);
    } else if !found.bytes().all(is_usual) {
        reader.warning(
            RuleDetail::LogSourceForm {
                key,
                found: found.to_owned(),
            },
            value,
        );
    }
    Some(found.to_owned())
}

fn text<'n>(section: &'n Node, key: &'static str, reader: &mut Reader<'_>) -> Option<&'n str> {
    let value = section.get(key).filter(|value| !value.is_null())?;
    let text = value.as_str();
    if text.is_none() {
        let found = value.kind_name();
        reader.error(
            RuleDetail::WrongType {
                key,
                found,
                expected: "a string",
            },
            value,
        );
    }
    text
}

fn is_usual(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.')
}
