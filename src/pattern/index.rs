//! From a hash to what has it, without a probe sequence.

/// Numbers by hash, built once.
///
/// Sorted by hash and cut into buckets by its upper bits, so that a look-up reads two neighbouring bucket starts and
/// mostly no entry at all. Equal hashes are all reported; whether they are equal values is for the caller to see.
#[derive(Debug)]
pub(super) struct HashIndex<T> {
    /// The upper bits of a hash that name its bucket are those above this.
    shift: u32,
    /// Where each bucket begins in `entries`; one more at the end.
    starts: Box<[u32]>,
    entries: Box<[Entry<T>]>,
}

#[derive(Debug)]
struct Entry<T> {
    hash: u32,
    value: T,
}

impl<T: Ord> HashIndex<T> {
    pub(super) fn new(mut pairs: Vec<(u32, T)>) -> Self {
        pairs.sort_unstable();
        let bits = (2 * pairs.len()).next_power_of_two().ilog2().clamp(1, 31);
        let shift = 32 - bits;
        let mut starts = vec![0; (1 << bits) + 1];
        for (hash, _) in &pairs {
            starts[(hash >> shift) as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let entries = pairs.into_iter().map(|(hash, value)| Entry { hash, value });
        Self {
            shift,
            starts: starts.into(),
            entries: entries.collect(),
        }
    }
}

impl<T> HashIndex<T> {
    #[inline]
    pub(super) fn get(&self, hash: u32) -> impl Iterator<Item = &T> {
        let bucket = (hash >> self.shift) as usize;
        let entries = match self.starts.get(bucket..bucket + 2) {
            Some(&[start, end]) => self.entries.get(start as usize..end as usize),
            _ => None,
        };
        let entries = entries.unwrap_or_default().iter();
        entries
            .filter(move |entry| entry.hash == hash)
            .map(|entry| &entry.value)
    }

    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.starts) + size_of_val(&*self.entries)
    }
}
