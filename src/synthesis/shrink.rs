//! An event made small: without the fields, values and outer characters that it does not need.

use crate::proof::{Witness, WitnessValue};

/// How many smaller events are tried. Each is put to the engine.
const TRIALS: usize = 400;

/// How many characters are taken off either end of a text. What stands for "anything" is one character.
const OUTER: usize = 2;

/// A small event for which `is_wanted` still holds.
pub(super) fn shrunk(event: Witness, is_wanted: &mut dyn FnMut(&Witness) -> bool) -> Witness {
    let mut shrinking = Shrinking {
        fields: event
            .fields()
            .map(|(name, values)| (name.to_owned(), values.to_vec()))
            .collect(),
        left: TRIALS,
        is_wanted,
    };
    shrinking.fields();
    shrinking.values();
    shrinking.texts();
    Witness::new(shrinking.fields)
}

type Fields = Vec<(String, Vec<WitnessValue>)>;

struct Shrinking<'w> {
    fields: Fields,
    left: usize,
    is_wanted: &'w mut dyn FnMut(&Witness) -> bool,
}

impl Shrinking<'_> {
    /// Keeps the change if the event is still wanted.
    fn keep(&mut self, change: impl FnOnce(&mut Fields)) -> bool {
        let Some(left) = self.left.checked_sub(1) else {
            return false;
        };
        self.left = left;
        let mut changed = self.fields.clone();
        change(&mut changed);
        let event = Witness::new(changed.clone());
        let kept = (self.is_wanted)(&event);
        if kept {
            self.fields = changed;
        }
        kept
    }

    fn fields(&mut self) {
        for index in (0..self.fields.len()).rev() {
            self.keep(|fields| drop(fields.remove(index)));
        }
    }

    fn values(&mut self) {
        for field in 0..self.fields.len() {
            let count = self.fields.get(field).map_or(0, |(_, values)| values.len());
            if count < 2 {
                continue;
            }
            for index in (0..count).rev() {
                self.keep(|fields| {
                    if let Some((_, values)) = fields.get_mut(field) {
                        values.remove(index);
                    }
                });
            }
        }
    }

    fn texts(&mut self) {
        for field in 0..self.fields.len() {
            let count = self.fields.get(field).map_or(0, |(_, values)| values.len());
            for index in 0..count {
                self.ends(field, index);
            }
        }
    }

    fn ends(&mut self, field: usize, index: usize) {
        let pop = |text: &mut String| {
            text.pop();
        };
        let behead = |text: &mut String| {
            let mut rest = text.chars();
            rest.next();
            *text = rest.as_str().to_owned();
        };
        for cut in [behead as fn(&mut String), pop] {
            let mut cut_once = || {
                self.keep(|fields| {
                    if let Some(WitnessValue::Text(text)) = fields
                        .get_mut(field)
                        .and_then(|(_, values)| values.get_mut(index))
                    {
                        cut(text);
                    }
                })
            };
            let _ = (0..OUTER).all(|_| cut_once());
        }
    }
}
