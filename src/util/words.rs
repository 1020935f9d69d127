//! Short texts as two machine words, so that comparing them takes no call.

/// Texts up to this length are equal just when their lengths and their [`words`] are.
pub(crate) const TOLD_BY_WORDS: usize = 16;

/// The first and the last bytes of a text, which overlap in short ones.
#[inline]
pub(crate) fn words(bytes: &[u8]) -> [u64; 2] {
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => [u64::from_le_bytes(*first), u64::from_le_bytes(*last)],
        _ => short_words(bytes),
    }
}

#[inline]
fn short_words(bytes: &[u8]) -> [u64; 2] {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => [
            u32::from_le_bytes(*first).into(),
            u32::from_le_bytes(*last).into(),
        ],
        _ => [
            bytes
                .iter()
                .fold(0, |word, &byte| word << 8 | u64::from(byte)),
            0,
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::{TOLD_BY_WORDS, words};

    #[test]
    fn every_byte_of_a_short_text_counts() {
        for length in 0..=TOLD_BY_WORDS {
            let text = vec![b'a'; length];
            for changed in 0..length {
                let mut other = text.clone();
                other[changed] = b'b';
                assert_ne!(words(&text), words(&other), "byte {changed} of {length}");
            }
        }
    }
}
