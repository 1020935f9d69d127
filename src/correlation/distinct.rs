//! The values of every group of a `value_count`, each once with how often it stands in the window.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// One table for all groups: a table for each would cost more than the values of a small group.
#[derive(Debug, Default)]
pub(super) struct Values {
    table: HashTable<u32>,
    values: Vec<Counted>,
    free: Vec<u32>,
    hasher: RandomState,
    bytes: usize,
}

#[derive(Debug)]
struct Counted {
    group: u32,
    count: u32,
    text: Box<[u8]>,
}

impl Values {
    /// Counts a value of a group once more. Returns its number, and whether it is new.
    pub(super) fn add(&mut self, group: u32, text: &[u8]) -> (u32, bool) {
        let hash = self.hasher.hash_one((group, text));
        let values = &mut self.values;
        let found = self.table.find(hash, |number| {
            let value = values.get(*number as usize);
            value.is_some_and(|value| value.group == group && *value.text == *text)
        });
        if let Some(number) = found.copied() {
            if let Some(value) = values.get_mut(number as usize) {
                value.count = value.count.saturating_add(1);
            }
            return (number, false);
        }
        (self.insert(group, text, hash), true)
    }

    fn insert(&mut self, group: u32, text: &[u8], hash: u64) -> u32 {
        let counted = Counted {
            group,
            count: 1,
            text: text.into(),
        };
        self.bytes += text.len();
        let number = match self.free.pop() {
            Some(number) => {
                if let Some(place) = self.values.get_mut(number as usize) {
                    *place = counted;
                }
                number
            }
            None => {
                let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
                self.values.push(counted);
                number
            }
        };
        let (values, hasher) = (&self.values, &self.hasher);
        self.table.insert_unique(hash, number, |number| {
            let value = values.get(*number as usize);
            value.map_or(0, |value| hasher.hash_one((value.group, &*value.text)))
        });
        number
    }

    /// Counts a value once less. Returns whether it is gone.
    pub(super) fn remove(&mut self, number: u32) -> bool {
        let Some(value) = self.values.get_mut(number as usize) else {
            return false;
        };
        value.count = value.count.saturating_sub(1);
        if value.count > 0 {
            return false;
        }
        let text = std::mem::take(&mut value.text);
        let hash = self.hasher.hash_one((value.group, &*text));
        if let Ok(entry) = self.table.find_entry(hash, |other| *other == number) {
            entry.remove();
        }
        self.bytes -= text.len();
        self.free.push(number);
        if self.table.is_empty() {
            *self = Self::default();
        }
        true
    }

    pub(super) fn text(&self, number: u32) -> &[u8] {
        self.values
            .get(number as usize)
            .map_or(&[], |value| &value.text)
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Values;

    #[test]
    fn bytes_are_those_of_the_values_that_are_there() {
        let mut values = Values::default();
        let (first, _) = values.add(0, b"four");
        values.add(0, b"four");
        values.add(1, b"seventh");
        assert_eq!(values.bytes(), 11);
        values.remove(first);
        assert_eq!(values.bytes(), 11);
        values.remove(first);
        assert_eq!(values.bytes(), 7);
    }

    #[test]
    fn groups_do_not_share_values() {
        let mut values = Values::default();
        let (first, is_new) = values.add(0, b"a");
        assert!(is_new);
        assert_eq!(values.add(0, b"a"), (first, false));
        assert!(values.add(1, b"a").1);
        assert!(!values.remove(first));
        assert!(values.remove(first));
        assert!(values.add(0, b"a").1);
    }
}
