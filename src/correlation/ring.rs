//! The entries of one window, oldest first: what is added at the end and taken from the front.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

/// Something that happened, with what is computed from it and the embedder's mark.
#[derive(Clone, Debug)]
pub(super) struct Entry<P, T> {
    pub(super) time: i64,
    pub(super) payload: P,
    pub(super) mark: T,
}

/// Entries by time. Most groups have one or two, which need no memory of their own: with a million groups that is what
/// the memory goes into.
#[derive(Debug, Default)]
pub(super) enum Ring<P, T> {
    #[default]
    Empty,
    One(Entry<P, T>),
    /// In order of time.
    Two([Entry<P, T>; 2]),
    Many(Box<Many<P, T>>),
}

#[derive(Debug)]
pub(super) struct Many<P, T> {
    /// In order of time.
    ring: VecDeque<Entry<P, T>>,
    /// Those that came after a later one, for which the middle of the ring would have to move. Absent while input is in
    /// order.
    late: Option<Box<LateEntries<P, T>>>,
}

type LateEntries<P, T> = BinaryHeap<Reverse<Late<P, T>>>;

#[derive(Debug)]
struct Late<P, T>(Entry<P, T>);

impl<P, T> Ring<P, T> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(_) => 1,
            Self::Two(_) => 2,
            Self::Many(many) => many.len(),
        }
    }

    /// The time of the newest entry; `None` if there is none.
    pub(super) fn newest(&self) -> Option<i64> {
        match self {
            Self::Empty => None,
            Self::One(entry) => Some(entry.time),
            Self::Two([_, entry]) => Some(entry.time),
            Self::Many(many) => many.ring.back().map(|entry| entry.time),
        }
    }

    /// Adds an entry at its place.
    ///
    /// # Cost
    /// Constant, amortised; logarithmic for one that is not the newest.
    pub(super) fn push(&mut self, entry: Entry<P, T>) {
        *self = match std::mem::take(self) {
            Self::Empty => Self::One(entry),
            Self::One(other) if other.time <= entry.time => Self::Two([other, entry]),
            Self::One(other) => Self::Two([entry, other]),
            Self::Two([first, second]) => {
                let mut many = Box::new(Many::with(first, second));
                many.push(entry);
                Self::Many(many)
            }
            Self::Many(mut many) => {
                many.push(entry);
                Self::Many(many)
            }
        };
    }

    /// Takes the oldest entry if it is older than `start`. Every one is older than the largest number: see
    /// `Correlator::observe_at`.
    pub(super) fn pop_before(&mut self, start: i64) -> Option<Entry<P, T>> {
        match self {
            Self::Empty => return None,
            Self::One(entry) | Self::Two([entry, _]) if entry.time >= start => return None,
            Self::Many(many) if many.len() > 1 => return many.pop_before(start),
            _ => {}
        }
        self.pop_small(start)
    }

    fn pop_small(&mut self, start: i64) -> Option<Entry<P, T>> {
        let (popped, rest) = match std::mem::take(self) {
            Self::Empty => (None, Self::Empty),
            Self::One(entry) => (Some(entry), Self::Empty),
            Self::Two([first, second]) => (Some(first), Self::One(second)),
            Self::Many(mut many) => match many.pop_before(start) {
                // The last of many: its memory is given back.
                Some(entry) => (Some(entry), Self::Empty),
                None => (None, Self::Many(many)),
            },
        };
        *self = rest;
        popped
    }

    /// The newest entries, at most so many, in order of time. If many came late, those that are left out may be others.
    pub(super) fn newest_few(&self, most: usize) -> Vec<&Entry<P, T>> {
        let Self::Many(many) = self else {
            let mut few = self.sorted();
            few.drain(..few.len().saturating_sub(most));
            return few;
        };
        let late = many.late.iter().flat_map(|late| late.iter()).take(most);
        let late = late.map(|Reverse(Late(entry))| entry);
        let mut few: Vec<_> = many.ring.iter().rev().take(most).chain(late).collect();
        few.sort_by_key(|entry| entry.time);
        few.drain(..few.len().saturating_sub(most));
        few
    }

    /// The entries in no particular order.
    fn iter(&self) -> impl Iterator<Item = &Entry<P, T>> {
        let (small, many) = match self {
            Self::Empty => (&[][..], None),
            Self::One(entry) => (std::slice::from_ref(entry), None),
            Self::Two(entries) => (&entries[..], None),
            Self::Many(many) => (&[][..], Some(many)),
        };
        let many = many.into_iter().flat_map(|many| {
            let late = many.late.iter().flat_map(|late| late.iter());
            let late = late.map(|Reverse(Late(entry))| entry);
            many.ring.iter().chain(late)
        });
        small.iter().chain(many)
    }

    /// The entries in order of time.
    pub(super) fn sorted(&self) -> Vec<&Entry<P, T>> {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by_key(|entry| entry.time);
        entries
    }
}

impl<P, T> Many<P, T> {
    fn with(first: Entry<P, T>, second: Entry<P, T>) -> Self {
        let mut ring = VecDeque::with_capacity(3);
        ring.extend([first, second]);
        Self { ring, late: None }
    }

    fn len(&self) -> usize {
        self.ring.len() + self.late.as_ref().map_or(0, |late| late.len())
    }

    fn push(&mut self, entry: Entry<P, T>) {
        match self.ring.back() {
            Some(newest) if newest.time > entry.time => {
                let late = self.late.get_or_insert_default();
                late.push(Reverse(Late(entry)));
            }
            _ => {
                // By a half: with a million groups the room that doubling leaves is a third of all memory.
                if self.ring.len() == self.ring.capacity() {
                    self.ring.reserve_exact(self.ring.len() / 2 + 1);
                }
                self.ring.push_back(entry);
            }
        }
    }

    fn pop_before(&mut self, start: i64) -> Option<Entry<P, T>> {
        let ring = self.ring.front().map_or(i64::MAX, |entry| entry.time);
        let late = self.late.as_ref().and_then(|late| late.peek());
        let late = late.map_or(i64::MAX, |late| late.0.0.time);
        if ring.min(late) >= start {
            return None;
        }
        if late < ring {
            let entry = self.late.as_mut().and_then(|late| late.pop());
            return entry.map(|Reverse(Late(entry))| entry);
        }
        let entry = self.ring.pop_front();
        // What a burst needed is given back after it, a halving at a time.
        if self.ring.capacity() > 32 && self.ring.len() < self.ring.capacity() / 4 {
            self.ring.shrink_to(self.ring.capacity() / 2);
        }
        entry
    }
}

impl<P, T> PartialEq for Late<P, T> {
    fn eq(&self, other: &Self) -> bool {
        self.0.time == other.0.time
    }
}

impl<P, T> Eq for Late<P, T> {}

impl<P, T> PartialOrd for Late<P, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<P, T> Ord for Late<P, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.time.cmp(&other.0.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_leave_in_order_of_time() {
        // Every order of up to seven times, with repetitions.
        for seed in 0..4_000_usize {
            let mut ring = Ring::default();
            let times: Vec<i64> = (0..seed % 8)
                .map(|place| ((seed / 8 * 7919) >> place) as i64 % 5)
                .collect();
            for time in &times {
                ring.push(Entry {
                    time: *time,
                    payload: (),
                    mark: (),
                });
            }
            let mut sorted = times.clone();
            sorted.sort_unstable();
            assert_eq!(ring.len(), sorted.len());
            assert_eq!(ring.newest(), sorted.last().copied());
            let mut left = Vec::new();
            while let Some(entry) = ring.pop_before(3) {
                left.push(entry.time);
            }
            assert!(left.iter().all(|time| *time < 3));
            while let Some(entry) = ring.pop_before(i64::MAX) {
                left.push(entry.time);
            }
            assert_eq!(left, sorted, "{times:?}");
        }
    }

    #[test]
    fn one_entry_takes_no_memory_of_its_own() {
        assert!(size_of::<Ring<(), ()>>() <= 24);
    }
}
