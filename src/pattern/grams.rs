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
//! Tried without gain: a weight for grams that are common in text when the rarest are chosen; one table
//! of bits instead of bytes.

#![expect(
    clippy::indexing_slicing,
    reason = "hashes without their lower bits, in tables of so many entries as bits are left; places within a block"
)]

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

    /// Bytes that are loaded for a gram.
    const READ: usize = if WIDTH == 3 { 4 } else { WIDTH };

    /// Takes literals of at least [`Self::SHORTEST`] bytes, with their numbers. Hands back, as the second value, those
    /// that have only grams by which too many others are known.
    pub(super) fn new<'a>(literals: &[(u32, &'a [u8])]) -> (Self, Vec<(u32, &'a [u8])>) {
        let mut crowds = Crowds::new::<WIDTH>(literals);
        let mut places = Vec::new();
        let mut crowded = Vec::new();
        for &(literal, bytes) in literals {
            let grams: Vec<u64> = grams::<WIDTH>(bytes).collect();
            let Some(first) = crowds.rarest::<STEP>(&grams, bytes.len()) else {
                crowded.push((literal, bytes));
                continue;
            };
            for (offset, gram) in (0_u32..).zip(grams).skip(first).take(STEP) {
                crowds.join(gram, bytes.len());
                places.push((hash::<WIDTH>(gram), Place { literal, offset }));
            }
        }
        let table = Table::new(places.iter().map(|&(hash, _)| hash));
        (
            Self {
                table,
                index: HashIndex::new(places),
            },
            crowded,
        )
    }

    /// Calls `candidate` with the number of every literal that may start at a place of the text, and that place, in
    /// bytes.
    ///
    /// # Cost
    /// Linear in the text. The worst a text can do is to repeat the gram that most literals are known by: then each of
    /// these is a candidate at every such place. Rare grams are chosen, and no gram is chosen too often.
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
        let read = Self::READ;
        while let Some(block) = text.get(at..at + (BLOCK - 1) * STEP + read) {
            let hash_at = |place: usize| {
                hash::<WIDTH>(gram::<WIDTH>(&block[place * STEP..place * STEP + read]))
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

/// How common the grams of a set of literals are in it.
struct Crowds(HashMap<u64, Crowd, FixedState>);

#[derive(Default)]
struct Crowd {
    /// How often the gram occurs in literals; a little more when some are known by it, so that it looks less rare.
    uses: u32,
    /// How many places of literals are known by the gram.
    places: usize,
    /// How many bytes the literals of these places have together.
    bytes: usize,
}

impl Crowds {
    fn new<const WIDTH: usize>(literals: &[(u32, &[u8])]) -> Self {
        let mut crowds: HashMap<u64, Crowd, FixedState> = HashMap::default();
        for gram in literals
            .iter()
            .flat_map(|(_, literal)| grams::<WIDTH>(literal))
        {
            crowds.entry(gram).or_default().uses += 1;
        }
        Self(crowds)
    }

    /// Where the `STEP` neighbouring grams of a literal begin that the fewest literals share. `None` if all are full.
    fn rarest<const STEP: usize>(&self, grams: &[u64], length: usize) -> Option<usize> {
        let costs: Vec<u64> = grams.iter().map(|gram| self.cost(*gram, length)).collect();
        let runs = costs.windows(STEP).map(|run| {
            run.iter()
                .fold(0, |sum: u64, cost| sum.saturating_add(*cost))
        });
        let (first, cost) = runs.enumerate().min_by_key(|&(_, cost)| cost)?;
        (cost < u64::MAX).then_some(first)
    }

    fn cost(&self, gram: u64, length: usize) -> u64 {
        match self.0.get(&gram) {
            Some(crowd) if crowd.places >= MOST_PLACES || crowd.bytes + length > MOST_BYTES => {
                u64::MAX
            }
            Some(crowd) => u64::from(crowd.uses).pow(2),
            None => 0,
        }
    }

    fn join(&mut self, gram: u64, length: usize) {
        let crowd = self.0.entry(gram).or_default();
        crowd.uses = crowd.uses.saturating_add(4);
        crowd.places += 1;
        crowd.bytes += length;
    }
}

fn grams<const WIDTH: usize>(literal: &[u8]) -> impl Iterator<Item = u64> {
    literal.windows(WIDTH).map(gram::<WIDTH>)
}

/// The bytes of a gram as a number. Where four are at hand, they stand for the first three: the hash forgets the fourth,
/// and one load takes half the time of three.
#[inline(always)]
fn gram<const WIDTH: usize>(bytes: &[u8]) -> u64 {
    match (WIDTH, bytes.first_chunk::<4>(), bytes) {
        (2, _, &[a, b]) => u16::from_le_bytes([a, b]).into(),
        (3, None, &[a, b, c]) => u32::from_le_bytes([a, b, c, 0]).into(),
        (3 | 4, Some(four), _) => u32::from_le_bytes(*four).into(),
        (8, _, &[a, b, c, d, e, f, g, h]) => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
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
        // Of a gram of three bytes the fourth one is shifted out.
        (gram as u32).wrapping_mul(0x85EB_CA6B << if WIDTH == 3 { 8 } else { 0 })
    } else {
        (gram.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32
    }
}

/// Places that are looked at before the first branch.
const BLOCK: usize = 8;

/// Places of literals that may be known by one gram, and bytes of these literals: what a text that repeats the gram
/// can cost at each place. In all of SigmaHQ at most 32 share one.
const MOST_PLACES: usize = 48;
const MOST_BYTES: usize = 4096;
