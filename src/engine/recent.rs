//! The last long text at each place of an event, and where literals stand in it.
//!
//! A text that is mostly the same as the one before is searched only where it differs. In rings of fixed size that
//! overwrite their oldest content; what is compared is the texts themselves, so results do not depend on what is
//! remembered (S-564).

use crate::engine::ring::Ring;
use crate::pattern::{Change, Standing};

/// Remembered texts.
#[derive(Debug, Default)]
pub(crate) struct Recent {
    entries: Vec<Entry>,
    bytes: Ring<u8, TEXT_BYTES>,
    standing: Ring<Standing, STANDING>,
    /// The places in the text at hand.
    noted: Noted,
}

/// Where literals stand in a text.
#[derive(Debug, Default)]
pub(crate) struct Noted {
    list: Vec<Standing>,
    /// There are more than are worth remembering.
    too_many: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// What the text was asked, plus one; 0 marks an entry without content.
    place: u32,
    bytes_start: u32,
    standing_start: u32,
    length: u16,
    standing: u16,
}

/// Entries; a power of two.
const ENTRIES: usize = 1 << 10;
/// Bytes of texts; a power of two.
const TEXT_BYTES: usize = 256 << 10;
/// Places of literals; a power of two.
const STANDING: usize = 1 << 12;

/// Shorter texts are searched at once.
const SHORTEST: usize = 96;
/// Longer ones would push out too many others.
const LONGEST: usize = 8 << 10;
/// A text in which literals stand at more places is not remembered.
const MOST_STANDING: usize = 64;

impl Recent {
    /// Forgets everything: literals belong to one rule set.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether a text of this length is worth remembering.
    pub(crate) fn takes(length: usize) -> bool {
        (SHORTEST..=LONGEST).contains(&length)
    }

    /// How `text`, which stands at a step in the order of names, differs from the last one there that was asked the
    /// same. With it, where to note what stands in this one.
    pub(crate) fn change(
        &mut self,
        step: u32,
        place: u32,
        text: &[u8],
    ) -> (Change<'_>, &mut Noted) {
        self.noted.list.clear();
        self.noted.too_many = false;
        let entry = self.entries.get(slot(step)).copied().unwrap_or_default();
        let change = if entry.place == place.wrapping_add(1) {
            let earlier = self.bytes.get(entry.bytes_start, entry.length);
            let standing = self.standing.get(entry.standing_start, entry.standing);
            { earlier.zip(standing) }
                .map(|(earlier, standing)| Change::between(earlier, text, standing))
        } else {
            None
        };
        (change.unwrap_or_else(Change::everything), &mut self.noted)
    }

    /// Remembers a text with the places that were noted.
    pub(crate) fn keep(&mut self, step: u32, place: u32, text: &[u8]) {
        if self.entries.is_empty() {
            self.entries = vec![Entry::default(); ENTRIES];
        }
        if self.bytes.is_worn() || self.standing.is_worn() {
            self.entries.fill(Entry::default());
            self.bytes.rewind();
            self.standing.rewind();
        }
        let Some(entry) = self.entries.get_mut(slot(step)) else {
            return;
        };
        *entry = Entry::default();
        let (false, Ok(length)) = (self.noted.too_many, u16::try_from(text.len())) else {
            return;
        };
        let noted = &self.noted.list;
        if let (Some(bytes_start), Some(standing_start)) =
            (self.bytes.write(text), self.standing.write(noted))
        {
            *entry = Entry {
                place: place.wrapping_add(1),
                bytes_start,
                standing_start,
                length,
                standing: noted.len() as u16,
            };
        }
    }
}

impl Noted {
    pub(crate) fn add(&mut self, standing: Standing) {
        if self.list.len() < MOST_STANDING {
            self.list.push(standing);
        } else {
            self.too_many = true;
        }
    }
}

fn slot(step: u32) -> usize {
    step as usize % ENTRIES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{Part, PatternSet, Text, TextPattern};

    /// What a set finds in a text, with what is known of the text before.
    fn find(recent: &mut Recent, set: &PatternSet, place: u32, text: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        let (change, noted) = recent.change(3, place, text.as_bytes());
        let folded = Text {
            raw: text,
            folded: text,
        };
        let note = &mut |standing| noted.add(standing);
        set.for_each_match_changed(folded, (0, change), note, &mut |id| ids.push(id));
        recent.keep(3, place, text.as_bytes());
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    #[test]
    fn finds_what_stood_there_before_and_what_is_new() {
        let containing = |literal: &str| {
            let literal = Part::Literal(literal.to_owned());
            TextPattern::new(vec![Part::Any, literal, Part::Any], false)
        };
        let patterns = ["start", "new", "back", "never"];
        let set = PatternSet::new((0..).zip(patterns.map(containing)));
        let mut recent = Recent::default();
        let filler = "-".repeat(90);
        let text = |middle: &str| format!("start{filler}{middle}{filler}back");
        for round in 0..3_000 {
            let middle = if round % 3 == 0 { "new" } else { "0" };
            let expected: &[u32] = if round % 3 == 0 { &[0, 1, 2] } else { &[0, 2] };
            let found = find(&mut recent, &set, round % 2, &text(middle));
            assert_eq!(found, expected, "round {round}");
        }
    }

    #[test]
    fn a_text_full_of_literals_is_forgotten() {
        let containing = |literal: &str| {
            let literal = Part::Literal(literal.to_owned());
            TextPattern::new(vec![Part::Any, literal, Part::Any], false)
        };
        // Of several literals every place is found, of a single one the first.
        let set = PatternSet::new((0..).zip(["abab", "baba", "abcd"].map(containing)));
        let mut recent = Recent::default();
        assert_eq!(find(&mut recent, &set, 1, &"ab".repeat(90)), [0, 1]);
        assert!(recent.entries[3].place == 0);
        assert_eq!(find(&mut recent, &set, 1, &"x".repeat(100)), [0_u32; 0]);
    }
}
