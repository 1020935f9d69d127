//! Many text patterns, answered together for one text.
//!
//! Patterns are sorted by shape into strategies, as in globset: whole texts, prefixes, suffixes, substrings (with
//! them the wildcard patterns that require one), and what is left. Each has `new`, `find`, `len` and `heap_bytes`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::pattern::affix::{Affixes, End};
use crate::pattern::change::{Change, Standing};
use crate::pattern::exact::Exact;
use crate::pattern::search::PatternSearch;
use crate::pattern::substring::Substrings;
use crate::pattern::text::{Shape, Text, TextPattern};

/// Many text patterns, each with an id of the caller's choice. Ids may repeat.
///
/// # Cost
/// Asking is linear in the text, whatever the patterns: one hash for whole texts, one for each of a dozen classes of
/// prefixes and suffixes, and a handful of passes for substrings. Allocates nothing.
#[derive(Debug)]
pub(crate) struct PatternSet {
    folded: Half,
    cased: Half,
    length: usize,
    shortest: usize,
}

/// How many distinct patterns each strategy answers, and how many bytes the set takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Strategies {
    /// Compared with the whole text.
    pub(crate) exact: usize,
    /// Compared with its start.
    pub(crate) prefix: usize,
    /// Compared with its end.
    pub(crate) suffix: usize,
    /// Searched in it.
    pub(crate) contains: usize,
    /// Matched where a literal of theirs occurs.
    pub(crate) wildcard: usize,
    /// Matched against every text, one after the other, for want of a literal.
    pub(crate) each: usize,
    /// True of every text.
    pub(crate) everything: usize,
}

/// The patterns that look at one side of a text, by strategy: only those that there are patterns for.
#[derive(Debug)]
struct Half(Box<[Strategy]>);

#[derive(Debug)]
enum Strategy {
    /// Patterns that every text matches.
    Everything(Box<[u32]>),
    Exact(Exact),
    Affixes(Affixes),
    Substrings(Substrings),
    /// Patterns that require no literal, one after the other.
    Each(Box<[(TextPattern, Box<[u32]>)]>),
}

impl PatternSet {
    /// Builds a set of patterns with ids.
    pub(crate) fn new(patterns: impl IntoIterator<Item = (u32, TextPattern)>) -> Self {
        Self::with_search(patterns, PatternSearch::Cheapest)
    }

    /// Builds a set that searches in a certain way.
    pub(crate) fn with_search(
        patterns: impl IntoIterator<Item = (u32, TextPattern)>,
        search: PatternSearch,
    ) -> Self {
        let mut folded: BTreeMap<TextPattern, Vec<u32>> = BTreeMap::new();
        let mut cased: BTreeMap<TextPattern, Vec<u32>> = BTreeMap::new();
        for (id, pattern) in patterns {
            let half = if pattern.is_cased() {
                &mut cased
            } else {
                &mut folded
            };
            half.entry(pattern).or_default().push(id);
        }
        let length = folded.len() + cased.len();
        let shortest = { folded.keys().chain(cased.keys()) }.map(TextPattern::shortest);
        Self {
            shortest: shortest.min().unwrap_or(usize::MAX),
            folded: Half::new(folded, search),
            cased: Half::new(cased, search),
            length,
        }
    }

    /// Whether any pattern matches.
    pub(crate) fn is_match(&self, text: Text<'_>) -> bool {
        self.find(text, &mut |_| ControlFlow::Break(())).is_break()
    }

    /// Calls `hit` with every id that has a matching pattern, at least once, in no particular order.
    pub(crate) fn for_each_match(&self, text: Text<'_>, hit: &mut impl FnMut(u32)) {
        let _ = self.find(text, &mut |id| {
            hit(id);
            ControlFlow::Continue(())
        });
    }

    /// As [`for_each_match`](Self::for_each_match), for a text of which an earlier one is known. `note` gets the places
    /// where literals stand in this one. `number` tells this set from others that the text is held against.
    pub(crate) fn for_each_match_changed(
        &self,
        text: Text<'_>,
        (number, change): (u32, Change<'_>),
        note: &mut impl FnMut(Standing),
        hit: &mut impl FnMut(u32),
    ) {
        let mut hit = |id| {
            hit(id);
            ControlFlow::Continue(())
        };
        for (position, strategy) in self.folded.0.iter().enumerate() {
            let _ = match strategy {
                Strategy::Substrings(substrings) => {
                    let searcher = u64::from(number) << 32 | position as u64;
                    substrings.find_changed(text.folded, text, (searcher, change), note, &mut hit)
                }
                _ => strategy.find(text.folded, text, &mut hit),
            };
        }
        for strategy in &self.cased.0 {
            let _ = strategy.find(text.raw, text, &mut hit);
        }
    }

    /// The least number of bytes of a text that matches, in the form that a pattern looks at.
    pub(crate) fn shortest(&self) -> usize {
        self.shortest
    }

    /// Distinct patterns.
    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let bytes = |half: &Half| {
            size_of_val(&*half.0) + half.0.iter().map(Strategy::heap_bytes).sum::<usize>()
        };
        bytes(&self.folded) + bytes(&self.cased)
    }

    /// How many patterns each strategy answers.
    pub(crate) fn strategies(&self) -> Strategies {
        let mut counts = Strategies::default();
        for strategy in self.folded.0.iter().chain(&self.cased.0) {
            strategy.count(&mut counts);
        }
        counts
    }

    #[inline]
    fn find(
        &self,
        text: Text<'_>,
        hit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        self.folded
            .0
            .iter()
            .try_for_each(|strategy| strategy.find(text.folded, text, hit))?;
        self.cased
            .0
            .iter()
            .try_for_each(|strategy| strategy.find(text.raw, text, hit))
    }
}

impl Half {
    fn new(patterns: BTreeMap<TextPattern, Vec<u32>>, search: PatternSearch) -> Self {
        let mut everything = Vec::new();
        let mut others: Vec<WithIds> = Vec::new();
        for (pattern, ids) in patterns {
            match pattern.shape() {
                Shape::Everything => everything = ids,
                _ => others.push((pattern, ids)),
            }
        }
        let mut strategies = Vec::new();
        if !everything.is_empty() {
            strategies.push(Strategy::Everything(everything.into()));
        }
        let rest = match search {
            PatternSearch::Each => others,
            search => sort(others, search, &mut strategies),
        };
        if !rest.is_empty() {
            let each = rest.into_iter().map(|(pattern, ids)| (pattern, ids.into()));
            strategies.push(Strategy::Each(each.collect()));
        }
        Self(strategies.into())
    }
}

/// Adds the strategies that answer `patterns`, and hands back the patterns that none answers.
fn sort(
    patterns: Vec<WithIds>,
    search: PatternSearch,
    strategies: &mut Vec<Strategy>,
) -> Vec<WithIds> {
    let (mut exact, mut prefixes, mut suffixes, mut contains) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut wildcards = Vec::new();
    for (pattern, ids) in patterns {
        let (list, literal) = match pattern.shape() {
            Shape::Exact(literal) => (&mut exact, literal),
            Shape::Prefix(literal) => (&mut prefixes, literal),
            Shape::Suffix(literal) => (&mut suffixes, literal),
            Shape::Contains(literal) => (&mut contains, literal),
            Shape::Everything | Shape::Wildcard => {
                wildcards.push((pattern, ids));
                continue;
            }
        };
        list.extend(ids.into_iter().map(|id| (literal.to_owned(), id)));
    }
    if !exact.is_empty() {
        strategies.push(Strategy::Exact(Exact::new(exact)));
    }
    for (end, list) in [(End::Front, prefixes), (End::Back, suffixes)] {
        if !list.is_empty() {
            strategies.push(Strategy::Affixes(Affixes::new(end, list)));
        }
    }
    add_substrings(contains, wildcards, search, strategies)
}

/// One for all, unless there are more wildcard patterns than one takes.
fn add_substrings(
    mut contains: Vec<(String, u32)>,
    wildcards: Vec<WithIds>,
    search: PatternSearch,
    strategies: &mut Vec<Strategy>,
) -> Vec<WithIds> {
    let mut others = Vec::new();
    let mut rest = wildcards.into_iter().peekable();
    while rest.peek().is_some() || !contains.is_empty() {
        let some = rest.by_ref().take(Substrings::MOST_WILDCARDS).collect();
        let contains = std::mem::take(&mut contains);
        let (substrings, without_literal) = Substrings::new(contains, some, search);
        strategies.push(Strategy::Substrings(substrings));
        others.extend(without_literal);
    }
    others
}

/// A pattern with its ids.
type WithIds = (TextPattern, Vec<u32>);

impl Strategy {
    #[inline]
    fn find(
        &self,
        side: &str,
        text: Text<'_>,
        hit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self {
            Self::Everything(ids) => ids.iter().try_for_each(|&id| hit(id)),
            Self::Exact(exact) => exact.find(side, hit),
            Self::Affixes(affixes) => affixes.find(side, hit),
            Self::Substrings(substrings) => substrings.find(side, text, hit),
            Self::Each(patterns) => {
                let matching = patterns
                    .iter()
                    .filter(|(pattern, _)| pattern.is_match(text));
                matching
                    .flat_map(|(_, ids)| ids.iter())
                    .try_for_each(|&id| hit(id))
            }
        }
    }

    fn count(&self, counts: &mut Strategies) {
        match self {
            Self::Everything(_) => counts.everything += 1,
            Self::Exact(exact) => counts.exact += exact.len(),
            Self::Affixes(affixes) => match affixes.end() {
                End::Front => counts.prefix += affixes.len(),
                End::Back => counts.suffix += affixes.len(),
            },
            Self::Substrings(substrings) => {
                counts.contains += substrings.contains();
                counts.wildcard += substrings.wildcards();
            }
            Self::Each(patterns) => counts.each += patterns.len(),
        }
    }

    fn heap_bytes(&self) -> usize {
        match self {
            Self::Everything(ids) => size_of_val(&**ids),
            Self::Exact(exact) => exact.heap_bytes(),
            Self::Affixes(affixes) => affixes.heap_bytes(),
            Self::Substrings(substrings) => substrings.heap_bytes(),
            Self::Each(patterns) => {
                let parts = patterns
                    .iter()
                    .map(|(pattern, ids)| pattern.heap_bytes() + size_of_val(&**ids));
                size_of_val(&**patterns) + parts.sum::<usize>()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::pattern::fold::fold;
    use crate::pattern::naive::{any_pattern, any_text, is_match_naively};
    use crate::pattern::text::Part;

    fn ids(set: &PatternSet, text: Text<'_>) -> BTreeSet<u32> {
        let mut ids = BTreeSet::new();
        set.for_each_match(text, &mut |id| {
            ids.insert(id);
        });
        ids
    }

    proptest! {
        #[test]
        fn agrees_with_the_naive_matcher(patterns in vec((0_u32..40, any_pattern()), 0..60), raw in any_text()) {
            let folded = fold(&raw);
            let text = Text { raw: &raw, folded: &folded };
            let matching = patterns.iter().filter(|(_, pattern)| is_match_naively(pattern, text));
            let expected: BTreeSet<u32> = matching.map(|(id, _)| *id).collect();
            for search in PatternSearch::ALL {
                let set = PatternSet::with_search(patterns.clone(), search);
                prop_assert_eq!(set.is_match(text), !expected.is_empty(), "{:?}", search);
                prop_assert_eq!(&ids(&set, text), &expected, "{:?}", search);
            }
        }

        /// Literals cut out of the text, so that every place in the text gets its share, and from a shortest length up,
        /// so that every way of searching does.
        #[test]
        fn finds_every_piece_of_a_text(
            raw in "[abc\\\\ A-É]{90,200}",
            cuts in vec((0_usize..80, 0_usize..40, 0..6), 1..50),
            shortest in prop::sample::select(vec![1_usize, 2, 3, 4, 7, 15, 24]),
        ) {
            let folded = fold(&raw);
            let characters: Vec<char> = raw.chars().collect();
            let pieces = cuts.into_iter().map(|(start, length, shape)| {
                let piece = Part::Literal(characters.iter().skip(start).take(shortest + length).collect());
                TextPattern::new(match shape {
                    0 => vec![piece],
                    1 => vec![piece, Part::Any],
                    2 => vec![Part::Any, piece],
                    _ => vec![Part::Any, piece, Part::Any],
                }, false)
            });
            let patterns: Vec<(u32, TextPattern)> = (0..).zip(pieces).collect();
            let text = Text { raw: &raw, folded: &folded };
            let matching = patterns.iter().filter(|(_, pattern)| is_match_naively(pattern, text));
            let expected: BTreeSet<u32> = matching.map(|(id, _)| *id).collect();
            for search in PatternSearch::ALL {
                let set = PatternSet::with_search(patterns.clone(), search);
                prop_assert_eq!(&ids(&set, text), &expected, "{:?}", search);
            }
        }
    }

    proptest! {
        /// A row of texts, each the one before with a piece cut out and another put in.
        #[test]
        fn searching_what_changed_finds_the_same(
            first in "[abAB\\\\ É]{60,260}",
            edits in vec((0_usize..260, 0_usize..40, "[abcABÉ]{0,24}"), 1..6),
            cuts in vec((0_usize..200, 1_usize..40, 0..7), 1..24),
            shortest in prop::sample::select(vec![0_usize, 1, 3, 6, 24]),
        ) {
            let characters: Vec<char> = first.chars().collect();
            let pieces = cuts.into_iter().map(|(start, length, shape)| {
                let piece = Part::Literal(characters.iter().skip(start).take(shortest + length).collect());
                match shape {
                    0 => TextPattern::new(vec![piece, Part::Any], false),
                    1 => TextPattern::new(vec![Part::Any, piece], true),
                    2 => TextPattern::new(vec![Part::Any, piece, Part::One, Part::Literal("a".to_owned()), Part::Any], false),
                    _ => TextPattern::new(vec![Part::Any, piece, Part::Any], shape == 3),
                }
            });
            let set = PatternSet::new((0..).zip(pieces));
            let (mut earlier, mut standing) = (String::new(), Vec::new());
            let mut raw = first;
            for (at, removed, added) in edits {
                let text: Vec<char> = raw.chars().collect();
                let (front, back) = text.split_at(at.min(text.len()));
                raw = front.iter().chain(&added.chars().collect::<Vec<_>>()).chain(back.iter().skip(removed)).collect();
                let folded = fold(&raw);
                let text = Text { raw: &raw, folded: &folded };
                let change = Change::between(earlier.as_bytes(), folded.as_bytes(), &standing);
                let (mut found, mut noted) = (BTreeSet::new(), Vec::new());
                set.for_each_match_changed(text, (7, change), &mut |standing| noted.push(standing), &mut |id| {
                    found.insert(id);
                });
                prop_assert_eq!(found, ids(&set, text));
                (earlier, standing) = (folded, noted);
            }
        }
    }

    /// Literals that have no rare piece go into an automaton.
    #[test]
    fn hundreds_of_similar_literals() {
        let pattern = |n: u32| {
            let literal = "a".repeat(n as usize + 3);
            TextPattern::new(vec![Part::Any, Part::Literal(literal), Part::Any], false)
        };
        let text = format!("b{}", "a".repeat(202));
        let text = Text {
            raw: &text,
            folded: &text,
        };
        for search in PatternSearch::ALL {
            let set = PatternSet::with_search((0..300).map(|n| (n, pattern(n))), search);
            assert_eq!(ids(&set, text), (0..200).collect(), "{search:?}");
        }
    }

    /// Each of many that one text gets to.
    #[test]
    fn many_wildcards_of_one_text() {
        let pattern = |n: u32| {
            let parts = vec![
                Part::Any,
                Part::Literal(format!("<key{n:03}")),
                Part::One,
                Part::Literal(">".to_owned()),
                Part::Any,
            ];
            TextPattern::new(parts, false)
        };
        let set = PatternSet::new((0..200).map(|n| (n, pattern(n))));
        let text: String = (0..200).map(|n| format!("<key{n:03}x>")).collect();
        let text = Text {
            raw: &text,
            folded: &text,
        };
        assert_eq!(ids(&set, text), (0..200).collect());
    }

    #[test]
    fn thousands_of_wildcards() {
        let pattern = |n: u32| {
            let parts = vec![
                Part::Any,
                Part::Literal(format!("key{n:05}")),
                Part::One,
                Part::Any,
                Part::Literal("!".to_owned()),
            ];
            TextPattern::new(parts, false)
        };
        let set = PatternSet::new((0..5_000).map(|n| (n, pattern(n))));
        assert_eq!(set.strategies().wildcard, 5_000);
        let text = "key00007 key04999 key00008!";
        assert_eq!(
            ids(
                &set,
                Text {
                    raw: text,
                    folded: text
                }
            ),
            BTreeSet::from([7, 4_999])
        );
    }

    #[test]
    fn counts_by_strategy() {
        let literal = |text: &str| Part::Literal(text.to_owned());
        let set = PatternSet::new([
            (0, TextPattern::new(vec![literal("a")], false)),
            (1, TextPattern::new(vec![literal("A")], false)),
            (2, TextPattern::new(vec![literal("a"), Part::Any], true)),
            (
                3,
                TextPattern::new(vec![Part::Any, literal("a"), Part::One], false),
            ),
            (4, TextPattern::new(vec![Part::One], false)),
            (6, TextPattern::new(vec![Part::Any, literal("b")], false)),
            (7, TextPattern::new(vec![Part::Any, literal("c")], false)),
            (5, TextPattern::new(vec![Part::Any], false)),
        ]);
        let expected = Strategies {
            exact: 1,
            prefix: 1,
            suffix: 2,
            wildcard: 1,
            each: 1,
            everything: 1,
            ..Strategies::default()
        };
        assert_eq!((set.strategies(), set.len()), (expected, 7));
        let text = Text {
            raw: "a",
            folded: "a",
        };
        assert_eq!(ids(&set, text), BTreeSet::from([0, 1, 2, 4, 5]));
    }
}
