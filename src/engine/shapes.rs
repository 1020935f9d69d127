//! The names of events' fields, remembered in the order in which they came.
//!
//! Events of one kind have the same names in the same order. Instead of hashing each name, its place in a tree of
//! orders met before is followed: a step is one comparison of strings, nearly always the right one. Results never
//! depend on what is remembered.

use crate::engine::fields::{FieldKey, FieldTable};
use crate::event::{Event, FieldValue};
use crate::util::recycle::recycle;

/// A tree of name orders. Bounded: when it is full, further orders are looked up by hash.
#[derive(Debug, Default)]
pub(crate) struct Shapes {
    steps: Vec<Step>,
    names: Vec<u8>,
    /// The first of the names that an event may start with.
    first: Option<u32>,
    /// Memory for the names and values of an event, as plain words: references to values cannot be sent to other
    /// threads, and this can.
    spare: Vec<[u64; 6]>,
}

/// A name of an event with its value.
pub(crate) type Named<'e> = (&'e str, FieldValue<'e>);

/// One name after those before it.
#[derive(Clone, Copy, Debug)]
struct Step {
    name_start: u32,
    name_end: u32,
    key: Option<FieldKey>,
    /// The first of the names that may follow.
    next: u32,
    /// Another name that may stand here instead.
    other: u32,
}

/// Where in the tree an event is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// The step before; `None` at the start, or after leaving the tree.
    parent: Option<u32>,
    lost: bool,
}

/// Marks a link that leads nowhere.
const NONE: u32 = u32::MAX;

/// Steps that are remembered: at 20 bytes a step, a few hundred kilobytes with their names.
const MOST_STEPS: usize = 16_384;

/// Bytes of names that are remembered.
const MOST_NAME_BYTES: usize = 512 << 10;

/// Alternatives that are compared before a name is hashed instead.
const MOST_ALTERNATIVES: usize = 24;

impl Place {
    /// A number that the same name in the same order has each time; `None` outside of the tree.
    pub(crate) fn step(self) -> Option<u32> {
        self.parent.filter(|_| !self.lost)
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
            parent: None,
            lost: false,
        }
    }

    /// What a name means; moves to it.
    pub(crate) fn key(
        &mut self,
        place: &mut Place,
        name: &str,
        fields: &FieldTable,
    ) -> Option<FieldKey> {
        if place.lost {
            return fields.key(name);
        }
        let mut at = self.first(*place);
        let mut last = NONE;
        let mut compared = 0;
        while let Some(step) = self.steps.get(at as usize) {
            if self.is_named(step, name) {
                let key = step.key;
                self.bring_forward(*place, last, at);
                place.parent = Some(at);
                return key;
            }
            compared += 1;
            if compared == MOST_ALTERNATIVES {
                place.lost = true;
                return fields.key(name);
            }
            last = at;
            at = step.other;
        }
        let key = fields.key(name);
        self.remember(place, last, name, key);
        key
    }

    fn is_named(&self, step: &Step, name: &str) -> bool {
        let range = step.name_start as usize..step.name_end as usize;
        self.names
            .get(range)
            .is_some_and(|known| is_equal(known, name.as_bytes()))
    }

    fn first(&self, place: Place) -> u32 {
        match place.parent {
            None => self.first.unwrap_or(NONE),
            Some(parent) => self
                .steps
                .get(parent as usize)
                .map_or(NONE, |step| step.next),
        }
    }

    fn set_first(&mut self, place: Place, first: u32) {
        match place.parent {
            None => self.first = Some(first),
            Some(parent) => {
                if let Some(step) = self.steps.get_mut(parent as usize) {
                    step.next = first;
                }
            }
        }
    }

    /// Makes a step the first that is compared: events of one kind come in a row.
    fn bring_forward(&mut self, place: Place, before: u32, at: u32) {
        if before == NONE {
            return;
        }
        let first = self.first(place);
        let Some(step) = self.steps.get_mut(at as usize) else {
            return;
        };
        let following = std::mem::replace(&mut step.other, first);
        if let Some(before) = self.steps.get_mut(before as usize) {
            before.other = following;
        }
        self.set_first(place, at);
    }

    /// Adds a step after `last`, or as the first one after the place.
    fn remember(&mut self, place: &mut Place, last: u32, name: &str, key: Option<FieldKey>) {
        let (start, end) = (
            self.names.len(),
            self.names.len().saturating_add(name.len()),
        );
        if self.steps.len() >= MOST_STEPS || end > MOST_NAME_BYTES {
            place.lost = true;
            return;
        }
        let id = self.steps.len() as u32;
        self.names.extend_from_slice(name.as_bytes());
        self.steps.push(Step {
            name_start: start as u32,
            name_end: end as u32,
            key,
            next: NONE,
            other: NONE,
        });
        match self.steps.get_mut(last as usize) {
            Some(step) => step.other = id,
            None => self.set_first(*place, id),
        }
        place.parent = Some(id);
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

/// Equality of short texts: two overlapping words instead of a call. Names of fields have 4 to 16 bytes.
#[inline]
fn is_equal(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    match left.len() {
        8..=16 => {
            left.first_chunk::<8>() == right.first_chunk()
                && left.last_chunk::<8>() == right.last_chunk()
        }
        4..8 => {
            left.first_chunk::<4>() == right.first_chunk()
                && left.last_chunk::<4>() == right.last_chunk()
        }
        _ => left == right,
    }
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
        let names: Vec<String> = ["a", "b", "c", "c.d", ""]
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
                    fields.key(name),
                    "{name}"
                );
            }
        }
    }
}
