//! The key of a group: the texts of its `group-by` fields in one run of bytes, and a hash that is the same everywhere.

/// Appends one text of a tuple of `parts`. A tuple of one is its text; in longer ones each is led by its length, so that
/// different tuples are different bytes.
pub(super) fn append(key: &mut Vec<u8>, parts: usize, text: &str) {
    if parts > 1 {
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        key.extend_from_slice(&length.to_le_bytes());
    }
    key.extend_from_slice(text.as_bytes());
}

/// The texts of a tuple of `parts`.
pub(super) fn texts(key: &[u8], parts: usize) -> impl Iterator<Item = &str> {
    let mut rest = key;
    (0..parts).map(move |_| {
        let text = if parts > 1 { split(&mut rest) } else { rest };
        std::str::from_utf8(text).unwrap_or_default()
    })
}

fn split<'k>(rest: &mut &'k [u8]) -> &'k [u8] {
    let split = rest.split_first_chunk().and_then(|(length, after)| {
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        after.split_at_checked(length)
    });
    let (text, after) = split.unwrap_or_default();
    *rest = after;
    text
}

/// A hash that does not depend on the machine, the process or the version of anything: what is routed by it must arrive
/// at the same place after an update (FNV-1a, with the mixing of SplitMix64 behind it for the low bits).
#[derive(Clone, Copy, Debug)]
pub(super) struct StableHash(u64);

impl StableHash {
    pub(super) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// One piece, ended so that two pieces are not the same as one of both.
    pub(super) fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step(*byte);
        }
        for byte in (bytes.len() as u64).to_le_bytes() {
            self.step(byte);
        }
    }

    fn step(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    pub(super) fn finish(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ hash >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        hash = (hash ^ hash >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        hash ^ hash >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_read_back() {
        for tuple in [
            &["a"][..],
            &["", "ab"],
            &["a", "b"],
            &["ab", ""],
            &["x\0", "ä", "z"],
        ] {
            let mut key = Vec::new();
            for text in tuple {
                append(&mut key, tuple.len(), text);
            }
            let read: Vec<&str> = texts(&key, tuple.len()).collect();
            assert_eq!(read, tuple);
        }
        assert_eq!(texts(b"", 0).count(), 0);
    }

    #[test]
    fn the_hash_stays_as_it_is() {
        let mut hash = StableHash::new();
        hash.write(b"alice");
        assert_eq!(hash.finish(), 0xc449_2e27_25ea_c379);
    }
}
