//! Where quotes, backslashes and control characters stand in a text.

/// One bit per byte of a text: set for quotes, backslashes and control characters, and beyond its end.
///
/// Made in one pass, ahead of all reading. To look for the end of each string by itself, in steps of 16
/// bytes, took twice as long for the whole parser: an event of 1.6 kB has some 200 marks, and each search
/// waits for the one before and ends in a branch that the processor cannot foresee. A list of all places took
/// longer to make than it saved.
#[derive(Clone, Debug, Default)]
pub(super) struct Marks {
    words: Vec<[u8; WORD]>,
}

/// Bytes whose marks are made at once.
const BLOCK: usize = 64;

/// Bytes of marks made at once, and read at once.
const WORD: usize = 8;

impl Marks {
    /// Marks another text.
    pub(super) fn set(&mut self, text: &[u8]) {
        let blocks = text.chunks_exact(BLOCK);
        // Zeros are control characters, so the end is marked too.
        let mut last = [0; BLOCK];
        last.iter_mut()
            .zip(blocks.remainder())
            .for_each(|(to, from)| *to = *from);
        self.words.clear();
        self.words
            .extend(blocks.filter_map(|block| block.first_chunk()).map(marks));
        // One more, so that a whole word can be read at each place of the text.
        self.words.extend([marks(&last), [u8::MAX; WORD]]);
    }

    /// The first mark at this place or after it; the end of the text, or a place beyond it, if there is none.
    #[inline]
    pub(super) fn next(&self, mut at: usize) -> usize {
        loop {
            let ahead = self.ahead(at);
            if ahead != 0 {
                return at + ahead.trailing_zeros() as usize;
            }
            at = (at / 8 + WORD) * 8;
        }
    }

    /// The marks from this place on: of 57 bytes at least.
    #[inline]
    fn ahead(&self, at: usize) -> u64 {
        let word = self
            .words
            .as_flattened()
            .get(at / 8..)
            .and_then(|bits| bits.first_chunk());
        word.map_or(u64::MAX, |word| u64::from_le_bytes(*word) >> (at % 8))
    }
}

/// The marks of a block.
///
/// Written so that the compiler uses vector instructions for the comparisons: without branches, and not
/// inlined into surroundings that it would not see through. A multiplication gathers eight marks.
#[inline(never)]
fn marks(block: &[u8; BLOCK]) -> [u8; WORD] {
    let mut marks = [0; BLOCK];
    for (mark, byte) in marks.iter_mut().zip(block) {
        *mark = is_marked(*byte);
    }
    let eights = marks
        .chunks_exact(8)
        .filter_map(|eight| eight.first_chunk());
    let gathered = eights.map(|eight| u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56);
    let word = gathered
        .enumerate()
        .fold(0, |word, (index, bits)| word | bits << (8 * index));
    word.to_le_bytes()
}

/// Moves the lowest bit of byte n to bit n of the highest byte.
const GATHER: u64 = 0x0102_0408_1020_4080;

#[inline]
fn is_marked(byte: u8) -> u8 {
    u8::from(byte == b'"') | u8::from(byte == b'\\') | u8::from(byte < b' ')
}
