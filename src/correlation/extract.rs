//! What correlations read of an event: its time, and the texts of a few fields.

use std::fmt::Write as _;

use crate::engine::find_path;
use crate::event::{Event, FieldValue};
use crate::pattern::{CivilTime, Number, NumberBuffer};

/// The rules that an event matches, and the fields that the correlations of these need. Used again for each event.
#[derive(Debug, Default)]
pub(super) struct Extract {
    /// Rules of the set, by index.
    pub(super) hits: Vec<u32>,
    fields: Vec<(u32, Option<Span>)>,
    /// By field, one more than its place in `fields`; 0 for one that was not read.
    places: Vec<u32>,
    texts: String,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: usize,
    end: usize,
}

impl Extract {
    pub(super) fn clear(&mut self) {
        self.hits.clear();
        for (field, _) in self.fields.drain(..) {
            if let Some(place) = self.places.get_mut(field as usize) {
                *place = 0;
            }
        }
        self.texts.clear();
    }

    /// Looks a field up, if that was not done yet.
    pub(super) fn read<E: Event + ?Sized>(
        &mut self,
        event: &E,
        field: u32,
        name: &str,
        depth: usize,
    ) {
        if self.place(field).is_some() {
            return;
        }
        let start = self.texts.len();
        let span = single(event, name, depth)
            .filter(|value| write_text(*value, &mut self.texts))
            .map(|_| Span {
                start,
                end: self.texts.len(),
            });
        self.push(field, span);
    }

    fn push(&mut self, field: u32, span: Option<Span>) {
        let index = field as usize;
        if self.places.len() <= index {
            self.places.resize(index + 1, 0);
        }
        self.fields.push((field, span));
        if let Some(place) = self.places.get_mut(index) {
            *place = u32::try_from(self.fields.len()).unwrap_or(0);
        }
    }

    fn place(&self, field: u32) -> Option<usize> {
        let place = self.places.get(field as usize).copied().unwrap_or(0);
        (place as usize).checked_sub(1)
    }

    /// The same from a text that was read before.
    pub(super) fn put(&mut self, field: u32, text: Option<&str>) {
        let start = self.texts.len();
        self.texts.push_str(text.unwrap_or_default());
        let end = self.texts.len();
        self.push(field, text.map(|_| Span { start, end }));
    }

    /// The text of the field's only leaf (S-404, S-412); `None` if there is none, or more than one.
    pub(super) fn text(&self, field: u32) -> Option<&str> {
        let (_, span) = *self.fields.get(self.place(field)?)?;
        let Span { start, end } = span?;
        self.texts.get(start..end)
    }

    /// The fields that were read.
    pub(super) fn fields(&self) -> impl Iterator<Item = (u32, Option<&str>)> {
        self.fields
            .iter()
            .map(|(field, _)| (*field, self.text(*field)))
    }
}

/// The event's time in nanoseconds since 1970 from the first of the fields that has one (S-402). `None` also where it is
/// outside what 64 bits of nanoseconds hold, the years 1678 to 2261: a log that says `0001-01-01` or `9999-12-31` says
/// that it does not know.
pub(super) fn time_of<E: Event + ?Sized>(
    event: &E,
    fields: &[String],
    depth: usize,
) -> Option<i64> {
    fields
        .iter()
        .find_map(|name| nanoseconds(single(event, name, depth)?))
}

fn nanoseconds(value: FieldValue<'_>) -> Option<i64> {
    let time = match value {
        FieldValue::Str(text) => CivilTime::parse(text)?.unix_nanoseconds(),
        FieldValue::Bytes(bytes) => {
            CivilTime::parse(std::str::from_utf8(bytes).ok()?)?.unix_nanoseconds()
        }
        FieldValue::I64(value) => CivilTime::unix_number_nanoseconds(value.into())?,
        FieldValue::U64(value) => CivilTime::unix_number_nanoseconds(value.into())?,
        FieldValue::F64(value) => CivilTime::unix_number_nanoseconds(value.into())?,
        FieldValue::Time(time) => {
            i128::from(time.unix_seconds()) * 1_000_000_000
                + i128::from(time.subsecond_nanoseconds())
        }
        _ => return None,
    };
    i64::try_from(time).ok()
}

/// The only leaf of a field (S-112, S-114); `None` if there is none, or more than one.
fn single<'e, E: Event + ?Sized>(event: &'e E, path: &str, depth: usize) -> Option<FieldValue<'e>> {
    let mut leaves = Leaves::default();
    if let Some(value) = event.field(path) {
        leaves.add(value, depth);
    } else if let Some((head, rest)) = path.split_once('.') {
        if let Some(value) = event.field(head) {
            find_path(value, rest, depth, &mut |value| leaves.add(value, depth));
        }
    }
    leaves.first.filter(|_| leaves.count == 1)
}

#[derive(Default)]
struct Leaves<'e> {
    count: usize,
    first: Option<FieldValue<'e>>,
}

impl<'e> Leaves<'e> {
    fn add(&mut self, value: FieldValue<'e>, depth: usize) {
        match value.as_list() {
            Some(list) => {
                if let Some(depth) = depth.checked_sub(1) {
                    list.for_each(&mut |value| self.add(value, depth));
                }
            }
            None => {
                self.count += 1;
                self.first.get_or_insert(value);
            }
        }
    }
}

/// Appends the text of a scalar (S-117, S-121); `false` if it has none.
fn write_text(value: FieldValue<'_>, out: &mut String) -> bool {
    let number = |number: Number, out: &mut String| {
        out.push_str(number.text(&mut NumberBuffer::new()));
    };
    match value {
        FieldValue::Str(text) => out.push_str(text),
        FieldValue::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        FieldValue::I64(value) => number(value.into(), out),
        FieldValue::U64(value) => number(value.into(), out),
        FieldValue::F64(value) => number(value.into(), out),
        FieldValue::Bytes(bytes) => out.push_str(&String::from_utf8_lossy(bytes)),
        // Writing to a string does not fail.
        FieldValue::Ip(address) => drop(write!(out, "{address}")),
        FieldValue::Time(time) => drop(write!(out, "{time}")),
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::event::Time;

    #[test]
    fn times_of_every_type() {
        let second = 1_720_621_800;
        let time = Time::from_unix(second, 500_000_000);
        for (value, expected) in [
            (FieldValue::Str("2024-07-10T14:30:00.5Z"), 500_000_000),
            (FieldValue::Bytes(b"2024-07-10T14:30:00.5Z"), 500_000_000),
            (FieldValue::I64(second), 0),
            (FieldValue::U64(second as u64), 0),
            (FieldValue::F64(second as f64 + 0.5), 500_000_000),
            (FieldValue::Time(time), 500_000_000),
        ] {
            let expected = second * 1_000_000_000 + expected;
            assert_eq!(nanoseconds(value), Some(expected), "{value:?}");
        }
        for value in [
            FieldValue::Null,
            FieldValue::Bytes(b"\xff"),
            FieldValue::Bool(true),
        ] {
            assert_eq!(nanoseconds(value), None, "{value:?}");
        }
    }

    #[test]
    fn texts_of_every_type() {
        let address = IpAddr::from(Ipv4Addr::LOCALHOST);
        for (value, expected) in [
            (FieldValue::Str("a"), Some("a")),
            (FieldValue::Bool(true), Some("true")),
            (FieldValue::I64(-5), Some("-5")),
            (FieldValue::U64(5), Some("5")),
            (FieldValue::F64(1.5), Some("1.5")),
            (FieldValue::Bytes(b"a\xff"), Some("a\u{fffd}")),
            (FieldValue::Ip(address), Some("127.0.0.1")),
            (
                FieldValue::Time(Time::from_unix(0, 0)),
                Some("1970-01-01T00:00:00Z"),
            ),
            (FieldValue::Null, None),
        ] {
            let mut text = String::new();
            let found = write_text(value, &mut text).then_some(text);
            assert_eq!(found.as_deref(), expected, "{value:?}");
        }
    }
}
