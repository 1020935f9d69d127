//! Groups by their keys: a hash table of numbers over slots that hold the keys, each once.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Something for each key.
///
/// Slots stand in chunks, so that growing neither copies them nor keeps room for as many again. The hash is seeded per
/// process against keys made to collide; nothing is ever listed in its order, so no result depends on it.
#[derive(Debug)]
pub(super) struct Groups<W> {
    /// Slots, each with the hash of its key, so that the table grows without a look at a million keys.
    table: HashTable<(u32, u32)>,
    chunks: Vec<Vec<Option<Group<W>>>>,
    /// Slots that are empty.
    free: Vec<u32>,
    hasher: RandomState,
    /// Of all keys.
    key_bytes: usize,
}

#[derive(Debug)]
pub(super) struct Group<W> {
    pub(super) key: Key,
    pub(super) window: W,
}

/// The bytes of a key. Most are short, and then need no memory of their own, and no second look into it.
#[derive(Debug)]
pub(super) enum Key {
    Short { length: u8, bytes: [u8; SHORT] },
    Long(Box<[u8]>),
}

impl Key {
    fn new(key: &[u8]) -> Self {
        let mut bytes = [0; SHORT];
        match (bytes.get_mut(..key.len()), u8::try_from(key.len())) {
            (Some(place), Ok(length)) => {
                place.copy_from_slice(key);
                Self::Short { length, bytes }
            }
            _ => Self::Long(key.into()),
        }
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Short { length, bytes } => bytes.get(..usize::from(*length)).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }
}

impl<W> Default for Groups<W> {
    fn default() -> Self {
        Self {
            table: HashTable::new(),
            chunks: Vec::new(),
            free: Vec::new(),
            hasher: RandomState::default(),
            key_bytes: 0,
        }
    }
}

impl<W> Groups<W> {
    pub(super) fn len(&self) -> usize {
        self.table.len()
    }

    /// One more than the largest slot ever used.
    pub(super) fn slots(&self) -> u32 {
        let full = self.chunks.len().saturating_sub(1) * CHUNK;
        let slots = full + self.chunks.last().map_or(0, Vec::len);
        u32::try_from(slots).unwrap_or(u32::MAX)
    }

    pub(super) fn key_bytes(&self) -> usize {
        self.key_bytes
    }

    pub(super) fn get(&self, slot: u32) -> Option<&Group<W>> {
        group(&self.chunks, slot)
    }

    pub(super) fn window_mut(&mut self, slot: u32) -> Option<&mut W> {
        let chunk = self.chunks.get_mut(slot as usize / CHUNK)?;
        let group = chunk.get_mut(slot as usize % CHUNK)?.as_mut()?;
        Some(&mut group.window)
    }

    /// Slots that are used, each with its group.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Group<W>)> {
        let slots = self.chunks.iter().flatten().zip(0..);
        slots.filter_map(|(group, slot)| Some((slot, group.as_ref()?)))
    }

    pub(super) fn hash(&self, key: &[u8]) -> u32 {
        self.hasher.hash_one(key) as u32
    }

    /// The slot of a key with that hash.
    pub(super) fn find(&self, key: &[u8], hash: u32) -> Option<u32> {
        let is_same = |(slot, other): &(u32, u32)| {
            *other == hash && group(&self.chunks, *slot).is_some_and(|it| it.key.as_bytes() == key)
        };
        let found = self.table.find(spread(hash), is_same);
        found.map(|(slot, _)| *slot)
    }

    /// Adds a key that is not there.
    pub(super) fn insert(&mut self, key: &[u8], hash: u32, window: W) -> u32 {
        let group_of_key = Some(Group {
            key: Key::new(key),
            window,
        });
        let slot = match self.free.pop() {
            Some(slot) => {
                let chunk = self.chunks.get_mut(slot as usize / CHUNK);
                let place = chunk.and_then(|chunk| chunk.get_mut(slot as usize % CHUNK));
                if let Some(place) = place {
                    *place = group_of_key;
                }
                slot
            }
            None => {
                let slot = self.slots();
                self.append(group_of_key);
                slot
            }
        };
        self.table
            .insert_unique(spread(hash), (slot, hash), |(_, hash)| spread(*hash));
        self.key_bytes += key.len();
        slot
    }

    fn append(&mut self, group: Option<Group<W>>) {
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(group),
            _ => {
                // The first chunk grows with its content: most correlations have few groups.
                let room = if self.chunks.is_empty() { 4 } else { CHUNK };
                let mut chunk = Vec::with_capacity(room);
                chunk.push(group);
                self.chunks.push(chunk);
            }
        }
    }

    pub(super) fn remove(&mut self, slot: u32) -> Option<Group<W>> {
        let hash = self.hash(self.get(slot)?.key.as_bytes());
        if let Ok(entry) = self
            .table
            .find_entry(spread(hash), |(other, _)| *other == slot)
        {
            entry.remove();
        }
        let chunk = self.chunks.get_mut(slot as usize / CHUNK)?;
        let group = chunk.get_mut(slot as usize % CHUNK)?.take()?;
        self.free.push(slot);
        self.key_bytes -= group.key.as_bytes().len();
        if self.table.is_empty() {
            // After a flood of keys that has passed, its memory is given back.
            *self = Self::default();
        }
        Some(group)
    }
}

/// 32 bits in both ends of 64: the table takes places from the low end and tags from the high one.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

fn group<W>(chunks: &[Vec<Option<Group<W>>>], slot: u32) -> Option<&Group<W>> {
    let chunk = chunks.get(slot as usize / CHUNK)?;
    chunk.get(slot as usize % CHUNK)?.as_ref()
}

const CHUNK: usize = 1024;

/// As many as the room for a longer key's address and length leaves.
const SHORT: usize = 22;

#[cfg(test)]
mod tests {
    use super::Groups;

    #[test]
    fn equal_hashes_are_no_equal_keys() {
        let mut groups = Groups::default();
        let slot = groups.insert(b"one", 7, ());
        assert_eq!(groups.find(b"one", 7), Some(slot));
        assert_eq!(groups.find(b"two", 7), None);
    }

    #[test]
    fn bytes_are_those_of_the_keys_that_are_there() {
        let mut groups = Groups::default();
        let key = [b'k'; 30];
        let first = groups.insert(&key, groups.hash(&key), ());
        groups.insert(b"short", groups.hash(b"short"), ());
        assert_eq!(groups.key_bytes(), 35);
        groups.remove(first);
        assert_eq!(groups.key_bytes(), 5);
    }

    #[test]
    fn keys_are_found_until_they_are_removed() {
        let mut groups = Groups::default();
        let key = |number: u32| number.to_string().into_bytes();
        for number in 0..3_000 {
            let hash = groups.hash(&key(number));
            assert_eq!(groups.find(&key(number), hash), None);
            assert_eq!(groups.insert(&key(number), hash, number), number);
        }
        for number in (0..3_000).step_by(3) {
            assert!(groups.remove(number).is_some());
        }
        for number in 0..3_000 {
            let found = groups.find(&key(number), groups.hash(&key(number)));
            assert_eq!(found.is_some(), number % 3 != 0);
        }
        let hash = groups.hash(b"new");
        assert!(
            groups.insert(b"new", hash, 0) < 3_000,
            "slots are used again"
        );
        assert_eq!(groups.iter().count(), groups.len());
    }
}
