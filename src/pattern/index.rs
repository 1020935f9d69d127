//! From a hash to what has it, without a probe sequence.

/// Numbers by hash, built once.
///
/// Sorted by hash and cut into buckets by its upper bits. In front stands a sparse bit map of the hashes: most
/// look-ups find nothing, and end at a branch that is foreseen (half of the buckets have an entry, so a branch on
/// them is not). Equal hashes are all reported; whether they are equal values is for the caller to see.
#[derive(Debug)]
pub(super) struct HashIndex<T> {
    /// One bit for each upper part of a hash.
    known: Box<[u64]>,
    known_shift: u32,
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
    #[expect(
        clippy::indexing_slicing,
        reason = "a hash without its lower bits, in tables of so many entries as bits are left"
    )]
    pub(super) fn new(mut pairs: Vec<(u32, T)>) -> Self {
        pairs.sort_unstable();
        let bits = (2 * pairs.len()).next_power_of_two().ilog2().clamp(1, 26);
        let shift = 32 - bits;
        let known_bits = (bits + 3).max(6);
        let known_shift = 32 - known_bits;
        let mut known = vec![0; 1 << (known_bits - 6)];
        for (hash, _) in &pairs {
            let bit = hash >> known_shift;
            known[bit as usize / 64] |= 1 << (bit % 64);
        }
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
            known: known.into(),
            known_shift,
            shift,
            starts: starts.into(),
            entries: entries.collect(),
        }
    }
}

impl<T> HashIndex<T> {
    #[inline]
    pub(super) fn get(&self, hash: u32) -> impl Iterator<Item = &T> {
        let entries = if self.may_have(hash) {
            self.bucket(hash)
        } else {
            &[]
        }
        .iter();
        entries
            .filter(move |entry| entry.hash == hash)
            .map(|entry| &entry.value)
    }

    #[inline]
    fn may_have(&self, hash: u32) -> bool {
        let bit = hash >> self.known_shift;
        self.known
            .get(bit as usize / 64)
            .is_some_and(|word| word >> (bit % 64) & 1 != 0)
    }

    #[inline]
    fn bucket(&self, hash: u32) -> &[Entry<T>] {
        let bucket = (hash >> self.shift) as usize;
        match self.starts.get(bucket..bucket + 2) {
            Some(&[start, end]) => self
                .entries
                .get(start as usize..end as usize)
                .unwrap_or_default(),
            _ => &[],
        }
    }

    pub(super) fn heap_bytes(&self) -> usize {
        size_of_val(&*self.known) + size_of_val(&*self.starts) + size_of_val(&*self.entries)
    }
}
