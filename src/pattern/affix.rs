//! Strategy: the text starts, or ends, with one of many.

use std::ops::ControlFlow;

use crate::pattern::index::HashIndex;
use crate::pattern::literals::Literals;
use crate::util::words::words;

/// Which end of the text is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Front,
    Back,
}

/// Literals that a text may start or end with.
///
/// Hundreds of `\powershell.exe` have their own last bytes in common, and differ a little further in. So literals
/// are sorted into classes by length, and each class is asked once, by a hash of as many bytes of the text's end as
/// all its literals have; the few that share these are compared in full.
#[derive(Debug)]
pub(super) struct Affixes {
    end: End,
    literals: Literals<u32>,
    classes: Box<[Class]>,
}

/// Literals of at least `key_length` bytes and less than that of the next class.
#[derive(Debug)]
struct Class {
    key_length: usize,
    index: HashIndex<u32>,
}

impl Affixes {
    pub(super) fn new(end: End, pairs: Vec<(String, u32)>) -> Self {
        let literals = Literals::new(pairs);
        let classes = KEY_LENGTHS
            .iter()
            .enumerate()
            .filter_map(|(class, &key_length)| {
                let next = KEY_LENGTHS.get(class + 1).copied().unwrap_or(usize::MAX);
                let members = literals
                    .iter()
                    .filter(|(_, literal)| (key_length..next).contains(&literal.len()));
                let hashes: Vec<(u32, u32)> = members
                    .filter_map(|(number, literal)| {
                        Some((key_hash(end.key(literal, key_length)?), number))
                    })
                    .collect();
                (!hashes.is_empty()).then(|| Class {
                    key_length,
                    index: HashIndex::new(hashes),
                })
            });
        Self {
            end,
            classes: classes.collect(),
            literals,
        }
    }

    /// Reports the ids of every literal that `text` starts or ends with.
    #[inline]
    pub(super) fn find(
        &self,
        text: &str,
        hit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let text = text.as_bytes();
        for class in &self.classes {
            let Some(key) = self.end.key(text, class.key_length) else {
                break;
            };
            for &number in class.index.get(key_hash(key)) {
                if self.end.has(text, self.literals.get(number)) {
                    self.literals
                        .targets(number)
                        .iter()
                        .try_for_each(|&id| hit(id))?;
                }
            }
        }
        ControlFlow::Continue(())
    }

    pub(super) fn end(&self) -> End {
        self.end
    }

    pub(super) fn len(&self) -> usize {
        self.literals.len()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let indexes = self.classes.iter().map(|class| class.index.heap_bytes());
        self.literals.heap_bytes() + size_of_val(&*self.classes) + indexes.sum::<usize>()
    }
}

impl End {
    fn key(self, text: &[u8], length: usize) -> Option<&[u8]> {
        match self {
            Self::Front => text.get(..length),
            Self::Back => text.get(text.len().checked_sub(length)?..),
        }
    }

    fn has(self, text: &[u8], literal: &[u8]) -> bool {
        match self {
            Self::Front => text.starts_with(literal),
            Self::Back => text.ends_with(literal),
        }
    }
}

/// Of the first and last eight bytes of a key, which overlap where it is shorter: keys of one class have one length,
/// and those that differ only in between are few.
#[inline]
fn key_hash(key: &[u8]) -> u32 {
    let [first, last] = words(key);
    let mixed = (first ^ last.rotate_left(29)).wrapping_mul(GOLDEN);
    ((mixed ^ (mixed >> 29)).wrapping_mul(GOLDEN) >> 32) as u32
}

/// Each class costs about 3 ns a text, and each comparison with a literal that only shares the key about as much: these
/// were best for SigmaHQ's `Image` (908 suffixes, 77 ns); six or eleven classes took 99 and 79 ns.
const KEY_LENGTHS: [usize; 8] = [1, 2, 4, 6, 8, 12, 16, 24];

/// 2^64 divided by the golden ratio, odd.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
