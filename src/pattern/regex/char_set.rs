//! Sets of characters while they are put together, and their closure under case folding.

use std::sync::OnceLock;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir};

use super::property;

/// Ranges in any order; sorted and merged at the end, and now and then before.
#[derive(Debug, Default)]
pub(super) struct CharSet {
    ranges: Vec<ClassUnicodeRange>,
    merged: usize,
}

/// A set of ASCII characters that has a name, as inclusive ranges.
pub(super) type AsciiRanges = &'static [(u8, u8)];

impl CharSet {
    /// The set of one code point; empty for a surrogate, which no text holds.
    pub(super) fn of(code_point: u32) -> Self {
        let mut set = Self::default();
        set.add_range(code_point, code_point);
        set
    }

    /// Adds an inclusive range of code points, surrogates left out.
    pub(super) fn add_range(&mut self, first: u32, last: u32) {
        let first = char::from_u32(first).unwrap_or('\u{e000}');
        let last = char::from_u32(last).unwrap_or('\u{d7ff}');
        if first <= last {
            self.ranges.push(ClassUnicodeRange::new(first, last));
        }
    }

    /// Adds a named set or, `negated`, its complement. With `ignore_case` the set is folded before it is
    /// complemented, so that `(?i)\W` excludes the Kelvin sign, which `(?i)\w` holds.
    pub(super) fn add_class(&mut self, class: &ClassUnicode, negated: bool, ignore_case: bool) {
        if negated {
            self.ranges
                .extend(finished(class.clone(), true, ignore_case).iter());
        } else {
            self.ranges.extend(class.iter());
        }
        self.merge_if_large();
    }

    pub(super) fn add_ascii(&mut self, ranges: AsciiRanges, negated: bool, ignore_case: bool) {
        let range = |&(first, last)| ClassUnicodeRange::new(char::from(first), char::from(last));
        let class = ClassUnicode::new(ranges.iter().map(range));
        self.add_class(&class, negated, ignore_case);
    }

    /// The set, folded before it is complemented.
    pub(super) fn finish(self, negated: bool, ignore_case: bool) -> ClassUnicode {
        finished(ClassUnicode::new(self.ranges), negated, ignore_case)
    }

    /// Keeps `[\pL\pL\pL…]` from holding thousands of copies of the letters.
    fn merge_if_large(&mut self) {
        const LARGE: usize = 16 << 10;
        if self.ranges.len() > LARGE.max(2 * self.merged) {
            let class = ClassUnicode::new(std::mem::take(&mut self.ranges));
            self.ranges.extend(class.iter());
            self.merged = self.ranges.len();
        }
    }
}

/// The class as a pattern; the empty one matches nothing.
pub(super) fn to_hir(class: ClassUnicode) -> Hir {
    Hir::class(Class::Unicode(class))
}

fn finished(mut class: ClassUnicode, negated: bool, ignore_case: bool) -> ClassUnicode {
    if ignore_case {
        fold(&mut class);
    }
    if negated {
        class.negate();
    }
    class
}

/// Adds every character that has the same simple case folding as a member (S-140).
///
/// `case_fold_simple` looks at each code point of a range that holds any letter with case, and there are
/// ranges of a million; cutting the class down to the 2,900 characters that have a case first bounds the
/// work.
fn fold(class: &mut ClassUnicode) {
    const FEW: usize = 256;
    let members: usize = class.iter().map(ClassUnicodeRange::len).sum();
    if members <= FEW {
        class.case_fold_simple();
        return;
    }
    let mut cased = class.clone();
    cased.intersect(with_case());
    cased.case_fold_simple();
    class.union(&cased);
}

/// A set that holds every character whose simple case folding some other character shares.
fn with_case() -> &'static ClassUnicode {
    static WITH_CASE: OnceLock<ClassUnicode> = OnceLock::new();
    WITH_CASE.get_or_init(property::changes_with_case)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::fold_char;

    /// What `fold` relies on: outside of `with_case`, folding adds nothing.
    #[test]
    fn characters_without_case_are_closed_under_folding() {
        let mut without = with_case().clone();
        without.negate();
        let mut folded = without.clone();
        folded.case_fold_simple();
        assert_eq!(without, folded);
    }

    #[test]
    fn folding_a_large_set_agrees_with_folding_it_whole() {
        let mut set = CharSet::default();
        set.add_range(u32::from('k'), 0x1_e920);
        let mut whole = ClassUnicode::new(set.ranges.iter().copied());
        whole.case_fold_simple();
        assert_eq!(set.finish(false, true), whole);
    }

    /// Ignoring case means the same in regular expressions as in other values (S-140).
    #[test]
    fn folding_agrees_with_other_values() {
        for c in ('\0'..=char::MAX).filter(|&c| fold_char(c) != c) {
            let class = CharSet::of(u32::from(c)).finish(false, true);
            let mut members = class.iter().flat_map(|range| range.start()..=range.end());
            assert!(members.any(|member| member == fold_char(c)), "{c:?}");
            let mut members = class.iter().flat_map(|range| range.start()..=range.end());
            assert!(
                members.all(|member| fold_char(member) == fold_char(c)),
                "{c:?}"
            );
        }
    }

    #[test]
    fn surrogates_are_left_out() {
        assert!(CharSet::of(0xd800).finish(false, false).ranges().is_empty());
        let mut set = CharSet::default();
        set.add_range(0xd900, 0xe001);
        let kept = ClassUnicode::new([ClassUnicodeRange::new('\u{e000}', '\u{e001}')]);
        assert_eq!(set.finish(false, false), kept);
    }
}
