//! Regular expressions in RE2 syntax, matched in linear time (S-220 to S-226).
//!
//! In: a pattern and its flags. Out: a [`Regex`], which answers whether (and where) a text matches, and which
//! literals every matching text holds, so that a prefilter can spare it most texts. Called by `compile` (to
//! build) and `engine` (to ask). Does not know where the pattern comes from, and never backtracks.
//!
//! The way of a pattern: `translate` reads it, with `group`, `quantifier`, `class` and `escape` for the
//! parts, into the tree of `regex-syntax`; `regex-automata` compiles the tree. Its own syntax is never used,
//! because it reads some patterns otherwise than RE2 does (S-224).

mod char_set;
mod class;
mod cursor;
mod error;
mod escape;
mod group;
mod literals;
mod property;
mod quantifier;
mod sample;
mod translate;

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

use regex_automata::Input;
use regex_automata::meta;

use crate::pattern::fold_char;

use self::error::Excess;
pub(crate) use self::error::RegexError;
use self::translate::translate;

/// How a pattern is read, and how large it may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RegexOptions {
    /// `i`: by Unicode simple case folding.
    pub(crate) ignore_case: bool,
    /// `m`: `^` and `$` also match at line feeds.
    pub(crate) multi_line: bool,
    /// `s`: `.` also matches a line feed.
    pub(crate) dot_all: bool,
    /// A match begins where the text begins: `\A(?:X)`.
    pub(crate) anchor_start: bool,
    /// A match ends where the text ends: `(?:X)\z`.
    pub(crate) anchor_end: bool,
    /// Bytes of the pattern as written.
    pub(crate) max_pattern_bytes: usize,
    /// Bytes of the compiled pattern, caches not counted.
    pub(crate) max_memory: usize,
    /// Groups inside each other, at most [`MAX_GROUPS`](translate).
    pub(crate) max_nesting: usize,
}

/// A compiled regular expression.
///
/// # Cost
/// A search is linear in the length of the text, times the size of the pattern at worst. It allocates while
/// the states it meets are new to its [`Cache`], and no more once they are known (test
/// `warm_searches_do_not_grow_the_cache`).
pub(crate) struct Regex {
    source: Box<str>,
    options: RegexOptions,
    automaton: meta::Regex,
    /// What [`folded_literals`](Self::folded_literals) gives, once it was asked for.
    folded_literals: OnceLock<Option<Box<[String]>>>,
}

/// Memory for searches with one [`Regex`], reused from text to text. It starts with a few kilobytes for a
/// usual pattern and grows with the states met, up to [`CACHE_CAPACITY`] a direction.
#[derive(Clone, Debug)]
pub(crate) struct Cache(meta::Cache);

impl Regex {
    /// Compiles `pattern`.
    ///
    /// # Errors
    /// A [`RegexError`] names the first construct that RE2 does not have, the first mistake, or the limit
    /// reached.
    pub(crate) fn new(pattern: &str, options: &RegexOptions) -> Result<Self, RegexError> {
        check_length(pattern, options.max_pattern_bytes)?;
        let hir = translate(pattern, options)?;
        let too_large = RegexError::TooLarge(Excess::Memory {
            limit: options.max_memory,
        });
        let Ok(automaton) = meta::Builder::new()
            .configure(configuration(options.max_memory))
            .build_from_hir(&hir)
        else {
            // Size is the only thing that building from a tree can fail of.
            return Err(too_large);
        };
        if automaton.memory_usage() > options.max_memory {
            return Err(too_large);
        }
        Ok(Self {
            source: pattern.into(),
            options: *options,
            automaton,
            folded_literals: OnceLock::new(),
        })
    }

    /// The pattern as written.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// What tells this apart from a regular expression with the same [`source`](Self::source).
    pub(crate) fn options_key(&self) -> u8 {
        let options = &self.options;
        [
            options.ignore_case,
            options.multi_line,
            options.dot_all,
            options.anchor_start,
            options.anchor_end,
        ]
        .into_iter()
        .fold(0, |key, flag| key << 1 | u8::from(flag))
    }

    /// Memory for [`is_match`](Self::is_match) with this regular expression and no other.
    pub(crate) fn cache(&self) -> Cache {
        Cache(self.automaton.create_cache())
    }

    /// Whether some part of `text` matches.
    pub(crate) fn is_match(&self, cache: &mut Cache, text: &str) -> bool {
        self.automaton
            .is_match_with(&mut cache.0, &Input::new(text))
    }

    /// Whether some part of `text` matches, with memory from a pool inside. For callers without a [`Cache`].
    pub(crate) fn is_match_pooled(&self, text: &str) -> bool {
        self.automaton.is_match(text)
    }

    /// The bytes of the leftmost match, for explanations.
    pub(crate) fn find(&self, text: &str) -> Option<Range<usize>> {
        self.automaton.find(text).map(|found| found.range())
    }

    /// Texts of which every matching text holds at least one, once both are folded by `fold`; folded already.
    /// `None` if there is no set that is worth looking for. `fold` must map each character on its own.
    fn required_literals(&self, fold: &dyn Fn(char) -> char) -> Option<Vec<String>> {
        // The tree is made again instead of kept: it would take more memory than all the rest.
        let hir = translate(&self.source, &self.options).ok()?;
        literals::required(&hir, fold)
    }

    /// The required literals under simple case folding. Found once: proofs ask again and again.
    pub(crate) fn folded_literals(&self) -> Option<&[String]> {
        let literals = self
            .folded_literals
            .get_or_init(|| Some(self.required_literals(&fold_char)?.into()));
        literals.as_deref()
    }

    /// A few texts that match.
    pub(crate) fn samples(&self) -> Vec<String> {
        let Ok(hir) = translate(&self.source, &self.options) else {
            return Vec::new();
        };
        let texts = (0..4).filter_map(|turn| {
            let mut text = String::new();
            sample::append(&hir, turn, &mut text).then_some(text)
        });
        texts.filter(|text| self.is_match_pooled(text)).collect()
    }

    /// Bytes held, without caches.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.source.len() + self.automaton.memory_usage()
    }
}

impl fmt::Debug for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Regex")
            .field("source", &self.source)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl Cache {
    /// Bytes held.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.0.memory_usage()
    }
}

fn check_length(pattern: &str, limit: usize) -> Result<(), RegexError> {
    let found = pattern.len();
    if found > limit {
        return Err(RegexError::TooLarge(Excess::PatternBytes { found, limit }));
    }
    Ok(())
}

fn configuration(max_memory: usize) -> meta::Config {
    meta::Config::new()
        .nfa_size_limit(Some(max_memory))
        // Serves captures only, and there are none.
        .onepass(false)
        .hybrid_cache_capacity(CACHE_CAPACITY)
        // An empty match, as of `\B`, lies between characters.
        .utf8_empty(true)
}

/// Bytes that the states of one direction may take in a cache. When they are used up again and again with
/// little use, the search goes on without them, in linear time still. SigmaHQ's `.{1000,}` has 1,000 states
/// of up to 1,000 positions; with 256 KiB it went on without them, at 0.5 MB/s instead of 20. No pattern
/// there used more than 1.3 MB.
const CACHE_CAPACITY: usize = 1 << 20;

#[cfg(test)]
mod tests;
