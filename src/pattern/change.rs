//! What a text has in common with an earlier one, so that only the rest of it is searched.
//!
//! Messages of one kind differ in a number here and a name there, and have the same hundreds of bytes before and after.
//! Where literals stand in these is known from the text before.

/// A place where a literal stands in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The strategy that searches for it, in an order that the caller chooses.
    pub(super) searcher: u64,
    /// Its number there.
    pub(super) literal: u32,
    pub(super) start: u32,
}

/// A text beside an earlier one: how many bytes at both ends are the same, and where literals stand in the earlier one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'k> {
    before: &'k [Standing],
    before_length: usize,
    same_start: usize,
    same_end: usize,
}

/// Where a literal of the earlier text is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// Here, since what surrounds it is the same.
    To(usize),
    /// In the part that is searched again.
    Searched,
}

impl<'k> Change<'k> {
    /// Everything is new.
    pub(crate) fn everything() -> Self {
        Self {
            before: &[],
            before_length: 0,
            same_start: 0,
            same_end: 0,
        }
    }

    /// Compares two texts. `before` are all places where literals stand in the earlier one.
    ///
    /// # Cost
    /// Linear in what is the same.
    pub(crate) fn between(earlier: &[u8], text: &[u8], before: &'k [Standing]) -> Self {
        let same_start = equal_blocks(earlier.chunks_exact(BLOCK), text.chunks_exact(BLOCK));
        let (earlier_rest, rest) = (earlier.get(same_start..), text.get(same_start..));
        let same_end = equal_blocks(
            earlier_rest.unwrap_or_default().rchunks_exact(BLOCK),
            rest.unwrap_or_default().rchunks_exact(BLOCK),
        );
        Self {
            before,
            before_length: earlier.len(),
            same_start,
            same_end,
        }
    }

    /// The part of a text of this length that may hold a literal of up to `longest` bytes which the earlier text did not
    /// have there.
    pub(super) fn window(&self, length: usize, longest: usize) -> std::ops::Range<usize> {
        let margin = longest.saturating_sub(1);
        let start = self.same_start.saturating_sub(margin);
        let end = length.saturating_sub(self.same_end);
        start..end.saturating_add(margin).min(length)
    }

    /// The places of one searcher's literals in the earlier text.
    pub(super) fn standing(&self, searcher: u64) -> impl Iterator<Item = &'k Standing> {
        let before = self.before.iter();
        before.filter(move |standing| standing.searcher == searcher)
    }

    /// Where a literal of `length` bytes that stood at `start` is in a text of `text_length` bytes, when `window` of that
    /// is searched again.
    pub(super) fn moved(
        &self,
        start: usize,
        length: usize,
        window: &std::ops::Range<usize>,
        text_length: usize,
    ) -> Moved {
        let end = start.saturating_add(length);
        let end_from_back = self.before_length.saturating_sub(end);
        if start < window.start {
            Moved::To(start)
        } else if end_from_back < text_length.saturating_sub(window.end) {
            Moved::To(text_length.saturating_sub(end_from_back.saturating_add(length)))
        } else {
            Moved::Searched
        }
    }
}

/// How many bytes are the same, block by block.
fn equal_blocks<'t>(
    left: impl Iterator<Item = &'t [u8]>,
    right: impl Iterator<Item = &'t [u8]>,
) -> usize {
    let equal = left.zip(right).take_while(|(left, right)| {
        // Arrays are compared without a call.
        left.first_chunk::<BLOCK>() == right.first_chunk::<BLOCK>()
    });
    equal.count() * BLOCK
}

/// Bytes that are compared at once.
const BLOCK: usize = 32;

#[cfg(test)]
mod tests {
    use super::Change;
    use crate::pattern::{Part, PatternSet, Text, TextPattern};

    fn text(of: &str) -> Text<'_> {
        Text {
            raw: of,
            folded: of,
        }
    }

    /// Wherever a byte changes, and however a literal lies across it.
    #[test]
    fn a_literal_across_the_change_is_found() {
        let earlier: String = ('!'..'~')
            .filter(|c| !c.is_ascii_uppercase())
            .cycle()
            .take(100)
            .collect();
        let bytes = earlier.as_bytes();
        for changed in 0..bytes.len() {
            let changed_text = format!("{}~{}", &earlier[..changed], &earlier[changed + 1..]);
            for length in [1, 2, 3, 33, 34] {
                for start in changed.saturating_sub(length - 1)..=changed {
                    let Some(literal) = changed_text.get(start..start + length) else {
                        continue;
                    };
                    let literal = Part::Literal(literal.to_owned());
                    let pattern = TextPattern::new(vec![Part::Any, literal, Part::Any], false);
                    let set = PatternSet::new([(0, pattern)]);
                    let change = Change::between(bytes, changed_text.as_bytes(), &[]);
                    let (mut found, mut noted) = (0, Vec::new());
                    set.for_each_match_changed(
                        text(&changed_text),
                        (0, change),
                        &mut |standing| noted.push(standing),
                        &mut |_| found += 1,
                    );
                    assert_eq!((found, noted.len()), (1, 1), "{changed} {start} {length}");
                }
            }
        }
    }
}
