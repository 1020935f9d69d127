//! Finds many literals by short pieces of them.
//!
//! Why no automaton? On the patterns that wake SigmaHQ's rules and the values of 38,745 Windows events, a field's
//! `contains` literals took, in nanoseconds a value and KiB:
//!
//! | field | literals | here | daachorse | aho-corasick, contiguous |
//! |---|---:|---:|---:|---:|
//! | keywords (all fields) | 611 | 72, 81 | 91, 177 | 211, 177 |
//! | `ContextInfo` | 252 | 1372, 65 | 3564, 109 | 15384, 56 |
//! | `CommandLine` | 6554 | 693, 549 | 622, 551 | 901, 947 |
//! | `Hashes` | 5687 | 104, 1709 | 254, 3005 | 248, 2842 |
//! | `TargetObject` | 218 | 81, 85 | 161, 127 | 502, 68 |
//! | `ScriptBlockText` | 847 | 1797, 88 | 2326, 188 | 4596, 181 |
//! | `Image` | 126 | 88, 68 | 93, 84 | 150, 26 |
//!
//! (best of four runs on a busy machine; our memory includes the other strategies). All 230 sets are built in 50 ms;
//! daachorse takes about 100 ms for `Hashes` alone, 64 KiB for every set that it finds worth a filter of its own, and
//! `unsafe`. An automaton is ahead where the text has a hit at nearly every place (many literals of one to three
//! bytes). Its time does not depend on how often the text comes near a literal, and ours does: see [`Grams::find`].
//!
//! Tried without gain: a weight for grams that are common in text when the rarest are chosen; two filters of
//! different steps for short and long literals of one set; one table of bits instead of bytes.

use std::collections::HashMap;
use std::ops::ControlFlow;

use foldhash::fast::FixedState;

use crate::pattern::index::HashIndex;

/// A filter over the pieces (grams) of `WIDTH` bytes at every `STEP`th place of a text.
///
/// Each literal is known by the `STEP` neighbouring grams of it that fewest others share: wherever it stands in a
/// text, one of them lies at a place that is looked at. So a literal must have at least [`Self::SHORTEST`] bytes.
///
/// ```text
/// for every STEPth place of the text:           (no branch but one for every BLOCK places)
///     if the table has the hash of the gram there:
///         for every literal known by that gram:
///             report it as a candidate, with the place where it would start
/// ```
///
/// The table has a byte for each of several thousand hashes and is nearly empty, so ordinary text passes at one
/// multiplication and one load a place, without a chain of dependent loads as an automaton has it.
#[derive(Debug)]
pub(super) struct Grams<const WIDTH: usize, const STEP: usize> {
    table: Table,
    index: HashIndex<Place>,
}

/// A gram of a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    literal: u32,
    /// In bytes from the start of the literal.
    offset: u32,
}

/// Whether some literal is known by a gram with this hash. A length known to the compiler makes every upper part of
/// a hash a checked index.
#[derive(Debug)]
enum Table {
    Tiny(Box<[u8; 1 << 9]>),
    Small(Box<[u8; 1 << 12]>),
    Middle(Box<[u8; 1 << 15]>),
    Large(Box<[u8; 1 << 17]>),
}

impl<const WIDTH: usize, const STEP: usize> Grams<WIDTH, STEP> {
    /// The least number of bytes a literal must have.
    pub(super) const SHORTEST: usize = WIDTH + STEP - 1;

    /// Takes literals of at least [`Self::SHORTEST`] bytes, with their numbers.
    pub(super) fn new(literals: &[(u32, &[u8])]) -> Self {
        let mut uses: HashMap<u64, u32, FixedState> = HashMap::default();
        for gram in literals
            .iter()
            .flat_map(|(_, literal)| grams::<WIDTH>(literal))
        {
            *uses.entry(gram).or_default() += 1;
        }
        let mut places = Vec::new();
        for &(number, literal) in literals {
            let first = rarest::<WIDTH, STEP>(literal, &uses);
            let chosen = (0_u32..)
                .zip(grams::<WIDTH>(literal))
                .skip(first)
                .take(STEP);
            for (offset, gram) in chosen {
                // A gram that has been chosen shall look a little less rare to the next.
                *uses.entry(gram).or_default() += 4;
                places.push((
                    hash::<WIDTH>(gram),
                    Place {
                        literal: number,
                        offset,
                    },
                ));
            }
        }
        Self {
            table: Table::new(places.iter().map(|&(hash, _)| hash)),
            index: HashIndex::new(places),
        }
    }

    /// Calls `candidate` with the number of every literal that may start at a place of the text, and that place, in
    /// bytes.
    ///
    /// # Cost
    /// Linear in the text. The worst a text can do is to repeat the gram that most literals are known by: then each of
    /// these is a candidate at every such place. Choosing rare grams keeps them few (at most 32 of the 6,554 of `CommandLine`).
    #[inline]
    pub(super) fn find(
        &self,
        text: &[u8],
        candidate: &mut impl FnMut(u32, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match &self.table {
            Table::Tiny(table) => {
                self.find_by(text, |hash| table[(hash >> 23) as usize], candidate)
            }
            Table::Small(table) => {
                self.find_by(text, |hash| table[(hash >> 20) as usize], candidate)
            }
            Table::Middle(table) => {
                self.find_by(text, |hash| table[(hash >> 17) as usize], candidate)
            }
            Table::Large(table) => {
                self.find_by(text, |hash| table[(hash >> 15) as usize], candidate)
            }
        }
    }

    #[inline(always)]
    fn find_by(
        &self,
        text: &[u8],
        known: impl Fn(u32) -> u8,
        candidate: &mut impl FnMut(u32, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut at = 0;
        while let Some(block) = text.get(at..at + (BLOCK - 1) * STEP + WIDTH) {
            let hash_at = |place: usize| {
                hash::<WIDTH>(gram::<WIDTH>(&block[place * STEP..place * STEP + WIDTH]))
            };
            let any = (0..BLOCK).fold(0, |any, place| any | known(hash_at(place)));
            if any != 0 {
                for place in 0..BLOCK {
                    let hash = hash_at(place);
                    if known(hash) != 0 {
                        self.look_up(hash, at + place * STEP, candidate)?;
                    }
                }
            }
            at += BLOCK * STEP;
        }
        while let Some(piece) = text.get(at..at + WIDTH) {
            let hash = hash::<WIDTH>(gram::<WIDTH>(piece));
            if known(hash) != 0 {
                self.look_up(hash, at, candidate)?;
            }
            at += STEP;
        }
        ControlFlow::Continue(())
    }

    #[inline(never)]
    fn look_up(
        &self,
        hash: u32,
        at: usize,
        candidate: &mut impl FnMut(u32, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for place in self.index.get(hash) {
            if let Some(start) = at.checked_sub(place.offset as usize) {
                candidate(place.literal, start)?;
            }
        }
        ControlFlow::Continue(())
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let table = match &self.table {
            Table::Tiny(table) => table.len(),
            Table::Small(table) => table.len(),
            Table::Middle(table) => table.len(),
            Table::Large(table) => table.len(),
        };
        table + self.index.heap_bytes()
    }
}

impl Table {
    fn new(hashes: impl ExactSizeIterator<Item = u32>) -> Self {
        let (tiny, small, middle) = (1 << 9, 1 << 12, 1 << 15);
        // At most one byte in thirty-two is set, in a table that fits the first-level cache if it can.
        match hashes.len() * 32 {
            cells if cells <= tiny => Self::Tiny(filled(hashes, 23)),
            cells if cells <= small => Self::Small(filled(hashes, 20)),
            cells if cells <= middle => Self::Middle(filled(hashes, 17)),
            _ => Self::Large(filled(hashes, 15)),
        }
    }
}

fn filled<const LENGTH: usize>(hashes: impl Iterator<Item = u32>, shift: u32) -> Box<[u8; LENGTH]> {
    let mut table = Box::new([0; LENGTH]);
    for hash in hashes {
        table[(hash >> shift) as usize] = 1;
    }
    table
}

/// Where the `STEP` neighbouring grams of `literal` begin that the fewest literals share. Only the first part of a
/// long literal is searched, which bounds the time and is choice enough.
fn rarest<const WIDTH: usize, const STEP: usize>(
    literal: &[u8],
    uses: &HashMap<u64, u32, FixedState>,
) -> usize {
    let grams: Vec<u64> = grams::<WIDTH>(literal).take(SEARCHED).collect();
    let cost = |gram: &u64| {
        let uses = u64::from(uses.get(gram).copied().unwrap_or(0));
        uses * uses
    };
    let costs = grams
        .windows(STEP)
        .map(|run| run.iter().map(cost).sum::<u64>());
    costs
        .enumerate()
        .min_by_key(|&(_, cost)| cost)
        .map_or(0, |(first, _)| first)
}

fn grams<const WIDTH: usize>(literal: &[u8]) -> impl Iterator<Item = u64> {
    literal.windows(WIDTH).map(gram::<WIDTH>)
}

/// The bytes of a gram as a number.
#[inline(always)]
fn gram<const WIDTH: usize>(bytes: &[u8]) -> u64 {
    match (WIDTH, bytes) {
        (2, &[a, b]) => u16::from_le_bytes([a, b]).into(),
        (3, &[a, b, c]) => u32::from_le_bytes([a, b, c, 0]).into(),
        (4, &[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]).into(),
        (8, &[a, b, c, d, e, f, g, h]) => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => bytes
            .iter()
            .fold(0, |gram, &byte| gram << 8 | u64::from(byte)),
    }
}

/// Up to four bytes, equal hashes are equal grams: the factor is odd. Of nine factors tried this one spreads text best
/// (2^32 divided by the golden ratio let through twice as much of `ScriptBlockText`).
#[inline(always)]
fn hash<const WIDTH: usize>(gram: u64) -> u32 {
    if WIDTH <= 4 {
        (gram as u32).wrapping_mul(0x85EB_CA6B)
    } else {
        (gram.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
    }
}

/// Places that are looked at before the first branch.
const BLOCK: usize = 8;

/// Grams of a literal that are compared for rarity.
const SEARCHED: usize = 256;
