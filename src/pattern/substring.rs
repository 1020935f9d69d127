//! Strategy: the text contains one of many literals; with it, wildcard patterns that require one.

use std::ops::ControlFlow;

use aho_corasick::AhoCorasick;
use memchr::memchr;
use memchr::memmem::Finder;

use crate::pattern::change::{Change, Moved, Standing};
use crate::pattern::few::Few;
use crate::pattern::grams::Grams;
use crate::pattern::literals::Literals;
use crate::pattern::required::required_literals;
use crate::pattern::search::PatternSearch;
use crate::pattern::text::{Text, TextPattern};

/// Literals that a text may contain, and wildcard patterns that are matched where a literal of theirs occurs.
#[derive(Debug)]
pub(super) struct Substrings {
    literals: Literals<Target>,
    /// The most bytes that a literal has.
    longest: usize,
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
    Few(Box<Few>),
    Pairs(Pairs),
    Triples(Triples),
    SpacedTriples(SpacedTriples),
    SpacedQuads(SpacedQuads),
    SpacedOctets(SpacedOctets),
    /// What is left of too similar literals, and their numbers: several times slower than a filter over grams, but as
    /// fast on any text.
    Automaton(Box<AhoCorasick>, Box<[u32]>),
}

type Pairs = Grams<2, 1>;
type Triples = Grams<3, 1>;
type SpacedTriples = Grams<3, 2>;
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
        search: PatternSearch,
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
                longest: { literals.iter() }
                    .map(|(_, literal)| literal.len())
                    .max()
                    .unwrap_or(0),
                searches: match search {
                    PatternSearch::Cheapest => searches(&literals).into(),
                    search => forced(&literals, search).into(),
                },
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
        let mut candidate = |number: u32, start: usize| {
            let found = bytes
                .get(start..)
                .is_some_and(|rest| rest.starts_with(self.literals.get(number)));
            if found {
                self.report(number, text, &mut seen, hit)
            } else {
                ControlFlow::Continue(())
            }
        };
        self.searches
            .iter()
            .try_for_each(|search| search.find(bytes, &mut candidate))
    }

    /// As [`find`](Self::find), for a text of which an earlier one is known: `note` gets every place that was found or
    /// is known of the part that did not change. `searcher` tells this strategy from the others.
    #[inline]
    pub(super) fn find_changed(
        &self,
        side: &str,
        text: Text<'_>,
        (searcher, change): (u64, Change<'_>),
        note: &mut impl FnMut(Standing),
        hit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let bytes = side.as_bytes();
        let window = change.window(bytes.len(), self.longest);
        let mut seen = Seen(None);
        let mut report = |literal: u32, start: usize| {
            note(Standing {
                searcher,
                literal,
                start: u32::try_from(start).unwrap_or(u32::MAX),
            });
            self.report(literal, text, &mut seen, hit)
        };
        let length_of = |literal: u32| self.literals.get(literal).len();
        let moved = |known: &Standing| {
            let length = length_of(known.literal);
            change.moved(known.start as usize, length, &window, bytes.len())
        };
        for known in change.standing(searcher) {
            if let Moved::To(start) = moved(known) {
                report(known.literal, start)?;
            }
        }
        for search in &self.searches {
            // Of a literal that is searched for alone one place is known, of the others all are.
            let alone = search.alone().map(|literal| {
                let mut known = change.standing(searcher);
                known.find_map(|known| (known.literal == literal).then(|| moved(known)))
            });
            let range = match alone.flatten() {
                Some(Moved::To(_)) => continue,
                Some(Moved::Searched) => 0..bytes.len(),
                None => window.clone(),
            };
            let start_of = range.start;
            let part = bytes.get(range).unwrap_or_default();
            search.find(part, &mut |literal: u32, start: usize| {
                let rest = part.get(start..).unwrap_or_default();
                if rest.starts_with(self.literals.get(literal)) {
                    report(literal, start_of + start)
                } else {
                    ControlFlow::Continue(())
                }
            })?;
        }
        ControlFlow::Continue(())
    }

    fn report(
        &self,
        literal: u32,
        text: Text<'_>,
        seen: &mut Seen,
        hit: &mut impl FnMut(u32) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let targets = self.literals.targets(literal).iter();
        { targets }.try_for_each(|target| match *target {
            Target::Id(id) => hit(id),
            Target::Wildcard(wildcard) => self.try_wildcard(wildcard, text, seen, hit),
        })
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
            Self::Few(few) => few.find(text, candidate),
            Self::Pairs(grams) => grams.find(text, candidate),
            Self::Triples(grams) => grams.find(text, candidate),
            Self::SpacedTriples(grams) => grams.find(text, candidate),
            Self::SpacedQuads(grams) => grams.find(text, candidate),
            Self::SpacedOctets(grams) => grams.find(text, candidate),
            Self::Automaton(automaton, numbers) => {
                let mut found = automaton.find_overlapping_iter(text);
                found.try_for_each(|found| match numbers.get(found.pattern().as_usize()) {
                    Some(number) => candidate(*number, found.start()),
                    None => ControlFlow::Continue(()),
                })
            }
        }
    }

    /// The literal that this pass finds the first place of, if it is not one that finds every place of several.
    fn alone(&self) -> Option<u32> {
        match self {
            Self::Byte(_, number) | Self::One(_, number) => Some(*number),
            _ => None,
        }
    }

    fn heap_bytes(&self) -> usize {
        size_of_val(self)
            + match self {
                Self::Byte(..) => 0,
                Self::One(finder, _) => size_of_val(&**finder) + finder.needle().len(),
                Self::Few(few) => few.heap_bytes(),
                Self::Pairs(grams) => grams.heap_bytes(),
                Self::Triples(grams) => grams.heap_bytes(),
                Self::SpacedTriples(grams) => grams.heap_bytes(),
                Self::SpacedQuads(grams) => grams.heap_bytes(),
                Self::SpacedOctets(grams) => grams.heap_bytes(),
                Self::Automaton(automaton, numbers) => {
                    automaton.memory_usage() + size_of_val(&**numbers)
                }
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
    add(&twos, &mut searches, Search::Pairs);
    add_longer(&longer, &mut searches);
    searches
}

/// Adds the passes that together take the least time for literals of three bytes and more. Each literal goes to the
/// pass that looks at the fewest places of a text and still finds it.
fn add_longer(literals: &[Numbered<'_>], searches: &mut Vec<Search>) {
    let mut rest = literals.to_vec();
    for pass in cheapest_passes(literals) {
        let (fit, shorter): (Vec<_>, Vec<_>) = rest
            .iter()
            .partition(|(_, literal)| literal.len() >= pass.shortest());
        rest = shorter;
        match pass {
            Pass::Triples => add(&fit, searches, Search::Triples),
            Pass::SpacedTriples => add(&fit, searches, Search::SpacedTriples),
            Pass::SpacedQuads => add(&fit, searches, Search::SpacedQuads),
            Pass::SpacedOctets => add(&fit, searches, Search::SpacedOctets),
        }
    }
    add_few(&rest, searches);
}

/// One way to filter a text by grams, for literals of at least a certain length.
#[derive(Clone, Copy, Debug)]
enum Pass {
    Triples,
    SpacedTriples,
    SpacedQuads,
    SpacedOctets,
}

impl Pass {
    /// Those that look at the fewest places come first.
    const ALL: [Self; 4] = [
        Self::SpacedOctets,
        Self::SpacedQuads,
        Self::SpacedTriples,
        Self::Triples,
    ];

    fn shortest(self) -> usize {
        match self {
            Self::Triples => Triples::SHORTEST,
            Self::SpacedTriples => SpacedTriples::SHORTEST,
            Self::SpacedQuads => SpacedQuads::SHORTEST,
            Self::SpacedOctets => SpacedOctets::SHORTEST,
        }
    }

    /// Picoseconds for a byte of text (Windows messages), as measured.
    fn cost(self) -> usize {
        match self {
            Self::Triples => 360,
            Self::SpacedTriples => 180,
            Self::SpacedQuads => 100,
            Self::SpacedOctets => 60,
        }
    }
}

/// Of all sets of passes the one that costs least; what none of its passes can find is searched for literal by literal.
fn cheapest_passes(literals: &[Numbered<'_>]) -> Vec<Pass> {
    let shorter_than = Pass::ALL.map(|pass| {
        let shorter = |(_, literal): &&Numbered<'_>| literal.len() < pass.shortest();
        literals.iter().filter(shorter).count()
    });
    let sets = (0_usize..1 << Pass::ALL.len()).filter_map(|set| {
        let passes = Pass::ALL.into_iter().zip(shorter_than);
        let chosen = passes.enumerate().filter(|(bit, _)| set >> bit & 1 == 1);
        let chosen: Vec<(Pass, usize)> = chosen.map(|(_, pass)| pass).collect();
        let rest = chosen
            .last()
            .map_or(literals.len(), |(_, shorter)| *shorter);
        let cost: usize = chosen.iter().map(|(pass, _)| pass.cost()).sum();
        (rest <= FEW).then(|| (cost + cost_of_few(rest), chosen))
    });
    let cheapest = sets.min_by_key(|(cost, _)| *cost);
    let passes = cheapest.map_or_else(Vec::new, |(_, passes)| passes);
    passes.into_iter().map(|(pass, _)| pass).collect()
}

/// Adds one pass for literals that are long enough for it, and what else it takes to find them all.
fn add<const WIDTH: usize, const STEP: usize>(
    literals: &[Numbered<'_>],
    searches: &mut Vec<Search>,
    search: impl Fn(Grams<WIDTH, STEP>) -> Search,
) {
    if literals.len() <= FEWEST {
        add_few(literals, searches);
        return;
    }
    add_grams(literals, searches, search);
}

fn add_grams<const WIDTH: usize, const STEP: usize>(
    literals: &[Numbered<'_>],
    searches: &mut Vec<Search>,
    search: impl Fn(Grams<WIDTH, STEP>) -> Search,
) {
    let (grams, crowded) = Grams::new(literals);
    searches.push(search(grams));
    if crowded.len() <= FEW {
        add_few(&crowded, searches);
    } else {
        add_automaton(&crowded, searches);
    }
}

fn add_automaton(literals: &[Numbered<'_>], searches: &mut Vec<Search>) {
    match AhoCorasick::new(literals.iter().map(|(_, literal)| literal)) {
        Ok(automaton) => {
            let numbers = literals.iter().map(|(number, _)| *number);
            searches.push(Search::Automaton(Box::new(automaton), numbers.collect()));
        }
        // Gigabytes of literals.
        Err(_) => searches.extend(literals.iter().map(one)),
    }
}

/// Adds what finds a few literals without grams.
fn add_few(literals: &[Numbered<'_>], searches: &mut Vec<Search>) {
    match Few::new(literals) {
        Some(few) if literals.len() > FEWEST => searches.push(Search::Few(Box::new(few))),
        _ => searches.extend(literals.iter().map(one)),
    }
}

fn one(&(number, literal): &Numbered<'_>) -> Search {
    Search::One(Box::new(Finder::new(literal).into_owned()), number)
}

/// The passes of one way of searching, whatever they cost; what is too short for it is searched for literal by literal.
fn forced(literals: &Literals<Target>, search: PatternSearch) -> Vec<Search> {
    let shortest = match search {
        PatternSearch::Pairs => Pairs::SHORTEST,
        PatternSearch::Triples => Triples::SHORTEST,
        PatternSearch::SpacedTriples => SpacedTriples::SHORTEST,
        PatternSearch::SpacedQuads => SpacedQuads::SHORTEST,
        PatternSearch::SpacedOctets => SpacedOctets::SHORTEST,
        _ => 1,
    };
    let (fit, shorter): (Vec<_>, Vec<_>) =
        { literals.iter() }.partition(|(_, literal)| literal.len() >= shortest);
    let mut searches: Vec<Search> = shorter.iter().map(one).collect();
    match search {
        PatternSearch::Vector => fit.chunks(FEW).for_each(|few| match Few::new(few) {
            Some(few) => searches.push(Search::Few(Box::new(few))),
            None => searches.extend(few.iter().map(one)),
        }),
        PatternSearch::Pairs => add_grams(&fit, &mut searches, Search::Pairs),
        PatternSearch::Triples => add_grams(&fit, &mut searches, Search::Triples),
        PatternSearch::SpacedTriples => add_grams(&fit, &mut searches, Search::SpacedTriples),
        PatternSearch::SpacedQuads => add_grams(&fit, &mut searches, Search::SpacedQuads),
        PatternSearch::SpacedOctets => add_grams(&fit, &mut searches, Search::SpacedOctets),
        PatternSearch::Automaton => add_automaton(&fit, &mut searches),
        _ => searches.extend(fit.iter().map(one)),
    }
    searches
}

/// A literal with its number.
type Numbered<'a> = (u32, &'a [u8]);

/// So few literals may be searched for without a filter over grams.
const FEW: usize = 16;

/// Fewer literals than this get no filter over grams: a vector search reads a text several times as fast, but takes
/// about 12 ns to begin.
const FEWEST: usize = 2;

/// What searching for a few literals costs, as [`Pass::cost`] has it.
fn cost_of_few(literals: usize) -> usize {
    match literals {
        0..=FEWEST => literals * 35,
        3..=8 => 70,
        _ => 130,
    }
}
