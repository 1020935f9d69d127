//! Which entries of a map count: of equal names the last.

use std::cmp::Ordering;

use crate::event::json_line::node::{Node, Value};
use crate::event::json_line::text::{Span, Strings, mix};

/// Finds names that come again in their map.
///
/// Nearly no map has one, so a small filter comes first: one bit for each name. Only a map with a name whose
/// bit was set already, one in thirty with 24 names, is looked at exactly, by sorting its names, which no
/// choice of names can make slow. A table of the names of each map was slower, and so was following the order
/// of the names in earlier maps: too many maps have them in another order.
#[derive(Clone, Debug)]
pub(super) struct Names {
    seen: [u64; WORDS],
    sorted: Vec<Name>,
}

/// A name of the map at hand.
#[derive(Clone, Copy, Debug)]
struct Name {
    hash: u64,
    span: Span,
    node: u32,
}

/// Words of the filter: 8192 bits, which are cleared for each text.
const WORDS: usize = 128;

impl Names {
    pub(super) fn new() -> Self {
        Self {
            seen: [0; WORDS],
            sorted: Vec::new(),
        }
    }

    /// Forgets the names of the text before.
    pub(super) fn start(&mut self) {
        self.seen = [0; WORDS];
    }

    /// Notes a name in the map at node `map`; says whether it may have been there before. It is never wrong
    /// when it says no.
    #[inline]
    pub(super) fn note(&mut self, name: Span, map: u32, strings: Strings<'_>) -> bool {
        let hash = strings.hash(name).wrapping_add(mix(u64::from(map)));
        let bit = 1 << ((hash >> 51) % 64);
        self.seen.get_mut((hash >> 57) as usize).is_none_or(|word| {
            let before = *word;
            *word |= bit;
            before & bit != 0
        })
    }

    /// Marks the entries of the map at node `map`, the last of all, whose names come again.
    #[cold]
    pub(super) fn keep_last(&mut self, nodes: &mut [Node], map: usize, strings: Strings<'_>) {
        self.sorted.clear();
        let mut at = map + 1;
        while let Some(node) = nodes.get(at) {
            self.sorted.push(Name {
                hash: strings.hash(node.name),
                span: node.name,
                node: at as u32,
            });
            at = node.value.end(at);
        }
        let compare = |a: &Name, b: &Name| a.compare(b, strings);
        self.sorted
            .sort_unstable_by(|a, b| compare(a, b).then(a.node.cmp(&b.node)));
        for pair in self.sorted.windows(2) {
            if let [earlier, later] = pair {
                if compare(earlier, later) == Ordering::Equal {
                    overwrite(nodes, earlier.node as usize);
                }
            }
        }
    }
}

impl Name {
    /// By hash first, as most names differ there.
    fn compare(&self, other: &Self, strings: Strings<'_>) -> Ordering {
        let bytes = |name: &Self| strings.bytes(name.span);
        self.hash
            .cmp(&other.hash)
            .then_with(|| bytes(self).cmp(bytes(other)))
    }
}

fn overwrite(nodes: &mut [Node], at: usize) {
    if let Some(node) = nodes.get_mut(at) {
        node.value = Value::Overwritten {
            end: node.value.end(at) as u32,
        };
    }
}
