//! A row of numbers, read as decisions.

/// Yields decisions until the numbers are used up, then always the first, simplest alternative.
#[derive(Debug)]
pub(crate) struct Choices<'a> {
    rest: std::slice::Iter<'a, u16>,
}

impl<'a> Choices<'a> {
    pub(crate) fn new(numbers: &'a [u16]) -> Self {
        Self {
            rest: numbers.iter(),
        }
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.rest
            .next()
            .map_or(0, |&number| usize::from(number) % end)
    }

    /// True in so many of a hundred cases; false when nothing is left.
    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) + percent >= 100
    }

    /// One of them.
    pub(crate) fn pick<T: Copy>(&mut self, alternatives: &[T]) -> T {
        alternatives[self.below(alternatives.len())]
    }
}

/// Numbers from a seed, for tests that must be the same every time (SplitMix64).
pub(crate) fn numbers(seed: u64, count: usize) -> Vec<u16> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as u16
    };
    (0..count).map(|_| next()).collect()
}
