//! Answers for values seen before.
//!
//! Real logs repeat themselves: nine of ten values have been seen before. For a value of a field the ids of the
//! patterns that occur in it are remembered, in rings of fixed size that overwrite their oldest content. Values are
//! compared in full, never by hash alone, so results do not depend on what is remembered (S-564).

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

use crate::engine::ring::Ring;
use crate::util::words::{TOLD_BY_WORDS, words};

/// Remembered answers.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    entries: Vec<Entry>,
    bytes: Ring<u8, VALUE_BYTES>,
    hits: Ring<u32, HITS>,
    met: Met,
    /// By step in the order of names, the answer that was given there last: values repeat there most.
    last: Vec<Entry>,
    hasher: FixedState,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    words: [u64; 2],
    hash: u32,
    /// The place (field) the value stood at, plus one; 0 marks an entry without content.
    place: u32,
    bytes_start: u32,
    hits_start: u32,
    bytes_length: u16,
    hits_length: u16,
    kind: Kind,
}

/// A value that is looked up: answers depend on its text alone, and that on these bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'v> {
    pub(crate) kind: Kind,
    pub(crate) bytes: &'v [u8],
}

/// What the bytes of a value mean. Values of different kinds are never the same here, though their texts may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Text,
    /// Eight bytes of an integer, which so needs no text.
    Signed,
    Unsigned,
    /// The eight bytes of a float.
    Float,
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
/// Last answers; a power of two.
const LAST: usize = 1 << 10;
/// Bytes of values; a power of two.
const VALUE_BYTES: usize = 256 << 10;
/// Ids; a power of two.
const HITS: usize = 1 << 14;
/// Bits of the note of values met once; a power of two.
const MET_BITS: usize = 1 << 16;

/// Of long values only this many bytes at both ends are hashed, with the length: most of them never come again, and
/// those that do are compared in full anyway.
const HASHED_END: usize = 64;

/// Longer values are not looked up.
const LONGEST_VALUE: usize = 4096;

impl Ticket {
    /// Whether [`Memo::remember`] would keep an answer: the value came before.
    pub(crate) fn is_worth_remembering(self) -> bool {
        self.again
    }
}

impl Memo {
    /// Forgets everything: ids belong to one rule set.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Looks up a value at a place. `step`, if there is one, tells where in an event it stands.
    #[inline]
    pub(crate) fn find(&mut self, step: Option<u32>, place: u32, value: Subject<'_>) -> Found<'_> {
        let words = words(value.bytes);
        let last = step.and_then(|step| self.last.get(last_slot(step)));
        let entry = match last.filter(|last| self.is_for(last, place, value, words)) {
            Some(last) => *last,
            None => match self.find_by_hash(step, place, value, words) {
                Ok(entry) => entry,
                Err(ticket) => return Found::Nothing(ticket),
            },
        };
        let hits = self.hits.get(entry.hits_start, entry.hits_length);
        Found::Answer(hits.unwrap_or_default())
    }

    /// The entry of a value that is not the last one at its step.
    #[inline(never)]
    fn find_by_hash(
        &mut self,
        step: Option<u32>,
        place: u32,
        value: Subject<'_>,
        words: [u64; 2],
    ) -> Result<Entry, Ticket> {
        if value.bytes.len() > LONGEST_VALUE {
            return Err(Ticket {
                hash: 0,
                place,
                again: false,
            });
        }
        if self.entries.is_empty() {
            self.allocate();
        }
        let hash = self.hash(place, value, words);
        let entry = self.entries.get(slot(hash)).copied().unwrap_or_default();
        if entry.hash == check(hash) && self.is_for(&entry, place, value, words) {
            note_last(&mut self.last, step, entry);
            return Ok(entry);
        }
        let again = self.met.meet(hash);
        Err(Ticket { hash, place, again })
    }

    /// Whether an entry is that of a value, and nothing of it has been written over.
    #[inline]
    fn is_for(&self, entry: &Entry, place: u32, value: Subject<'_>, words: [u64; 2]) -> bool {
        entry.place == place.wrapping_add(1)
            && usize::from(entry.bytes_length) == value.bytes.len()
            && entry.words == words
            && entry.kind == value.kind
            && (value.bytes.len() <= TOLD_BY_WORDS
                || self.bytes.get(entry.bytes_start, entry.bytes_length) == Some(value.bytes))
            && self.hits.get(entry.hits_start, entry.hits_length).is_some()
    }

    /// Remembers the ids for the value that the ticket was given for, if it is worth it.
    pub(crate) fn remember(&mut self, ticket: Ticket, value: Subject<'_>, hits: &[u32]) {
        let lengths = (u16::try_from(value.bytes.len()), u16::try_from(hits.len()));
        let (true, (Ok(bytes_length), Ok(hits_length))) = (ticket.again, lengths) else {
            return;
        };
        if self.bytes.is_worn() || self.hits.is_worn() {
            self.forget();
        }
        let (Some(bytes_start), Some(hits_start)) =
            (self.bytes.write(value.bytes), self.hits.write(hits))
        else {
            return;
        };
        if let Some(entry) = self.entries.get_mut(slot(ticket.hash)) {
            *entry = Entry {
                words: words(value.bytes),
                hash: check(ticket.hash),
                place: ticket.place.wrapping_add(1),
                bytes_start,
                hits_start,
                bytes_length,
                hits_length,
                kind: value.kind,
            };
        }
    }

    fn allocate(&mut self) {
        self.entries = vec![Entry::default(); ENTRIES];
        self.last = vec![Entry::default(); LAST];
        self.met.bits = vec![0; MET_BITS / 64];
    }

    /// Forgets everything and keeps the memory.
    fn forget(&mut self) {
        self.entries.fill(Entry::default());
        self.last.fill(Entry::default());
        self.bytes.rewind();
        self.hits.rewind();
    }

    fn hash(&self, place: u32, value: Subject<'_>, [first, last]: [u64; 2]) -> u64 {
        let end = u64::from(place) << 32 | value.bytes.len() as u64;
        let mut hasher = self.hasher.build_hasher();
        let bytes = value.bytes;
        match (
            bytes.first_chunk::<HASHED_END>(),
            bytes.last_chunk::<HASHED_END>(),
        ) {
            (Some(start), Some(end)) if bytes.len() > 2 * HASHED_END => {
                hasher.write(start);
                hasher.write(end);
            }
            _ if bytes.len() > TOLD_BY_WORDS => hasher.write(bytes),
            _ => {
                hasher.write_u64(first);
                hasher.write_u64(last);
            }
        }
        hasher.write_u64(end);
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

fn note_last(last: &mut [Entry], step: Option<u32>, entry: Entry) {
    if let Some(last) = step.and_then(|step| last.get_mut(last_slot(step))) {
        *last = entry;
    }
}

fn last_slot(step: u32) -> usize {
    step as usize % LAST
}

fn slot(hash: u64) -> usize {
    hash as usize % ENTRIES
}

/// The part of a hash that does not choose the slot.
fn check(hash: u64) -> u32 {
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::{Found, Kind, Memo, Subject};

    fn of(text: &str) -> Subject<'_> {
        Subject {
            kind: Kind::Text,
            bytes: text.as_bytes(),
        }
    }

    fn answer(memo: &mut Memo, place: u32, text: &str) -> Option<Vec<u32>> {
        match memo.find(None, place, of(text)) {
            Found::Answer(hits) => Some(hits.to_vec()),
            Found::Nothing(_) => None,
        }
    }

    fn learn(memo: &mut Memo, place: u32, text: &str, hits: &[u32]) {
        if let Found::Nothing(ticket) = memo.find(None, place, of(text)) {
            memo.remember(ticket, of(text), hits);
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
        let number = Subject {
            kind: Kind::Signed,
            bytes: b"value",
        };
        assert!(matches!(memo.find(None, 1, number), Found::Nothing(_)));
    }

    #[test]
    fn forgets_before_positions_run_out() {
        let mut memo = Memo::default();
        for _ in 0..2 {
            learn(&mut memo, 1, "value", &[7]);
        }
        memo.bytes.wear_out();
        for _ in 0..2 {
            learn(&mut memo, 1, "other", &[8]);
        }
        assert_eq!(answer(&mut memo, 1, "value"), None);
        assert_eq!(answer(&mut memo, 1, "other"), Some(vec![8]));
        assert!(!memo.bytes.is_worn());
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
