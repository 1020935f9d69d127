//! Records of Windows event log files, as the `evtx` crate reads them.

use std::collections::HashMap;

use evtx::SerializedEvtxRecord;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::event::{AsFieldValue, Event, FieldValue};

/// A record of a Windows event log file: its fields by the names that Sigma's rules use.
///
/// From the `System` part: `EventID`, `Channel`, `Provider_Name`, `Computer`, `Level`, `Task`, `Opcode`, `Keywords`,
/// `EventRecordID`, `SystemTime`. Every value of `EventData` and `UserData` stands under its own name, nested ones too;
/// `Data` without a name is a list of texts. A name that comes again gets `_1`, `_2`, …; one that the `System` part has
/// too gets the name of its own part before it, as in `UserData_Channel`.
///
/// # Example
/// ```no_run
/// use sigmatic::event::EvtxEvent;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let rules = sigmatic::RuleSet::from_yaml("")?;
/// let mut scratch = rules.scratch();
/// let mut file = evtx::EvtxParser::from_path("Security.evtx")?;
/// for record in file.records_json_value() {
///     let event = EvtxEvent::from(record?);
///     for hit in rules.matches(&event, &mut scratch) {
///         println!("{}", hit.rule().title());
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EvtxEvent {
    fields: Map<String, Value>,
}

impl From<SerializedEvtxRecord<Value>> for EvtxEvent {
    /// Takes the record of `EvtxParser::records_json_value`, with attributes where the parser puts them by default.
    fn from(record: SerializedEvtxRecord<Value>) -> Self {
        let mut flat = Flat::default();
        if let Some(mut parts) =
            into_map(record.data).and_then(|mut root| into_map(root.remove("Event")?))
        {
            if let Some(system) = parts.remove("System").and_then(into_map) {
                flat.take_system(system);
            }
            for name in [EVENT_DATA, "UserData"] {
                if let Some(part) = parts.remove(name).and_then(into_map) {
                    flat.take_part(part, name);
                }
            }
        }
        Self {
            fields: flat.fields,
        }
    }
}

/// The fields of a record that have been found.
#[derive(Default)]
struct Flat {
    fields: Map<String, Value>,
    /// How often a name has come, for those that came twice.
    repeated: HashMap<String, usize>,
}

impl Flat {
    fn take_system(&mut self, mut system: Map<String, Value>) {
        for name in SYSTEM {
            let value = match name {
                "Provider_Name" => attribute(&mut system, "Provider", "Name"),
                "SystemTime" => attribute(&mut system, "TimeCreated", "SystemTime"),
                name => system.remove(name).map(text_of),
            };
            if let Some(value) = value {
                self.fields.insert(name.to_owned(), value);
            }
        }
    }

    /// Adds the leaves of a part. Recursion follows the record, whose depth its reader bounds.
    fn take_part(&mut self, part: Map<String, Value>, of: &str) {
        for (name, value) in part {
            match value {
                _ if name == ATTRIBUTES => {}
                Value::Object(inner) if !inner.contains_key(TEXT) && has_elements(&inner) => {
                    self.take_part(inner, of);
                }
                value => match text_of(value) {
                    // Without a name there is one or many, as it happens.
                    Value::String(text) if name == "Data" && of == EVENT_DATA => {
                        self.add(name, Value::Array(vec![Value::String(text)]), of);
                    }
                    value => self.add(name, value, of),
                },
            }
        }
    }

    fn add(&mut self, name: String, value: Value, of: &str) {
        let name = match SYSTEM.contains(&name.as_str()) {
            true => format!("{of}_{name}"),
            false => name,
        };
        if !self.fields.contains_key(&name) {
            self.fields.insert(name, value);
            return;
        }
        let count = self.repeated.entry(name.clone()).or_default();
        *count += 1;
        let numbered = format!("{name}_{count}");
        self.fields.entry(numbered).or_insert(value);
    }
}

fn into_map(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

fn attribute(system: &mut Map<String, Value>, element: &str, name: &str) -> Option<Value> {
    let attributes = system.get_mut(element)?.get_mut(ATTRIBUTES)?;
    Some(attributes.get_mut(name)?.take())
}

fn has_elements(element: &Map<String, Value>) -> bool {
    element.keys().any(|name| name != ATTRIBUTES)
}

/// The content of an element, without its attributes.
fn text_of(value: Value) -> Value {
    match value {
        Value::Object(mut element) => element.remove(TEXT).unwrap_or(Value::Null),
        other => other,
    }
}

impl Event for EvtxEvent {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        self.fields.get(name).map(AsFieldValue::as_field_value)
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        for (name, value) in &self.fields {
            visit(name, value.as_field_value());
        }
    }
}

impl Serialize for EvtxEvent {
    /// A map of the fields.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields.serialize(serializer)
    }
}

/// The fields of the `System` part.
const SYSTEM: [&str; 10] = [
    "EventID",
    "Channel",
    "Provider_Name",
    "Computer",
    "Level",
    "Task",
    "Opcode",
    "Keywords",
    "EventRecordID",
    "SystemTime",
];

const EVENT_DATA: &str = "EventData";

/// Under which the reader puts the attributes of an element, and its text if it has both.
const ATTRIBUTES: &str = "#attributes";
const TEXT: &str = "#text";
