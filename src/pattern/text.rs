//! One text pattern: literals, wildcards and choices of a character, matched against a whole text (S-160).

use std::fmt::{self, Write as _};
use std::ops::Range;

use memchr::memmem;

use crate::pattern::fold::{fold, fold_char};

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Part {
    /// This text.
    Literal(String),
    /// Any text, also none: `*`.
    Any,
    /// Any one character: `?`.
    One,
    /// One of these characters.
    OneOf(Box<[char]>),
}

/// A test of a whole text, without or with regard to case.
///
/// Equal patterns are equal values: the parts are kept in one normal form (folded unless cased, neighbouring
/// literals joined, `**` and `*?*` reduced).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TextPattern {
    parts: Box<[Part]>,
    cased: bool,
}

/// A text to look at, in both forms that patterns ask for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    /// As it is: what cased patterns look at.
    pub(crate) raw: &'a str,
    /// Folded by [`fold`]: what all others look at.
    pub(crate) folded: &'a str,
}

/// What a pattern asks, as far as a literal says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape<'a> {
    /// The text is this.
    Exact(&'a str),
    /// The text starts with this.
    Prefix(&'a str),
    /// The text ends with this.
    Suffix(&'a str),
    /// The text contains this.
    Contains(&'a str),
    /// Every text.
    Everything,
    /// Anything else.
    Wildcard,
}

impl TextPattern {
    /// A pattern of these parts in this order, compared exactly if `cased`, else by [`fold`].
    pub(crate) fn new(parts: Vec<Part>, cased: bool) -> Self {
        let mut normal = Vec::with_capacity(parts.len());
        for part in parts {
            push(&mut normal, if cased { part } else { folded(part) });
        }
        Self {
            parts: normal.into(),
            cased,
        }
    }

    /// The parts in normal form.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether case matters.
    pub(crate) fn is_cased(&self) -> bool {
        self.cased
    }

    /// Whether the whole text matches.
    ///
    /// # Cost
    /// At most the length of the text times that of the longest stretch between two `*`; one pass where that
    /// stretch is a literal. Never goes back over a `*`. Allocates nothing.
    pub(crate) fn is_match(&self, text: Text<'_>) -> bool {
        let text = self.side(text);
        match self.shape() {
            Shape::Exact(literal) => text == literal,
            Shape::Prefix(literal) => text.starts_with(literal),
            Shape::Suffix(literal) => text.ends_with(literal),
            Shape::Contains(literal) => memmem::find(text.as_bytes(), literal.as_bytes()).is_some(),
            Shape::Everything => true,
            Shape::Wildcard => self.is_wildcard_match(text),
        }
    }

    /// The bytes of `text` between the `*` at the ends of the pattern, for explanations; the leftmost there are.
    pub(crate) fn find(&self, text: &str) -> Option<Range<usize>> {
        if self.cased {
            return self.find_in(text);
        }
        let folded = fold(text);
        let found = self.find_in(&folded)?;
        // Folding maps each character to one, maybe of another length.
        let mut starts = text
            .char_indices()
            .map(|(start, _)| start)
            .chain([text.len()]);
        let before = folded.get(..found.start)?.chars().count();
        let start = starts.nth(before)?;
        let length = folded.get(found)?.chars().count();
        let end = match length.checked_sub(1) {
            Some(skipped) => starts.nth(skipped)?,
            None => start,
        };
        Some(start..end)
    }

    fn find_in(&self, text: &str) -> Option<Range<usize>> {
        let mut stretches = self.parts.split(|part| *part == Part::Any);
        let first = stretches.next().unwrap_or_default();
        let mut at = text.len() - strip_start(first, text)?.len();
        let Some(last) = stretches.next_back() else {
            return (at == text.len()).then_some(0..at);
        };
        let mut start = (!first.is_empty()).then_some(0);
        for stretch in stretches {
            let end = text.len() - after_leftmost(stretch, text.get(at..)?)?.len();
            let own = || strip_end(stretch, text.get(..end)?).map(str::len);
            start = start.or_else(own);
            at = end;
        }
        let before = strip_end(last, text.get(at..)?)?;
        if last.is_empty() {
            // Without any stretch (`*`) there is nothing to point at but the whole.
            let end = if start.is_none() { text.len() } else { at };
            return Some(start.unwrap_or(0)..end);
        }
        Some(start.unwrap_or(at + before.len())..text.len())
    }

    /// The form of the text that this pattern looks at.
    pub(crate) fn side<'a>(&self, text: Text<'a>) -> &'a str {
        if self.cased { text.raw } else { text.folded }
    }

    /// The least number of bytes of a text that matches.
    pub(crate) fn shortest(&self) -> usize {
        let of_one = |part: &Part| match part {
            Part::Literal(literal) => literal.len(),
            Part::One | Part::OneOf(_) => 1,
            Part::Any => 0,
        };
        self.parts.iter().map(of_one).sum()
    }

    /// Whether it is compared with the whole text.
    pub(crate) fn is_whole_text(&self) -> bool {
        matches!(self.shape(), Shape::Exact(_))
    }

    /// What the pattern asks, as far as a literal says it. Literals are folded unless the pattern is cased.
    pub(crate) fn shape(&self) -> Shape<'_> {
        match &*self.parts {
            [] => Shape::Exact(""),
            [Part::Literal(literal)] => Shape::Exact(literal),
            [Part::Literal(literal), Part::Any] => Shape::Prefix(literal),
            [Part::Any, Part::Literal(literal)] => Shape::Suffix(literal),
            [Part::Any, Part::Literal(literal), Part::Any] => Shape::Contains(literal),
            [Part::Any] => Shape::Everything,
            _ => Shape::Wildcard,
        }
    }

    /// The longest literal, which every matching text contains. `None` if there is none.
    pub(crate) fn required_literal(&self) -> Option<&str> {
        longest_literal(&self.parts).map(|(_, literal)| literal)
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        let parts = self.parts.iter().map(|part| match part {
            Part::Literal(literal) => literal.len(),
            Part::OneOf(choice) => size_of_val(&**choice),
            Part::Any | Part::One => 0,
        });
        size_of_val(&*self.parts) + parts.sum::<usize>()
    }

    /// The stretches between the `*`: the first and the last stand at the ends of the text, the others follow each
    /// other anywhere between. Taking each as far left as it goes leaves the most room for the rest, so no choice
    /// is ever taken back.
    fn is_wildcard_match(&self, text: &str) -> bool {
        let mut stretches = self.parts.split(|part| *part == Part::Any);
        let first = stretches.next().unwrap_or_default();
        let Some(mut rest) = strip_start(first, text) else {
            return false;
        };
        let Some(last) = stretches.next_back() else {
            return rest.is_empty();
        };
        match strip_end(last, rest) {
            Some(before) => rest = before,
            None => return false,
        }
        for stretch in stretches {
            match after_leftmost(stretch, rest) {
                Some(after) => rest = after,
                None => return false,
            }
        }
        true
    }
}

/// Appends in normal form. In a run of wildcards each `?` goes before the `*`, of which one is kept.
fn push(parts: &mut Vec<Part>, part: Part) {
    match (parts.last_mut(), part) {
        (_, Part::Literal(literal)) if literal.is_empty() => {}
        (Some(Part::Literal(last)), Part::Literal(literal)) => last.push_str(&literal),
        (Some(Part::Any), Part::Any) => {}
        (Some(last @ Part::Any), Part::One) => {
            *last = Part::One;
            parts.push(Part::Any);
        }
        (_, part) => parts.push(part),
    }
}

/// The part as it is compared with folded text, with choices sorted.
fn folded(part: Part) -> Part {
    match part {
        Part::Literal(literal) => Part::Literal(fold(&literal)),
        Part::OneOf(choice) => {
            let mut choice: Vec<char> = choice.iter().copied().map(fold_char).collect();
            choice.sort_unstable();
            choice.dedup();
            Part::OneOf(choice.into())
        }
        part => part,
    }
}

fn longest_literal(parts: &[Part]) -> Option<(usize, &str)> {
    let literals = parts
        .iter()
        .enumerate()
        .filter_map(|(index, part)| match part {
            Part::Literal(literal) => Some((index, literal.as_str())),
            _ => None,
        });
    // The first of equally long ones.
    literals.rev().max_by_key(|(_, literal)| literal.len())
}

/// What follows in `text` if it starts with a stretch of parts (without `*`).
fn strip_start<'a>(stretch: &[Part], text: &'a str) -> Option<&'a str> {
    stretch.iter().try_fold(text, |rest, part| match part {
        Part::Literal(literal) => rest.strip_prefix(literal.as_str()),
        _ => {
            let mut chars = rest.chars();
            let next = chars.next()?;
            part.accepts(next).then_some(chars.as_str())
        }
    })
}

/// What precedes in `text` if it ends with a stretch of parts (without `*`).
fn strip_end<'a>(stretch: &[Part], text: &'a str) -> Option<&'a str> {
    stretch.iter().try_rfold(text, |rest, part| match part {
        Part::Literal(literal) => rest.strip_suffix(literal.as_str()),
        _ => {
            let mut chars = rest.chars();
            let last = chars.next_back()?;
            part.accepts(last).then_some(chars.as_str())
        }
    })
}

/// What follows the leftmost occurrence of a stretch of parts (without `*`) in `text`.
///
/// Every part but a literal is one character, so the places of the longest literal are those of the stretch, in
/// the same order: only there do its neighbours need a look.
fn after_leftmost<'a>(stretch: &[Part], text: &'a str) -> Option<&'a str> {
    let Some((index, literal)) = longest_literal(stretch) else {
        return after_leftmost_characters(stretch, text);
    };
    let (before, after) = (stretch.get(..index)?, stretch.get(index + 1..)?);
    let finder = memmem::Finder::new(literal);
    let mut from = 0;
    loop {
        let start = from + finder.find(text.as_bytes().get(from..)?)?;
        let end = start + literal.len();
        if strip_end(before, text.get(..start)?).is_some() {
            let rest = strip_start(after, text.get(end..)?);
            if rest.is_some() {
                return rest;
            }
        }
        // Occurrences may overlap; no character is longer than its literal.
        from = start + literal.chars().next().map_or(1, char::len_utf8);
    }
}

fn after_leftmost_characters<'a>(stretch: &[Part], text: &'a str) -> Option<&'a str> {
    let starts = text
        .char_indices()
        .map(|(start, _)| start)
        .chain([text.len()]);
    starts
        .filter_map(|start| text.get(start..))
        .find_map(|rest| strip_start(stretch, rest))
}

impl Part {
    /// Whether a part of one character takes `c`.
    fn accepts(&self, c: char) -> bool {
        match self {
            Self::One => true,
            Self::OneOf(choice) => choice.contains(&c),
            Self::Literal(_) | Self::Any => false,
        }
    }
}

/// As Sigma writes it, with `[-/]` for a choice.
impl fmt::Display for TextPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            let next_is_wildcard = matches!(self.parts.get(index + 1), Some(Part::Any | Part::One));
            match part {
                Part::Literal(literal) => write_literal(f, literal, next_is_wildcard)?,
                Part::Any => f.write_char('*')?,
                Part::One => f.write_char('?')?,
                Part::OneOf(choice) => {
                    f.write_char('[')?;
                    choice.iter().try_for_each(|&c| f.write_char(c))?;
                    f.write_char(']')?;
                }
            }
        }
        Ok(())
    }
}

/// A backslash is doubled only where a single one would escape what follows (S-161).
fn write_literal(f: &mut fmt::Formatter<'_>, literal: &str, next_is_wildcard: bool) -> fmt::Result {
    let mut chars = literal.chars().peekable();
    while let Some(c) = chars.next() {
        let escapes = match chars.peek() {
            Some(next) => matches!(next, '\\' | '*' | '?'),
            None => next_is_wildcard,
        };
        if matches!(c, '*' | '?') || (c == '\\' && escapes) {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pattern::naive::{any_pattern, any_text, is_match_naively};

    #[test]
    fn finds_what_stands_between_the_outer_wildcards() {
        for (wanted, text, found) in [
            ("*b*", "abab", Some(1..2)),
            ("*b", "abab", Some(3..4)),
            ("a*", "abab", Some(0..1)),
            ("*b*a*", "xbyaza", Some(1..4)),
            // In normal form `?*b*`, which begins where the text does.
            ("*?b*", "bxab", Some(0..4)),
            ("a*b", "axxb", Some(0..4)),
            ("*", "ab", Some(0..2)),
            ("", "", Some(0..0)),
            ("*k*", "\u{212a}x", Some(0..3)),
            ("*x*", "\u{212a}x", Some(3..4)),
            ("ab*b", "ab", None),
            ("a", "ab", None),
        ] {
            assert_eq!(pattern(wanted, false).find(text), found, "{wanted} {text}");
        }
    }

    /// `*`, `?`, and `-` for a dash of any kind; the rest is literal.
    fn pattern(text: &str, cased: bool) -> TextPattern {
        let parts = text.chars().map(|c| match c {
            '*' => Part::Any,
            '?' => Part::One,
            '-' => Part::OneOf(['-', '/', '–'].into()),
            c => Part::Literal(c.to_string()),
        });
        TextPattern::new(parts.collect(), cased)
    }

    fn matches(text: &str, haystack: &str) -> bool {
        pattern(text, false).is_match(Text {
            raw: haystack,
            folded: &fold(haystack),
        })
    }

    #[test]
    fn wildcards_take_characters() {
        for (text, haystack) in [
            ("a?b", "a\nb"),
            ("a?b", "aäb"),
            ("a?b", "a😀b"),
            ("a*b", "a\n\nb"),
            ("*", ""),
            ("", ""),
            ("**", "x"),
            ("?*?", "ab"),
            ("*aab*", "aaab"),
            ("*a-b*", "a+ba/b"),
            ("*-", "x–"),
            ("a*a", "aa"),
            ("*ab?b*", "ababb"),
            ("*a*b*c", "a_b_c"),
            ("*?-*", "x-"),
            ("kS", "\u{212a}ſ"),
            ("*aa?a*", "aaaa"),
        ] {
            assert!(matches(text, haystack), "{text} {haystack}");
        }
        for (text, haystack) in [
            ("a?b", "ab"),
            ("a*a", "a"),
            ("", "x"),
            ("?", ""),
            ("*ab*ba*", "aba"),
            ("*a*b*c", "a_c_b"),
            ("i", "İ"),
            ("?*?", "a"),
        ] {
            assert!(!matches(text, haystack), "{text} {haystack}");
        }
    }

    #[test]
    fn equal_patterns_are_equal() {
        assert_eq!(pattern("**A*?*b", false), pattern("*a?*B", false));
        assert_ne!(pattern("a", false), pattern("a", true));
        assert_eq!(
            TextPattern::new(vec![Part::Literal(String::new())], false),
            pattern("", false)
        );
    }

    #[test]
    fn shapes() {
        assert_eq!(pattern("", false).shape(), Shape::Exact(""));
        assert_eq!(pattern("A", false).shape(), Shape::Exact("a"));
        assert_eq!(pattern("A**", true).shape(), Shape::Prefix("A"));
        assert_eq!(pattern("*a", false).shape(), Shape::Suffix("a"));
        assert_eq!(pattern("*a*", false).shape(), Shape::Contains("a"));
        assert_eq!(pattern("**", false).shape(), Shape::Everything);
        assert_eq!(pattern("a*a", false).shape(), Shape::Wildcard);
        assert_eq!(
            pattern("*ab?abc*xyz", false).required_literal(),
            Some("abc")
        );
        assert_eq!(pattern("*?-", false).required_literal(), None);
    }

    #[test]
    fn shown_as_sigma_writes_it() {
        let literal = |text: &str| Part::Literal(text.to_owned());
        for (parts, shown) in [
            (vec![Part::Any, literal(r"\a.exe")], r"*\a.exe"),
            (
                vec![literal(r"C:\"), Part::Any, literal(r"\x\")],
                r"c:\\*\x\",
            ),
            (vec![literal(r"\\server")], r"\\\server"),
            (vec![literal(r"a*\?"), Part::One], r"a\*\\\??"),
            (vec![literal(" "), Part::OneOf(['/', '-'].into())], " [-/]"),
        ] {
            assert_eq!(TextPattern::new(parts, false).to_string(), shown);
        }
    }

    proptest! {
        #[test]
        fn finds_where_it_matches(pattern in any_pattern(), text in any_text()) {
            let folded = fold(&text);
            let matches = pattern.is_match(Text { raw: &text, folded: &folded });
            prop_assert_eq!(pattern.find(&text).is_some(), matches);
        }

        #[test]
        fn agrees_with_the_naive_matcher(pattern in any_pattern(), text in any_text()) {
            let folded = fold(&text);
            let text = Text { raw: &text, folded: &folded };
            prop_assert_eq!(pattern.is_match(text), is_match_naively(&pattern, text));
        }
    }
}
