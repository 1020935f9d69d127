//! Strategy: the text contains one of many literals; with it, wildcard patterns that require one.

use std::ops::ControlFlow;

use memchr::memchr;
use memchr::memmem::Finder;

use crate::pattern::grams::Grams;
use crate::pattern::literals::Literals;
use crate::pattern::required::required_literals;
use crate::pattern::text::{Text, TextPattern};

/// Literals that a text may contain, and wildcard patterns that are matched where a literal of theirs occurs.
#[derive(Debug)]
pub(super) struct Substrings {
    literals: Literals<Target>,
    searches: Box<[Search]>,
    wildcards: Box<[Wildcard]>,
}

/// What a literal stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Target {
    /// It is the pattern with this id.
    Id(u32),
    /// The wildcard pattern with this number may match.
    Wildcard(u32),
}

#[derive(Debug)]
struct Wildcard {
    pattern: TextPattern,
    ids: Box<[u32]>,
}

/// One pass over the text.
#[derive(Debug)]
enum Search {
    Byte(u8, u32),
    One(Box<Finder<'static>>, u32),
    Pairs(Pairs),
    Triples(Triples),
    Quads(Quads),
    SpacedQuads(SpacedQuads),
    SpacedOctets(SpacedOctets),
}

type Pairs = Grams<2, 1>;
type Triples = Grams<3, 1>;
type Quads = Grams<4, 1>;
type SpacedQuads = Grams<4, 4>;
type SpacedOctets = Grams<8, 8>;

impl Substrings {
    /// At most this many wildcard patterns fit one value of this type.
    pub(super) const MOST_WILDCARDS: usize = 64 * Seen::WORDS;

    /// Takes `contains` literals and wildcard patterns, both with their ids. Hands back, as the second value, the
    /// patterns that require no literal.
    pub(super) fn new(
        contains: Vec<(String, u32)>,
        wildcards: Vec<(TextPattern, Vec<u32>)>,
    ) -> (Self, Vec<(TextPattern, Vec<u32>)>) {
        let mut pairs: Vec<(String, Target)> = contains
            .into_iter()
            .map(|(literal, id)| (literal, Target::Id(id)))
            .collect();
        let mut kept = Vec::new();
        let mut others = Vec::new();
        for (pattern, ids) in wildcards {
            let required = required_literals(&pattern);
            if required.is_empty() {
                others.push((pattern, ids));
                continue;
            }
            let number = u32::try_from(kept.len()).unwrap_or(u32::MAX);
            pairs.extend(
                required
                    .into_iter()
                    .map(|literal| (literal, Target::Wildcard(number))),
            );
            kept.push(Wildcard {
                pattern,
                ids: ids.into(),
            });
        }
        let literals = Literals::new(pairs);
        (
            Self {
                searches: searches(&literals).into(),
                literals,
                wildcards: kept.into(),
            },
            others,
        )
    }

    /// Reports the ids of every literal in the side of `text` that the patterns look at, and of the wildcard
    /// patterns that match. An id is reported as often as its literal occurs.
    #[inline]
    pub(super) fn find(
        &self,
        side: &str,
        text: Text<'_>,
        hit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let bytes = side.as_bytes();
        let mut seen = Seen(None);
        let mut report = |number: u32| {
            self.literals
                .targets(number)
                .iter()
                .try_for_each(|target| match *target {
                    Target::Id(id) => hit(id),
                    Target::Wildcard(wildcard) => self.try_wildcard(wildcard, text, &mut seen, hit),
                })
        };
        let mut candidate = |number: u32, start: usize| {
            let found = bytes
                .get(start..)
                .is_some_and(|rest| rest.starts_with(self.literals.get(number)));
            if found {
                report(number)
            } else {
                ControlFlow::Continue(())
            }
        };
        self.searches
            .iter()
            .try_for_each(|search| search.find(bytes, &mut candidate))
    }

    /// Literals may occur many times, a pattern is matched once: that keeps the time linear.
    #[inline(never)]
    fn try_wildcard(
        &self,
        number: u32,
        text: Text<'_>,
        seen: &mut Seen,
        hit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self.wildcards.get(number as usize) {
            Some(wildcard) if seen.is_first(number) && wildcard.pattern.is_match(text) => {
                wildcard.ids.iter().try_for_each(|&id| hit(id))
            }
            _ => ControlFlow::Continue(()),
        }
    }

    /// The number of `contains` patterns.
    pub(super) fn contains(&self) -> usize {
        let targets = self
            .literals
            .iter()
            .map(|(number, _)| self.literals.targets(number));
        targets
            .filter(|targets| targets.iter().any(|target| matches!(target, Target::Id(_))))
            .count()
    }

    /// The number of wildcard patterns.
    pub(super) fn wildcards(&self) -> usize {
        self.wildcards.len()
    }

    pub(super) fn heap_bytes(&self) -> usize {
        let searches = self.searches.iter().map(Search::heap_bytes);
        let wildcards = self.wildcards.iter().map(Wildcard::heap_bytes);
        self.literals.heap_bytes() + searches.sum::<usize>() + wildcards.sum::<usize>()
    }
}

impl Search {
    #[inline]
    fn find(
        &self,
        text: &[u8],
        candidate: &mut impl FnMut(u32, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        match self {
            Self::Byte(byte, number) => {
                memchr(*byte, text).map_or(ControlFlow::Continue(()), |at| candidate(*number, at))
            }
            Self::One(finder, number) => finder
                .find(text)
                .map_or(ControlFlow::Continue(()), |at| candidate(*number, at)),
            Self::Pairs(grams) => grams.find(text, candidate),
            Self::Triples(grams) => grams.find(text, candidate),
            Self::Quads(grams) => grams.find(text, candidate),
            Self::SpacedQuads(grams) => grams.find(text, candidate),
            Self::SpacedOctets(grams) => grams.find(text, candidate),
        }
    }

    fn heap_bytes(&self) -> usize {
        size_of_val(self)
            + match self {
                Self::Byte(..) => 0,
                Self::One(finder, _) => size_of_val(&**finder) + finder.needle().len(),
                Self::Pairs(grams) => grams.heap_bytes(),
                Self::Triples(grams) => grams.heap_bytes(),
                Self::Quads(grams) => grams.heap_bytes(),
                Self::SpacedQuads(grams) => grams.heap_bytes(),
                Self::SpacedOctets(grams) => grams.heap_bytes(),
            }
    }
}

impl Wildcard {
    fn heap_bytes(&self) -> usize {
        size_of_val(self) + size_of_val(&*self.ids) + self.pattern.heap_bytes()
    }
}

/// Which wildcard patterns have been tried on a text. Most texts get to none, so it is cleared on first use.
struct Seen(Option<[u64; Self::WORDS]>);

impl Seen {
    const WORDS: usize = 32;

    fn is_first(&mut self, number: u32) -> bool {
        let words = self.0.get_or_insert([0; Self::WORDS]);
        let Some(word) = words.get_mut(number as usize / 64) else {
            return true;
        };
        let bit = 1 << (number % 64);
        let first = *word & bit == 0;
        *word |= bit;
        first
    }
}

/// Chooses the passes for literals, the shortest first.
fn searches(literals: &Literals<Target>) -> Vec<Search> {
    let (mut searches, mut twos, mut longer) = (Vec::new(), Vec::new(), Vec::new());
    for (number, literal) in literals.iter() {
        match *literal {
            [byte] => searches.push(Search::Byte(byte, number)),
            [_, _] => twos.push((number, literal)),
            _ => longer.push((number, literal)),
        }
    }
    if twos.len() > FEW {
        searches.push(Search::Pairs(Grams::new(&twos)));
    } else {
        searches.extend(twos.iter().map(one));
    }
    add_longer(&longer, &mut searches);
    searches
}

/// Adds the pass that looks at the fewest places for all but a few of the literals, and those few.
fn add_longer(literals: &[(u32, &[u8])], searches: &mut Vec<Search>) {
    let shorter_than = |length: usize| {
        literals
            .iter()
            .filter(|(_, literal)| literal.len() < length)
            .count()
    };
    let shortest = [
        SpacedOctets::SHORTEST,
        SpacedQuads::SHORTEST,
        Quads::SHORTEST,
        Triples::SHORTEST,
    ]
    .into_iter()
    .find(|&shortest| shorter_than(shortest) <= FEW)
    .unwrap_or(0);
    let (fit, few): (Vec<_>, Vec<_>) = literals
        .iter()
        .partition(|(_, literal)| literal.len() >= shortest);
    searches.extend(few.iter().map(one));
    if fit.len() <= FEW {
        searches.extend(fit.iter().map(one));
        return;
    }
    searches.push(match shortest {
        SpacedOctets::SHORTEST => Search::SpacedOctets(Grams::new(&fit)),
        SpacedQuads::SHORTEST => Search::SpacedQuads(Grams::new(&fit)),
        Quads::SHORTEST => Search::Quads(Grams::new(&fit)),
        _ => Search::Triples(Grams::new(&fit)),
    });
}

fn one(&(number, literal): &(u32, &[u8])) -> Search {
    Search::One(Box::new(Finder::new(literal).into_owned()), number)
}

/// So few literals are searched one after the other, each with a vector search: it reads a text several times as fast
/// as a filter over grams, but takes about 12 ns to begin.
const FEW: usize = 2;
