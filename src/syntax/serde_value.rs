//! To and from the value type of the serde reader, for rules inside an embedder's own document.

use serde_yaml::Value as Foreign;

use crate::error::{Error, Limits, SyntaxDetail};
use crate::syntax::{DEEPEST, NOWHERE, Node, Style, Value};

impl Node {
    /// A node that was not read from a text.
    pub(crate) fn made(value: Value) -> Self {
        Self::new(value, NOWHERE, Style::Quoted)
    }

    /// Takes over a value that another reader has typed. It has no places, and its strings count as quoted.
    ///
    /// # Errors
    /// A tag, or more levels than `limits.nesting`.
    pub(crate) fn from_serde(value: Foreign, limits: &Limits) -> Result<Self, Error> {
        from_serde(value, limits.nesting.min(DEEPEST), limits)
    }

    /// The value as the serde writer takes it; dates and other odd scalars become text.
    pub(crate) fn to_serde(&self) -> Foreign {
        match &self.value {
            Value::Null => Foreign::Null,
            Value::Bool(value) => Foreign::Bool(*value),
            Value::Int(value) => integer(*value),
            Value::Float(value) => Foreign::Number((*value).into()),
            Value::Timestamp(text) | Value::Unconstructible(text) | Value::String(text) => {
                Foreign::String(text.clone())
            }
            Value::List(items) => Foreign::Sequence(items.iter().map(Self::to_serde).collect()),
            Value::Map(entries) => Foreign::Mapping(
                entries
                    .iter()
                    .map(|(key, value)| (key.to_serde(), value.to_serde()))
                    .collect(),
            ),
        }
    }

    /// The first integer in it that has no number there.
    pub(crate) fn wide_integer(&self) -> Option<i128> {
        match &self.value {
            Value::Int(value) => {
                { i64::try_from(*value).is_err() && u64::try_from(*value).is_err() }
                    .then_some(*value)
            }
            Value::List(items) => items.iter().find_map(Self::wide_integer),
            Value::Map(entries) => {
                let mut nodes = entries.iter().flat_map(|(key, value)| [key, value]);
                nodes.find_map(Self::wide_integer)
            }
            _ => None,
        }
    }
}

/// An integer beyond 64 bits has no number there. Where that matters, [`Node::wide_integer`] is asked first.
fn integer(value: i128) -> Foreign {
    if let Ok(value) = i64::try_from(value) {
        Foreign::Number(value.into())
    } else if let Ok(value) = u64::try_from(value) {
        Foreign::Number(value.into())
    } else {
        Foreign::String(value.to_string())
    }
}

fn from_serde(value: Foreign, levels: usize, limits: &Limits) -> Result<Node, Error> {
    let inner = |value| match levels.checked_sub(1) {
        Some(levels) => from_serde(value, levels, limits),
        None => Err(Error::new(SyntaxDetail::TooDeep {
            limit: limits.nesting.min(DEEPEST),
        })),
    };
    let value = match value {
        Foreign::Null => Value::Null,
        Foreign::Bool(value) => Value::Bool(value),
        Foreign::Number(number) => self::number(&number),
        Foreign::String(text) => Value::String(text),
        Foreign::Sequence(items) => {
            Value::List(items.into_iter().map(inner).collect::<Result<_, _>>()?)
        }
        Foreign::Mapping(entries) => Value::Map(
            entries
                .into_iter()
                .map(|(key, value)| Ok((inner(key)?, inner(value)?)))
                .collect::<Result<_, Error>>()?,
        ),
        Foreign::Tagged(tagged) => {
            return Err(Error::new(SyntaxDetail::UnknownTag {
                tag: tagged.tag.to_string(),
            }));
        }
    };
    Ok(Node::made(value))
}

fn number(number: &serde_yaml::Number) -> Value {
    if let Some(value) = number.as_i64() {
        Value::Int(value.into())
    } else if let Some(value) = number.as_u64() {
        Value::Int(value.into())
    } else {
        Value::Float(number.as_f64().unwrap_or(f64::NAN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_values_and_adds_no_place() {
        let text = "{a: [1, 1.5, true, null, 'yes', 18446744073709551615], 2: {b: -1}}";
        let value: Foreign = serde_yaml::from_str(text).expect("valid");
        let node = Node::from_serde(value.clone(), &Limits::default()).expect("no tag");
        assert_eq!(node.to_serde(), value);
        assert_eq!(node.place(), None);
        let error = Error::new(SyntaxDetail::NoDocument).at(node.location);
        assert_eq!(error.location(), None);
    }

    #[test]
    fn refuses_tags_and_deep_values() {
        let limits = Limits {
            nesting: 2,
            ..Limits::default()
        };
        let verdict = |text: &str| {
            let value = serde_yaml::from_str(text).expect("valid");
            Node::from_serde(value, &limits).map_or_else(|error| error.message(), |_| String::new())
        };
        assert_eq!(verdict("[[x]]"), "");
        assert!(verdict("[[[x]]]").contains("more than 2 levels"));
        assert!(verdict("[!x y]").contains("tag '!x'"));
    }
}
