//! Answers for values seen before.
//!
//! Real logs repeat themselves: nine of ten values have been seen before. For a value of a field the ids of the
//! patterns that occur in it are remembered, in rings of fixed size that overwrite their oldest content. Values are
//! compared in full, never by hash alone, so results do not depend on what is remembered (S-564).

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// Remembered answers.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    entries: Vec<Entry>,
    texts: Ring<u8>,
    hits: Ring<u32>,
    met: Met,
    /// By step in the order of names, the answer that was given there last: values repeat there most.
    last: Vec<Entry>,
    hasher: FixedState,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    hash: u64,
    text_start: u64,
    hits_start: u64,
    text_length: u32,
    hits_length: u32,
    /// The place (field) the value stood at, plus one; 0 marks an entry without content.
    place: u32,
}

/// A vector of fixed length that is written round and round. Positions only grow, so that one tells whether what was
/// written there is still there.
#[derive(Debug, Default)]
struct Ring<T> {
    content: Vec<T>,
    /// The next position to be written.
    head: u64,
}

/// One bit for each value that was met once. Only what comes again is remembered: most long values never do.
#[derive(Debug, Default)]
struct Met {
    bits: Vec<u64>,
    count: usize,
}

/// What looking up a value found.
#[derive(Debug)]
pub(crate) enum Found<'m> {
    /// The ids that were remembered.
    Answer(&'m [u32]),
    /// Nothing; the ticket tells where to remember.
    Nothing(Ticket),
}

/// Where the answer for a value goes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    hash: u64,
    place: u32,
    /// Whether the value came before, so that it is worth remembering.
    again: bool,
}

/// Entries; a power of two.
const ENTRIES: usize = 1 << 12;
/// Bytes of values.
const TEXT_BYTES: usize = 256 << 10;
/// Ids.
const HITS: usize = 1 << 14;
/// Bits of the note of values met once; a power of two.
const MET_BITS: usize = 1 << 16;

/// Of long values only this many bytes at both ends are hashed, with the length: most of them never come again, and
/// those that do are compared in full anyway.
const HASHED_END: usize = 64;

/// Longer values are not looked up.
const LONGEST_TEXT: usize = 4096;

impl Memo {
    /// Forgets everything: ids belong to one rule set.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Looks up a value at a place. `step`, if there is one, tells where in an event it stands.
    pub(crate) fn find(&mut self, step: Option<u32>, place: u32, text: &str) -> Found<'_> {
        if text.len() > LONGEST_TEXT {
            return Found::Nothing(Ticket {
                hash: 0,
                place,
                again: false,
            });
        }
        if self.entries.is_empty() {
            self.allocate();
        }
        let last = step
            .and_then(|step| self.last.get(step as usize))
            .copied()
            .unwrap_or_default();
        if self.is_for(&last, place, text) {
            if let Some(hits) = self.hits.get(last.hits_start, last.hits_length) {
                return Found::Answer(hits);
            }
        }
        let hash = self.hash(place, text);
        let entry = self.entries.get(slot(hash)).copied().unwrap_or_default();
        if entry.hash == hash && self.is_for(&entry, place, text) {
            if let Some(hits) = self.hits.get(entry.hits_start, entry.hits_length) {
                note_last(&mut self.last, step, entry);
                return Found::Answer(hits);
            }
        }
        let again = self.met.meet(hash);
        Found::Nothing(Ticket { hash, place, again })
    }

    fn is_for(&self, entry: &Entry, place: u32, text: &str) -> bool {
        entry.place == place.wrapping_add(1)
            && entry.text_length as usize == text.len()
            && self.texts.get(entry.text_start, entry.text_length) == Some(text.as_bytes())
    }

    /// Remembers the ids for the value that the ticket was given for, if it is worth it.
    pub(crate) fn remember(&mut self, ticket: Ticket, text: &str, hits: &[u32]) {
        if !ticket.again {
            return;
        }
        let (Some(text_start), Some(hits_start)) =
            (self.texts.write(text.as_bytes()), self.hits.write(hits))
        else {
            return;
        };
        if let Some(entry) = self.entries.get_mut(slot(ticket.hash)) {
            *entry = Entry {
                hash: ticket.hash,
                text_start,
                hits_start,
                text_length: text.len() as u32,
                hits_length: hits.len() as u32,
                place: ticket.place.wrapping_add(1),
            };
        }
    }

    fn allocate(&mut self) {
        self.entries = vec![Entry::default(); ENTRIES];
        self.texts.content = vec![0; TEXT_BYTES];
        self.hits.content = vec![0; HITS];
        self.met.bits = vec![0; MET_BITS / 64];
    }

    fn hash(&self, place: u32, text: &str) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        let bytes = text.as_bytes();
        match (
            bytes.first_chunk::<HASHED_END>(),
            bytes.last_chunk::<HASHED_END>(),
        ) {
            (Some(start), Some(end)) if bytes.len() > 2 * HASHED_END => {
                hasher.write(start);
                hasher.write(end);
            }
            _ => hasher.write(bytes),
        }
        hasher.write_u64(u64::from(place) << 32 | bytes.len() as u64);
        hasher.finish()
    }
}

impl Met {
    /// Whether a value was met before, and notes that it was met now.
    fn meet(&mut self, hash: u64) -> bool {
        let bit = (hash >> 32) as usize % MET_BITS;
        if self.count > MET_BITS / 4 {
            self.bits.fill(0);
            self.count = 0;
        }
        let Some(word) = self.bits.get_mut(bit / 64) else {
            return false;
        };
        let met = *word >> (bit % 64) & 1 == 1;
        *word |= 1 << (bit % 64);
        self.count += usize::from(!met);
        met
    }
}

fn note_last(last: &mut Vec<Entry>, step: Option<u32>, entry: Entry) {
    let Some(step) = step.map(|step| step as usize) else {
        return;
    };
    if step >= last.len() {
        last.resize(step + 1, Entry::default());
    }
    if let Some(last) = last.get_mut(step) {
        *last = entry;
    }
}

fn slot(hash: u64) -> usize {
    hash as usize % ENTRIES
}

impl<T: Copy> Ring<T> {
    /// Writes elements in one piece and returns the position of the first; `None` if they do not fit at all.
    fn write(&mut self, elements: &[T]) -> Option<u64> {
        let size = self.content.len();
        if elements.len() > size {
            return None;
        }
        let mut at = (self.head % size.max(1) as u64) as usize;
        if at + elements.len() > size {
            self.head += (size - at) as u64;
            at = 0;
        }
        let start = self.head;
        self.content
            .get_mut(at..at + elements.len())?
            .copy_from_slice(elements);
        self.head += elements.len() as u64;
        Some(start)
    }

    /// The elements written at a position; `None` if they have been written over.
    fn get(&self, start: u64, length: u32) -> Option<&[T]> {
        let size = self.content.len() as u64;
        if size == 0 || self.head.saturating_sub(start) > size {
            return None;
        }
        let at = (start % size) as usize;
        self.content.get(at..at + length as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Memo};

    fn answer(memo: &mut Memo, place: u32, text: &str) -> Option<Vec<u32>> {
        match memo.find(None, place, text) {
            Found::Answer(hits) => Some(hits.to_vec()),
            Found::Nothing(_) => None,
        }
    }

    fn learn(memo: &mut Memo, place: u32, text: &str, hits: &[u32]) {
        if let Found::Nothing(ticket) = memo.find(None, place, text) {
            memo.remember(ticket, text, hits);
        }
    }

    #[test]
    fn remembers_what_comes_again() {
        let mut memo = Memo::default();
        learn(&mut memo, 1, "value", &[7, 8]);
        assert_eq!(answer(&mut memo, 1, "value"), None);
        learn(&mut memo, 1, "value", &[7, 8]);
        assert_eq!(answer(&mut memo, 1, "value"), Some(vec![7, 8]));
        assert_eq!(answer(&mut memo, 2, "value"), None);
        assert_eq!(answer(&mut memo, 1, "valuf"), None);
    }

    #[test]
    fn never_gives_another_values_answer() {
        let mut memo = Memo::default();
        for round in 0_u32..3 {
            for number in 0_u32..60_000 {
                let text = format!("{number}:{}", "x".repeat(number as usize % 90));
                if let Some(hits) = answer(&mut memo, 0, &text) {
                    assert_eq!(hits, vec![number; number as usize % 5], "round {round}");
                }
                learn(&mut memo, 0, &text, &vec![number; number as usize % 5]);
            }
        }
    }
}
