//! One line of a detection: `field|modifier: value` (S-092 to S-096).

use crate::error::{DetectionDetail, Location};
use crate::rule::parse::detection::collect;
use crate::rule::parse::reader::Reader;
use crate::rule::{DetectionItem, Modifier, Value};
use crate::syntax::{self, Node};

/// Reads a key and its value.
pub(super) fn parse(key: &Node, value: &Node, reader: &mut Reader<'_>) -> Option<DetectionItem> {
    let Some(text) = key.as_str() else {
        let detail = DetectionDetail::KeyType {
            section: "a detection",
            found: key.kind_name(),
        };
        reader.error(detail, key);
        return None;
    };
    let mut parts = text.split('|');
    let field = parts.next().filter(|field| !field.is_empty());
    let modifiers = modifiers(text, parts, key, reader);
    let context = Context {
        key: text,
        is_keyword: field.is_none(),
        in_list: value.as_list().is_some(),
    };
    let modifiers = match value.as_list() {
        // There is no value to apply the others to.
        Some([]) => modifiers.map(|all| {
            all.into_iter()
                .filter(|modifier| acts_on_item(*modifier))
                .collect()
        }),
        _ => modifiers,
    };
    let values = match value.as_list() {
        Some([]) => empty_list(context, value, reader),
        _ => context.values(value.one_or_more(), reader),
    };
    let (values, value_locations) = values?.into_iter().unzip();
    Some(DetectionItem {
        field: field.map(str::to_owned),
        modifiers: modifiers?,
        values,
        location: key.location,
        value_locations,
    })
}

/// Reads scalars without a field (S-091). There is at least one.
pub(super) fn keywords(values: &[Node], reader: &mut Reader<'_>) -> Option<DetectionItem> {
    let location = values.first()?.location;
    let context = Context {
        key: "",
        is_keyword: true,
        in_list: values.len() > 1,
    };
    let (values, value_locations) = context.values(values, reader)?.into_iter().unzip();
    Some(DetectionItem {
        field: None,
        modifiers: Vec::new(),
        values,
        location,
        value_locations,
    })
}

fn modifiers<'k>(
    text: &str,
    names: impl Iterator<Item = &'k str>,
    key: &Node,
    reader: &mut Reader<'_>,
) -> Option<Vec<Modifier>> {
    let limit = reader.limits().modifiers;
    let found = text.bytes().filter(|&byte| byte == b'|').count();
    if found > limit {
        reader.error(DetectionDetail::TooManyModifiers { found, limit }, key);
        return None;
    }
    let mut modifiers = Vec::new();
    let mut offset = text.find('|').unwrap_or(text.len());
    for name in names {
        let Some(modifier) = Modifier::from_name(name) else {
            let detail = if name.is_empty() {
                DetectionDetail::EmptyModifier {
                    key: text.to_owned(),
                }
            } else {
                let nearest = nearest_modifier(name, reader);
                DetectionDetail::UnknownModifier {
                    name: name.to_owned(),
                    nearest,
                }
            };
            reader.error_inside(detail, key, offset + 1);
            return None;
        };
        offset += 1 + name.len();
        modifiers.push(modifier);
    }
    Some(modifiers)
}

fn nearest_modifier(name: &str, reader: &mut Reader<'_>) -> Option<&'static str> {
    match name.trim().to_ascii_lowercase().as_str() {
        "not" | "ne" => Some("neq"),
        "regex" | "regexp" => Some("re"),
        "utf16-le" => Some("utf16le"),
        other => reader.nearest(other, Modifier::names()),
    }
}

fn acts_on_item(modifier: Modifier) -> bool {
    matches!(modifier, Modifier::All | Modifier::Neq)
}

/// An empty list under a field is a test for null (S-095).
fn empty_list(context: Context<'_>, list: &Node, reader: &mut Reader<'_>) -> Option<Vec<Located>> {
    if context.is_keyword {
        reader.error(DetectionDetail::EmptyKeywords, list);
        return None;
    }
    reader.warning(
        DetectionDetail::EmptyList {
            key: context.key.to_owned(),
        },
        list,
    );
    Some(vec![(Value::Null, list.location)])
}

type Located = (Value, Location);

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
struct Context<'k> {
    key: &'k str,
    is_keyword: bool,
    in_list: bool,
}

impl Context<'_> {
    fn values(self, values: &[Node], reader: &mut Reader<'_>) -> Option<Vec<Located>> {
        if let Some(beyond) = reader.take_values(values) {
            let limit = reader.limits().values;
            reader.error(DetectionDetail::TooManyValues { limit }, beyond);
            return None;
        }
        collect(values, reader, |value, reader| {
            Some((self.value(value, reader)?, value.location))
        })
    }

    fn value(self, node: &Node, reader: &mut Reader<'_>) -> Option<Value> {
        let value = self.typed(node);
        match &value {
            Ok(value) => self.warn(value, node, reader),
            Err(detail) => reader.error(detail.clone(), node),
        }
        value.ok()
    }

    fn typed(self, node: &Node) -> Result<Value, DetectionDetail> {
        let found = node.kind_name();
        match &node.value {
            syntax::Value::Null | syntax::Value::Bool(_) if self.is_keyword => {
                Err(DetectionDetail::Keyword { found })
            }
            syntax::Value::Null => Ok(Value::Null),
            syntax::Value::Bool(value) => Ok(Value::Boolean(*value)),
            syntax::Value::Int(value) => Ok(Value::Integer(*value)),
            syntax::Value::Float(value) => {
                Value::from_float(*value).ok_or_else(|| self.not_finite())
            }
            syntax::Value::String(text) => Ok(Value::String(text.clone())),
            syntax::Value::List(_) if !self.is_keyword => Err(DetectionDetail::ListInList {
                key: self.key.to_owned(),
            }),
            _ if self.is_keyword => Err(DetectionDetail::Keyword { found }),
            _ => Err(DetectionDetail::ValueType {
                key: self.key.to_owned(),
                found,
            }),
        }
    }

    fn not_finite(self) -> DetectionDetail {
        if self.is_keyword {
            return DetectionDetail::Keyword {
                found: "an infinite number",
            };
        }
        DetectionDetail::NotFinite {
            key: self.key.to_owned(),
        }
    }

    fn warn(self, value: &Value, node: &Node, reader: &mut Reader<'_>) {
        if self.in_list && !self.is_keyword {
            if *value == Value::Null {
                reader.warning(
                    DetectionDetail::NullInList {
                        key: self.key.to_owned(),
                    },
                    node,
                );
            }
            if matches!(value, Value::String(text) if text.is_empty()) {
                reader.warning(
                    DetectionDetail::EmptyInList {
                        key: self.key.to_owned(),
                    },
                    node,
                );
            }
        }
        if let Some(source) = node.ambiguous_source() {
            let meaning = match value {
                Value::Boolean(value) => format!("the boolean {value}"),
                Value::Integer(value) => format!("the number {value}"),
                Value::Float(value) => format!("the number {value}"),
                _ => "text here, but a number to other YAML readers".to_owned(),
            };
            reader.warning(
                DetectionDetail::Ambiguous {
                    source: source.to_owned(),
                    meaning,
                },
                node,
            );
        }
    }
}
