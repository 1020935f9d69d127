//! The names of events' fields, remembered in the order in which they came.
//!
//! Events of one kind have the same names in the same order. Instead of hashing each name, its place in a tree of
//! orders met before is followed: a step is one comparison of strings, nearly always the right one. Results never
//! depend on what is remembered.

use crate::engine::fields::{FieldKey, FieldTable};
use crate::event::{Event, FieldValue};
use crate::util::recycle::recycle;
use crate::util::words::{TOLD_BY_WORDS, words};

/// A tree of name orders. Bounded: when it is full, further orders are looked up by hash.
#[derive(Debug)]
pub(crate) struct Shapes {
    steps: Vec<Step>,
    /// The names that are too long for their words to tell them.
    long_names: Vec<u8>,
    /// The first of the names that an event may start with.
    first: u32,
    /// Memory for the names and values of an event, as plain words: references to values cannot be sent to other
    /// threads, and this can.
    spare: Vec<[u64; 6]>,
}

/// A name of an event with its value.
pub(crate) type Named<'e> = (&'e str, FieldValue<'e>);

/// One name after those before it.
#[derive(Clone, Copy, Debug)]
struct Step {
    words: [u64; 2],
    length: u32,
    /// Where in the long names this one stands, if it is one.
    long_start: u32,
    key: FieldKey,
    /// The first of the names that may follow.
    next: u32,
    /// Another name that may stand here instead.
    other: u32,
}

/// Where in the tree an event is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The step before; [`NONE`] at the start, or after leaving the tree.
    parent: u32,
    /// The first of the names that may follow it.
    next: u32,
    lost: bool,
}

/// Marks a link that leads nowhere.
const NONE: u32 = u32::MAX;

/// Steps that are remembered: at 48 bytes a step, less than a megabyte with their names.
const MOST_STEPS: usize = 16_384;

/// Bytes of names that are remembered.
const MOST_NAME_BYTES: usize = 512 << 10;

/// Alternatives that are compared before a name is hashed instead.
const MOST_ALTERNATIVES: usize = 24;

impl Place {
    /// A number that the same name in the same order has each time; `None` outside of the tree.
    #[inline]
    pub(crate) fn step(self) -> Option<u32> {
        (self.parent != NONE).then_some(self.parent)
    }

    fn lose(&mut self) {
        *self = Self {
            parent: NONE,
            next: NONE,
            lost: true,
        };
    }
}

impl Default for Shapes {
    fn default() -> Self {
        Self {
            steps: Vec::new(),
            long_names: Vec::new(),
            first: NONE,
            spare: Vec::new(),
        }
    }
}

impl Shapes {
    /// Forgets everything: keys belong to one rule set.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Collects the names and values of an event.
    pub(crate) fn names<'e, E: Event + ?Sized>(&mut self, event: &'e E) -> Vec<Named<'e>> {
        let mut named = recycle(std::mem::take(&mut self.spare));
        event.for_each_field(&mut |name, value| named.push((name, value)));
        touch(&named);
        named
    }

    /// Takes back the memory of [`names`](Self::names).
    pub(crate) fn keep(&mut self, named: Vec<Named<'_>>) {
        self.spare = recycle(named);
    }

    pub(crate) fn start(&self) -> Place {
        Place {
            parent: NONE,
            next: self.first,
            lost: false,
        }
    }

    /// What a name means; moves to it.
    #[inline]
    pub(crate) fn key(&mut self, place: &mut Place, name: &str, fields: &FieldTable) -> FieldKey {
        let words = words(name.as_bytes());
        match self.steps.get(place.next as usize) {
            Some(step) if self.is_named(step, name, words) => {
                place.parent = place.next;
                place.next = step.next;
                step.key
            }
            _ => self.key_of_another(place, name, words, fields),
        }
    }

    /// As [`key`](Self::key), for a name that is not the one which came last time.
    #[inline(never)]
    fn key_of_another(
        &mut self,
        place: &mut Place,
        name: &str,
        words: [u64; 2],
        fields: &FieldTable,
    ) -> FieldKey {
        if place.lost {
            return fields.key(name).unwrap_or_default();
        }
        let mut at = place.next;
        let mut last = NONE;
        let mut compared = 0;
        while let Some(&step) = self.steps.get(at as usize) {
            if self.is_named(&step, name, words) {
                self.bring_forward(*place, last, at);
                place.parent = at;
                place.next = step.next;
                return step.key;
            }
            compared += 1;
            if compared == MOST_ALTERNATIVES {
                place.lose();
                return fields.key(name).unwrap_or_default();
            }
            last = at;
            at = step.other;
        }
        let key = fields.key(name).unwrap_or_default();
        self.remember(place, last, name, key);
        key
    }

    #[inline]
    fn is_named(&self, step: &Step, name: &str, words: [u64; 2]) -> bool {
        step.length as usize == name.len()
            && step.words == words
            && (name.len() <= TOLD_BY_WORDS || self.long_name(step) == name.as_bytes())
    }

    fn long_name(&self, step: &Step) -> &[u8] {
        let start = step.long_start as usize;
        let range = start..start.saturating_add(step.length as usize);
        self.long_names.get(range).unwrap_or_default()
    }

    fn set_first(&mut self, place: Place, first: u32) {
        match self.steps.get_mut(place.parent as usize) {
            Some(parent) => parent.next = first,
            None => self.first = first,
        }
    }

    /// Makes a step the first that is compared: events of one kind come in a row.
    fn bring_forward(&mut self, place: Place, before: u32, at: u32) {
        if before == NONE {
            return;
        }
        let Some(step) = self.steps.get_mut(at as usize) else {
            return;
        };
        let following = std::mem::replace(&mut step.other, place.next);
        if let Some(before) = self.steps.get_mut(before as usize) {
            before.other = following;
        }
        self.set_first(place, at);
    }

    /// Adds a step after `last`, or as the first one after the place.
    fn remember(&mut self, place: &mut Place, last: u32, name: &str, key: FieldKey) {
        let start = self.long_names.len();
        let is_long = name.len() > TOLD_BY_WORDS;
        let end = start.saturating_add(if is_long { name.len() } else { 0 });
        if self.steps.len() >= MOST_STEPS || end > MOST_NAME_BYTES {
            place.lose();
            return;
        }
        let id = self.steps.len() as u32;
        if is_long {
            self.long_names.extend_from_slice(name.as_bytes());
        }
        self.steps.push(Step {
            words: words(name.as_bytes()),
            length: name.len() as u32,
            long_start: start as u32,
            key,
            next: NONE,
            other: NONE,
        });
        match self.steps.get_mut(last as usize) {
            Some(step) => step.other = id,
            None => self.set_first(*place, id),
        }
        place.parent = id;
        place.next = NONE;
    }
}

/// Reads a byte of every name and text. Where an event lies scattered over memory that is not in a cache, the waiting
/// for all of them is done at once, and not name by name.
fn touch(named: &[Named<'_>]) {
    let first = |text: &str| text.as_bytes().first().copied().unwrap_or(0);
    let sum = named.iter().fold(0, |sum, (name, value)| {
        let text = match value {
            FieldValue::Str(text) => first(text),
            _ => 0,
        };
        sum ^ first(name) ^ text
    });
    std::hint::black_box(sum);
}

#[cfg(test)]
mod tests {
    use super::Shapes;
    use crate::engine::fields::FieldTable;

    #[test]
    fn every_order_gives_the_keys_of_the_table() {
        let mut fields = FieldTable::default();
        for name in ["a", "b", "c.d"] {
            fields.intern(&name.into());
        }
        let mut shapes = Shapes::default();
        let names: Vec<String> = [
            "a",
            "b",
            "c",
            "c.d",
            "",
            "a name of more than 16 bytes",
            "a name of more THAN 16 bytes",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain((0..40).map(|n| n.to_string()))
        .collect();
        for round in 0..200 {
            let mut place = shapes.start();
            for step in 0..6 {
                let name = &names[(round * 7 + step * (round % 5 + 1)) % names.len()];
                assert_eq!(
                    shapes.key(&mut place, name, &fields),
                    fields.key(name).unwrap_or_default(),
                    "{name}"
                );
            }
        }
    }
}
