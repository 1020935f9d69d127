//! The nodes of an event: one per value, a list or map before what is in it.

use std::fmt;

use crate::event::json_line::JsonEvent;
use crate::event::json_line::text::Span;
use crate::event::{Event, FieldValue, Tape};

/// A value and, inside a map, its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) name: Span,
    pub(super) value: Value,
}

/// `end` is the node behind the last one inside.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    I64(i64),
    U64(u64),
    F64(f64),
    Str(Span),
    List {
        end: u32,
    },
    Map {
        end: u32,
    },
    /// An entry of a map whose name came again, with all that is in it.
    Overwritten {
        end: u32,
    },
}

impl Value {
    /// The node behind this value, which stands at `at`.
    #[inline]
    pub(super) fn end(self, at: usize) -> usize {
        match self {
            Self::List { end } | Self::Map { end } | Self::Overwritten { end } => end as usize,
            _ => at + 1,
        }
    }
}

impl<'a> JsonEvent<'a> {
    /// The whole value: a map for most events, but a text may be a list or a scalar too.
    #[must_use]
    pub fn root(&self) -> FieldValue<'_> {
        self.nodes
            .first()
            .map_or(FieldValue::Null, |node| self.value(0, *node))
    }

    /// A node's value.
    #[inline]
    fn value(&self, at: usize, node: Node) -> FieldValue<'_> {
        match node.value {
            Value::Null | Value::Overwritten { .. } => FieldValue::Null,
            Value::Bool(value) => FieldValue::Bool(value),
            Value::I64(value) => FieldValue::I64(value),
            Value::U64(value) => FieldValue::U64(value),
            Value::F64(value) => FieldValue::F64(value),
            Value::Str(text) => FieldValue::Str(self.texts.get(text)),
            Value::List { .. } => FieldValue::ListAt(self, at),
            Value::Map { .. } => FieldValue::MapAt(self, at),
        }
    }

    /// The nodes directly inside the list at this position, if there is one.
    fn elements(&self, at: usize) -> Inside<'a> {
        match self.nodes.get(at).map(|node| node.value) {
            Some(Value::List { end }) => self.inside(at, end),
            _ => Inside::default(),
        }
    }

    /// The nodes directly inside the map at this position, if there is one.
    fn entries(&self, at: usize) -> Inside<'a> {
        match self.nodes.get(at).map(|node| node.value) {
            Some(Value::Map { end }) => self.inside(at, end),
            _ => Inside::default(),
        }
    }

    fn inside(&self, at: usize, end: u32) -> Inside<'a> {
        Inside {
            nodes: self.nodes.get(..end as usize).unwrap_or_default(),
            at: at + 1,
        }
    }
}

/// Goes from one node to the next on the same level, past overwritten ones.
#[derive(Default)]
struct Inside<'a> {
    nodes: &'a [Node],
    at: usize,
}

impl Iterator for Inside<'_> {
    type Item = (usize, Node);

    #[inline]
    fn next(&mut self) -> Option<(usize, Node)> {
        loop {
            let at = self.at;
            let node = *self.nodes.get(at)?;
            self.at = node.value.end(at);
            if !matches!(node.value, Value::Overwritten { .. }) {
                return Some((at, node));
            }
        }
    }
}

/// Positions are those of nodes.
impl Tape for JsonEvent<'_> {
    fn for_each_element<'a>(&'a self, list: usize, visit: &mut dyn FnMut(FieldValue<'a>)) {
        for (at, node) in self.elements(list) {
            visit(self.value(at, node));
        }
    }

    /// Looks at one name after the other: to sort or hash them would cost more than the few look-ups of most
    /// events.
    fn entry<'a>(&'a self, map: usize, name: &str) -> Option<FieldValue<'a>> {
        let mut entries = self.entries(map);
        let (at, node) = entries.find(|(_, node)| self.texts.get(node.name) == name)?;
        Some(self.value(at, node))
    }

    fn for_each_entry<'a>(&'a self, map: usize, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        for (at, node) in self.entries(map) {
            visit(self.texts.get(node.name), self.value(at, node));
        }
    }
}

/// A text whose value is no map has no fields; only keywords see it (S-110).
impl Event for JsonEvent<'_> {
    fn field(&self, name: &str) -> Option<FieldValue<'_>> {
        self.entry(0, name)
    }

    fn for_each_field<'a>(&'a self, visit: &mut dyn FnMut(&'a str, FieldValue<'a>)) {
        self.for_each_entry(0, visit);
    }

    fn for_each_unnamed<'a>(&'a self, visit: &mut dyn FnMut(FieldValue<'a>)) {
        let root = self.root();
        if root.as_map().is_none() {
            visit(root);
        }
    }
}

impl fmt::Debug for JsonEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root().fmt(f)
    }
}
