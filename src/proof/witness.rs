//! An event that was made to show something.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::event::{AsFieldValue, Event, FieldValue};

/// An event that was made to show something, e.g. that one rule matches it and another does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witness {
    fields: Vec<(String, Vec<WitnessValue>)>,
}

/// A value of a [`Witness`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WitnessValue {
    /// Present, without a value.
    Null,
    /// A text.
    Text(String),
    /// A map with nothing in it: a value that is neither null nor a text.
    Map,
}

impl Witness {
    pub(crate) fn new(fields: Vec<(String, Vec<WitnessValue>)>) -> Self {
        Self { fields }
    }

    /// The fields with their values, by name. Fields with one value have it without a list when the event is looked at.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&str, &[WitnessValue])> {
        self.fields
            .iter()
            .map(|(name, values)| (name.as_str(), values.as_slice()))
    }
}

impl Event for Witness {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, values)| value(values))
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        for (name, values) in &self.fields {
            visit(name, value(values));
        }
    }
}

fn value(values: &Vec<WitnessValue>) -> FieldValue<'_> {
    match values.as_slice() {
        [only] => only.as_field_value(),
        _ => FieldValue::List(values),
    }
}

impl AsFieldValue for WitnessValue {
    fn as_field_value(&self) -> FieldValue<'_> {
        static NOTHING: [(&str, &str); 0] = [];
        match self {
            Self::Null => FieldValue::Null,
            Self::Text(text) => FieldValue::Str(text),
            Self::Map => FieldValue::Map(&NOTHING),
        }
    }
}

/// As a JSON object, or its like in another format.
impl Serialize for Witness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for (name, values) in &self.fields {
            match values.as_slice() {
                [only] => map.serialize_entry(name, only)?,
                _ => map.serialize_entry(name, values)?,
            }
        }
        map.end()
    }
}

impl Serialize for WitnessValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Map => serializer.serialize_map(Some(0))?.end(),
        }
    }
}

/// Field by field: `CommandLine: 'x', User: null`.
impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.fields.is_empty() {
            return f.write_str("an event without fields");
        }
        for (index, (name, values)) in self.fields.iter().enumerate() {
            f.write_str(if index > 0 { ", " } else { "" })?;
            match values.as_slice() {
                [only] => write!(f, "{name}: {only}")?,
                several => {
                    write!(f, "{name}: [")?;
                    for (index, value) in several.iter().enumerate() {
                        write!(f, "{}{value}", if index > 0 { ", " } else { "" })?;
                    }
                    f.write_str("]")?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Display for WitnessValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Text(text) => write!(f, "'{text}'"),
            Self::Map => f.write_str("{}"),
        }
    }
}
