//! Strategy: the whole text is one of many.

use std::hash::BuildHasher as _;
use std::ops::ControlFlow;

use foldhash::fast::FixedState;

use crate::pattern::index::HashIndex;
use crate::pattern::literals::Literals;

/// Texts that a text may be equal to.
#[derive(Debug)]
pub(super) struct Exact {
    literals: Literals<u32>,
    index: HashIndex<u32>,
    /// Bit `n`: some literal has `n` bytes; the last bit: some have at least that many. Most texts end here, before
    /// they are hashed.
    lengths: u64,
}

impl Exact {
    pub(super) fn new(pairs: Vec<(String, u32)>) -> Self {
        let literals = Literals::new(pairs);
        let index = HashIndex::new(
            literals
                .iter()
                .map(|(number, literal)| (hash(literal), number))
                .collect(),
        );
        let lengths = literals.iter().fold(0, |lengths, (_, literal)| {
            lengths | length_bit(literal.len())
        });
        Self {
            literals,
            index,
            lengths,
        }
    }

    /// Reports the ids of the equal literal, if there is one.
    #[inline]
    pub(super) fn find(
        &self,
        text: &str,
        hit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        if self.lengths & length_bit(text.len()) == 0 {
            return ControlFlow::Continue(());
        }
        let equal = self
            .index
            .get(hash(text.as_bytes()))
            .find(|&&number| self.literals.get(number) == text.as_bytes());
        equal
            .map_or(&[][..], |&number| self.literals.targets(number))
            .iter()
            .try_for_each(|&id| hit(id))
    }

    pub(super) fn len(&self) -> usize {
        self.literals.len()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        self.literals.heap_bytes() + self.index.heap_bytes()
    }
}

fn length_bit(length: usize) -> u64 {
    1 << length.min(63)
}

/// The seed is fixed, so that the same rules always cost the same; texts are compared in full, so that no choice of
/// text can change a result.
fn hash(text: &[u8]) -> u32 {
    (FixedState::with_seed(0).hash_one(text) >> 32) as u32
}
