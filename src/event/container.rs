//! A list or a map of an event, however the event keeps it.

use std::fmt;

use crate::event::{Event, FieldValue, List, Tape};

/// A list of an event, from [`FieldValue::as_list`].
#[derive(Clone, Copy)]
pub struct ListRef<'a>(ListPlace<'a>);

#[derive(Clone, Copy)]
enum ListPlace<'a> {
    Object(&'a dyn List),
    Tape(&'a dyn Tape, usize),
}

/// A map of an event, from [`FieldValue::as_map`].
#[derive(Clone, Copy)]
pub struct MapRef<'a>(MapPlace<'a>);

#[derive(Clone, Copy)]
enum MapPlace<'a> {
    Object(&'a dyn Event),
    Tape(&'a dyn Tape, usize),
}

impl<'a> ListRef<'a> {
    pub(super) fn of(list: &'a dyn List) -> Self {
        Self(ListPlace::Object(list))
    }

    pub(super) fn at(tape: &'a dyn Tape, at: usize) -> Self {
        Self(ListPlace::Tape(tape, at))
    }

    /// Calls `visit` with every element, in order.
    pub fn for_each(self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        match self.0 {
            ListPlace::Object(list) => list.for_each(visit),
            ListPlace::Tape(tape, at) => tape.for_each_element(at, visit),
        }
    }
}

impl<'a> MapRef<'a> {
    pub(super) fn of(map: &'a dyn Event) -> Self {
        Self(MapPlace::Object(map))
    }

    pub(super) fn at(tape: &'a dyn Tape, at: usize) -> Self {
        Self(MapPlace::Tape(tape, at))
    }

    /// The value under exactly this name, as [`Event::field`].
    #[must_use]
    pub fn field(self, name: &str) -> Option<FieldValue<'a>> {
        match self.0 {
            MapPlace::Object(map) => map.field(name),
            MapPlace::Tape(tape, at) => tape.entry(at, name),
        }
    }

    /// Calls `visit` with every entry, as [`Event::for_each_field`].
    pub fn for_each_field(self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        match self.0 {
            MapPlace::Object(map) => map.for_each_field(visit),
            MapPlace::Tape(tape, at) => tape.for_each_entry(at, visit),
        }
    }
}

impl fmt::Debug for ListRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_list();
        self.for_each(&mut |value| {
            out.entry(&value);
        });
        out.finish()
    }
}

impl fmt::Debug for MapRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_map();
        self.for_each_field(&mut |name, value| {
            out.entry(&name, &value);
        });
        out.finish()
    }
}
