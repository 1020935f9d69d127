//! Ways to search for many patterns in one text.

/// How patterns are searched for in a text, where there is a choice. Every way gives the same answers (S-564).
///
/// # Example
/// ```
/// use sigmatic::{Collection, PatternSearch, RuleSet, Settings};
///
/// # fn main() -> Result<(), sigmatic::Error> {
/// let rules = "{ title: t, logsource: { category: c }, detection: { s: { F|contains: [one, two] }, condition: s } }";
/// for search in PatternSearch::ALL {
///     let mut settings = Settings::default();
///     settings.search = search;
///     let rules = RuleSet::builder().collection(&Collection::from_yaml(rules)).settings(settings).build()?;
///     assert!(rules.is_match(&[("F", "one of them")], &mut rules.scratch()), "{search:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PatternSearch {
    /// For each set of patterns the ways that took the least time when they were measured.
    #[default]
    Cheapest,
    /// Every pattern of any kind against every text, one after the other.
    Each,
    /// Substrings one after the other, each in a pass of its own.
    OneByOne,
    /// Substrings in handfuls by vector instructions; one after the other where the processor has none.
    Vector,
    /// Substrings by their pieces of two bytes, looked for at every place of the text.
    Pairs,
    /// The same by three bytes at every place.
    Triples,
    /// The same by three bytes at every second place.
    SpacedTriples,
    /// The same by four bytes at every fourth place.
    SpacedQuads,
    /// The same by eight bytes at every eighth place.
    SpacedOctets,
    /// Substrings by an automaton over all of them.
    Automaton,
}

impl PatternSearch {
    /// All ways, the default first.
    pub const ALL: [Self; 10] = [
        Self::Cheapest,
        Self::Each,
        Self::OneByOne,
        Self::Vector,
        Self::Pairs,
        Self::Triples,
        Self::SpacedTriples,
        Self::SpacedQuads,
        Self::SpacedOctets,
        Self::Automaton,
    ];
}
