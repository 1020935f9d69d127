//! `serde_json::Value` as an event (feature `json`).

use serde_json::{Number, Value};

use crate::event::{AsFieldValue, Event, FieldValue};

/// A root that is no object has no fields; only keywords see it (S-110).
impl Event for Value {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        self.as_object()?
            .get(name)
            .map(AsFieldValue::as_field_value)
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        if let Self::Object(map) = self {
            for (name, value) in map {
                visit(name, value.as_field_value());
            }
        }
    }

    fn for_each_unnamed<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        if !self.is_object() {
            visit(self.as_field_value());
        }
    }
}

impl AsFieldValue for Value {
    fn as_field_value(&self) -> FieldValue<'_> {
        match self {
            Self::Null => FieldValue::Null,
            Self::Bool(value) => FieldValue::Bool(*value),
            Self::Number(number) => number_value(number),
            Self::String(text) => FieldValue::Str(text),
            Self::Array(values) => FieldValue::List(values),
            Self::Object(_) => FieldValue::Map(self),
        }
    }
}

fn number_value(number: &Number) -> FieldValue<'static> {
    if let Some(value) = number.as_i64() {
        FieldValue::I64(value)
    } else if let Some(value) = number.as_u64() {
        FieldValue::U64(value)
    } else {
        // Not absent: without `arbitrary_precision` every other number is a float.
        number.as_f64().map_or(FieldValue::Null, FieldValue::F64)
    }
}
