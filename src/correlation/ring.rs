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
#[allow(
    clippy::box_collection,
    reason = "a ring is larger than two entries, and would make every group larger"
)]
pub(super) enum Ring<P, T> {
    #[default]
    Empty,
    One(Entry<P, T>),
    /// In order of time.
    Two([Entry<P, T>; 2]),
    /// In order of time.
    Many(Box<VecDeque<Entry<P, T>>>),
    Mixed(Box<Mixed<P, T>>),
}

/// Entries of which some came after later ones.
#[derive(Debug)]
pub(super) struct Mixed<P, T> {
    /// In order of time.
    ring: VecDeque<Entry<P, T>>,
    /// Those that came late, for which the middle of the ring would have to move.
    late: BinaryHeap<Reverse<Late<P, T>>>,
}

#[derive(Debug)]
pub(super) struct Late<P, T>(Entry<P, T>);

impl<P, T> Ring<P, T> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(_) => 1,
            Self::Two(_) => 2,
            Self::Many(ring) => ring.len(),
            Self::Mixed(mixed) => mixed.ring.len() + mixed.late.len(),
        }
    }

    /// The time of the newest entry; `None` if there is none.
    pub(super) fn newest(&self) -> Option<i64> {
        match self {
            Self::Empty => None,
            Self::One(entry) => Some(entry.time),
            Self::Two([_, entry]) => Some(entry.time),
            Self::Many(ring) => back(ring),
            Self::Mixed(mixed) => back(&mixed.ring),
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
                let mut ring = Box::new(VecDeque::with_capacity(3));
                ring.extend([first, second]);
                Self::Many(ring).with(entry)
            }
            many => many.with(entry),
        };
    }

    fn with(self, entry: Entry<P, T>) -> Self {
        match self {
            Self::Many(mut ring) if back(&ring) <= Some(entry.time) => {
                push_back(&mut ring, entry);
                Self::Many(ring)
            }
            Self::Many(ring) => {
                let late = BinaryHeap::from([Reverse(Late(entry))]);
                Self::Mixed(Box::new(Mixed { ring: *ring, late }))
            }
            Self::Mixed(mut mixed) => {
                if back(&mixed.ring) <= Some(entry.time) {
                    push_back(&mut mixed.ring, entry);
                } else {
                    mixed.late.push(Reverse(Late(entry)));
                }
                Self::Mixed(mixed)
            }
            mut few => {
                few.push(entry);
                few
            }
        }
    }

    /// Takes the oldest entry if it is older than `start`. Every one is older than the largest number: see
    /// `Correlator::observe_at`.
    pub(super) fn pop_before(&mut self, start: i64) -> Option<Entry<P, T>> {
        let first = match self {
            Self::Empty => return None,
            Self::One(entry) | Self::Two([entry, _]) => entry.time,
            Self::Many(ring) => front(ring),
            Self::Mixed(mixed) => front(&mixed.ring).min(mixed.first_late()),
        };
        if first >= start {
            return None;
        }
        if self.len() <= 2 {
            return self.pop_few();
        }
        match self {
            Self::Mixed(mixed) if mixed.first_late() == first => {
                mixed.late.pop().map(|Reverse(Late(entry))| entry)
            }
            Self::Many(ring) => pop_front(ring),
            Self::Mixed(mixed) => pop_front(&mut mixed.ring),
            _ => None,
        }
    }

    /// Takes the oldest of one or two entries; what is left needs no memory of its own any more.
    fn pop_few(&mut self) -> Option<Entry<P, T>> {
        let (first, second) = match std::mem::take(self) {
            Self::Empty => (None, None),
            Self::One(first) => (Some(first), None),
            Self::Two([first, second]) => (Some(first), Some(second)),
            Self::Many(mut ring) => (ring.pop_front(), ring.pop_front()),
            Self::Mixed(mixed) => {
                let late = mixed.late.into_iter().map(|Reverse(Late(entry))| entry);
                let mut few: Vec<_> = late.chain(mixed.ring).collect();
                few.sort_by_key(|entry| Reverse(entry.time));
                (few.pop(), few.pop())
            }
        };
        *self = second.map_or(Self::Empty, Self::One);
        first
    }

    /// The newest entries, at most so many, in order of time. If many came late, those that are left out may be others.
    pub(super) fn newest_few(&self, most: usize) -> Vec<&Entry<P, T>> {
        let (ring, late) = match self {
            Self::Many(ring) => (&**ring, None),
            Self::Mixed(mixed) => (&mixed.ring, Some(&mixed.late)),
            _ => {
                let mut few = self.sorted();
                few.drain(..few.len().saturating_sub(most));
                return few;
            }
        };
        let late = late.into_iter().flatten().take(most);
        let late = late.map(|Reverse(Late(entry))| entry);
        let mut few: Vec<_> = ring.iter().rev().take(most).chain(late).collect();
        // Equal times stay in the order in which they came.
        few.reverse();
        few.sort_by_key(|entry| entry.time);
        few.drain(..few.len().saturating_sub(most));
        few
    }

    /// The entries in no particular order.
    fn iter(&self) -> impl Iterator<Item = &Entry<P, T>> {
        let (few, ring, late) = match self {
            Self::Empty => (&[][..], None, None),
            Self::One(entry) => (std::slice::from_ref(entry), None, None),
            Self::Two(entries) => (&entries[..], None, None),
            Self::Many(ring) => (&[][..], Some(&**ring), None),
            Self::Mixed(mixed) => (&[][..], Some(&mixed.ring), Some(&mixed.late)),
        };
        let late = late.into_iter().flatten();
        let late = late.map(|Reverse(Late(entry))| entry);
        few.iter().chain(ring.into_iter().flatten()).chain(late)
    }

    /// The entries in order of time.
    pub(super) fn sorted(&self) -> Vec<&Entry<P, T>> {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by_key(|entry| entry.time);
        entries
    }
}

impl<P, T> Mixed<P, T> {
    fn first_late(&self) -> i64 {
        self.late.peek().map_or(i64::MAX, |late| late.0.0.time)
    }
}

fn front<P, T>(ring: &VecDeque<Entry<P, T>>) -> i64 {
    ring.front().map_or(i64::MAX, |entry| entry.time)
}

fn back<P, T>(ring: &VecDeque<Entry<P, T>>) -> Option<i64> {
    ring.back().map(|entry| entry.time)
}

fn push_back<P, T>(ring: &mut VecDeque<Entry<P, T>>, entry: Entry<P, T>) {
    // By a half: with a million groups, the room that doubling leaves is a third of all memory.
    if ring.len() == ring.capacity() {
        ring.reserve_exact(ring.len() / 2 + 1);
    }
    ring.push_back(entry);
}

fn pop_front<P, T>(ring: &mut VecDeque<Entry<P, T>>) -> Option<Entry<P, T>> {
    let entry = ring.pop_front();
    // What a burst needed is given back after it, a halving at a time.
    if ring.capacity() > 32 && ring.len() < ring.capacity() / 4 {
        ring.shrink_to(ring.capacity() / 2);
    }
    entry
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
