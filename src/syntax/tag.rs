//! The tags of the core schema (S-007).

use saphyr_parser::Tag;

use crate::error::{Location, Mismatch, SyntaxDetail};
use crate::syntax::{Node, Style, Value, scalar};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CoreTag {
    Str,
    Int,
    Float,
    Bool,
    Null,
    Map,
    List,
}

/// Checks the tag of a list or map.
pub(super) fn check_collection(tag: &Tag, own: CoreTag) -> Result<(), SyntaxDetail> {
    if core(tag)? == own {
        return Ok(());
    }
    let found = if own == CoreTag::List {
        "a list"
    } else {
        "a map"
    };
    Err(mismatch(tag, Mismatch::Kind(found)))
}

/// Reads a scalar as its tag demands, whatever its style.
pub(super) fn apply(tag: &Tag, text: String, location: Location) -> Result<Node, SyntaxDetail> {
    let value = match core(tag)? {
        CoreTag::Str => return Ok(Node::new(Value::String(text), location, Style::Quoted)),
        CoreTag::Int => match scalar::number(&text) {
            Some(scalar::Number::Int(value)) => Some(Value::Int(value)),
            Some(scalar::Number::TooWide) => return Err(SyntaxDetail::IntegerTooWide),
            _ => None,
        },
        CoreTag::Float => float(&text).map(Value::Float),
        CoreTag::Bool => scalar::boolean(&text).map(Value::Bool),
        CoreTag::Null => scalar::is_null(&text).then_some(Value::Null),
        CoreTag::Map | CoreTag::List => None,
    };
    match value {
        Some(value) => Ok(Node::new(value, location, Style::Plain)),
        None => Err(mismatch(tag, Mismatch::Text(text))),
    }
}

/// Integers are floats here, and `1e3` too: the tag leaves no doubt.
fn float(text: &str) -> Option<f64> {
    match scalar::number(text) {
        Some(scalar::Number::Float(value)) => Some(value),
        Some(scalar::Number::Int(value)) => Some(value as f64),
        _ if scalar::is_core_number(text) => text.parse().ok(),
        _ => None,
    }
}

fn core(tag: &Tag) -> Result<CoreTag, SyntaxDetail> {
    let full = format!("{}{}", tag.handle, tag.suffix);
    match full.strip_prefix(CORE_PREFIX) {
        Some("str") => Ok(CoreTag::Str),
        Some("int") => Ok(CoreTag::Int),
        Some("float") => Ok(CoreTag::Float),
        Some("bool") => Ok(CoreTag::Bool),
        Some("null") => Ok(CoreTag::Null),
        Some("map") => Ok(CoreTag::Map),
        Some("seq") => Ok(CoreTag::List),
        _ => Err(SyntaxDetail::UnknownTag { tag: shown(&full) }),
    }
}

fn mismatch(tag: &Tag, found: Mismatch) -> SyntaxDetail {
    SyntaxDetail::TagMismatch {
        tag: shown(&format!("{}{}", tag.handle, tag.suffix)),
        found,
    }
}

/// The tag as authors write it.
fn shown(full: &str) -> String {
    match full.strip_prefix(CORE_PREFIX) {
        Some(suffix) => format!("!!{suffix}"),
        None => full.to_owned(),
    }
}

const CORE_PREFIX: &str = "tag:yaml.org,2002:";
