//! A map that is being written.

use crate::syntax::{Node, Value};

/// Collects entries, leaving out what is absent.
#[derive(Debug, Default)]
pub(super) struct MapWriter {
    entries: Vec<(Node, Node)>,
}

impl MapWriter {
    pub(super) fn put(&mut self, key: &str, value: Node) {
        self.entries.push((text(key), value));
    }

    pub(super) fn put_text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(key, text(value));
        }
    }

    pub(super) fn put_texts(&mut self, key: &str, values: &[String]) {
        if !values.is_empty() {
            self.put(key, list(values.iter().map(|value| text(value))));
        }
    }

    pub(super) fn finish(self) -> Node {
        Node::made(Value::Map(self.entries))
    }
}

pub(super) fn text(text: &str) -> Node {
    Node::made(Value::String(text.to_owned()))
}

pub(super) fn list(items: impl Iterator<Item = Node>) -> Node {
    Node::made(Value::List(items.collect()))
}
