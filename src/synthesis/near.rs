//! Events that differ from a matching one in one field, by as little as possible.

use std::collections::BTreeMap;

use crate::proof::{Witness, WitnessValue};
use crate::rule::DetectionItem;

/// An event near `event` for which `is_wanted` holds, changed where the item looks.
pub(super) fn close(
    event: &Witness,
    item: &DetectionItem,
    is_wanted: &mut dyn FnMut(&Witness) -> bool,
) -> Option<Witness> {
    let field = item.field.as_deref();
    let names: Vec<&str> = match field {
        Some(field) => vec![field],
        None => event.fields().map(|(name, _)| name).collect(),
    };
    let mut candidates = names.iter().flat_map(|name| changed(event, name));
    candidates.find(|candidate| is_wanted(candidate))
}

/// The event with the field's texts a little shorter or longer, then without the field, then with another value there.
fn changed(event: &Witness, name: &str) -> Vec<Witness> {
    let with = |values: Option<Vec<WitnessValue>>| {
        let mut fields: Vec<(String, Vec<WitnessValue>)> = event
            .fields()
            .filter(|(own, _)| *own != name)
            .map(|(own, values)| (own.to_owned(), values.to_vec()))
            .collect();
        if let Some(values) = values {
            fields.push((name.to_owned(), values));
        }
        fields.sort_by(|left, right| left.0.cmp(&right.0));
        Witness::new(fields)
    };
    let own = event.fields().find(|(own, _)| *own == name);
    let values = own.map_or(&[][..], |(_, values)| values);
    let mut events = Vec::new();
    for (place, value) in values.iter().enumerate() {
        let WitnessValue::Text(text) = value else {
            continue;
        };
        for other in slips(text) {
            let mut values = values.to_vec();
            if let Some(value) = values.get_mut(place) {
                *value = WitnessValue::Text(other);
            }
            events.push(with(Some(values)));
        }
    }
    events.push(with(None));
    for value in [
        WitnessValue::Text("~".to_owned()),
        WitnessValue::Text(String::new()),
        WitnessValue::Null,
    ] {
        events.push(with(Some(vec![value])));
    }
    events
}

/// The text without its last or first character, or with one more.
fn slips(text: &str) -> Vec<String> {
    let mut chars = text.chars();
    let mut slips = Vec::new();
    if chars.next().is_some() {
        let tail = chars.as_str().to_owned();
        let mut head = text.to_owned();
        head.pop();
        slips.extend([head, tail]);
    }
    slips.extend([format!("{text}~"), format!("~{text}")]);
    slips.retain(|slip| !slip.is_empty());
    slips
}

/// One event with the fields of another, which take the place of its own.
pub(super) fn replaced(event: &Witness, by: &Witness) -> Witness {
    together(event, by, |own, other| *own = other.to_vec())
}

/// One event with the fields of another, whose values come after its own.
pub(super) fn added(event: &Witness, by: &Witness) -> Witness {
    together(event, by, |own, other| own.extend_from_slice(other))
}

fn together(
    event: &Witness,
    by: &Witness,
    merge: impl Fn(&mut Vec<WitnessValue>, &[WitnessValue]),
) -> Witness {
    let mut fields: BTreeMap<&str, Vec<WitnessValue>> = event
        .fields()
        .map(|(name, values)| (name, values.to_vec()))
        .collect();
    for (name, values) in by.fields() {
        merge(fields.entry(name).or_default(), values);
    }
    Witness::new(
        fields
            .into_iter()
            .map(|(name, values)| (name.to_owned(), values))
            .collect(),
    )
}
