//! Sigma strings: wildcards, escapes, dashes, and how they match a text (chapter 7, S-209).

use super::fold::fold;

/// One piece of a string value, as modifiers see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Part {
    Char(char),
    /// A character that a backslash made literal, or that stands for itself whatever comes; `expand` must tell the
    /// backslash of `\\` from a lone one (S-253).
    Escaped(char),
    /// One of five characters; the one written is kept (S-209).
    Dash(char),
    /// `*`
    Any,
    /// `?`
    One,
    /// A byte that is no text of its own: half of a UTF-16 unit (S-208).
    Byte(u8),
    /// U+FEFF as text, FF FE as bytes (S-208).
    ByteOrderMark,
}

/// S-209.
pub(super) const DASHES: [char; 5] = ['-', '/', '–', '—', '―'];

/// S-161.
pub(super) fn parse(source: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = source.chars();
    while let Some(c) = rest.next() {
        let next = rest.clone().next();
        parts.push(match (c, next) {
            ('\\', Some(escaped @ ('*' | '?' | '\\'))) => {
                rest.next();
                Part::Escaped(escaped)
            }
            ('*', _) => Part::Any,
            ('?', _) => Part::One,
            _ => Part::Char(c),
        });
    }
    parts
}

/// The text of a string without wildcards and dash positions.
pub(super) fn literal(parts: &[Part]) -> Result<String, String> {
    parts
        .iter()
        .map(|part| match part {
            Part::Char(c) | Part::Escaped(c) => Ok(*c),
            Part::ByteOrderMark => Ok('\u{feff}'),
            Part::Any | Part::One => Err("wildcards where none may be (S-182)".to_owned()),
            Part::Byte(_) => {
                Err("UTF-16 of a character outside ASCII, compared as text (S-208)".to_owned())
            }
            Part::Dash(_) => Err("a dash position has more than one text".to_owned()),
        })
        .collect()
}

/// S-209: marks the dash positions.
pub(super) fn windash(parts: &[Part]) -> Vec<Part> {
    let text = |part: Option<&Part>| match part {
        Some(Part::Char(c) | Part::Escaped(c) | Part::Dash(c)) => Some(*c),
        _ => None,
    };
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    (0..parts.len())
        .map(|index| {
            let before = index
                .checked_sub(1)
                .and_then(|before| text(parts.get(before)));
            let after = text(parts.get(index + 1));
            match parts[index] {
                Part::Char(c)
                    if DASHES.contains(&c)
                        && !before.is_some_and(is_word)
                        && after.is_some_and(is_word) =>
                {
                    Part::Dash(c)
                }
                other => other,
            }
        })
        .collect()
}

/// A string ready to be compared.
#[derive(Debug)]
pub(super) struct Pattern {
    steps: Vec<Step>,
    cased: bool,
}

#[derive(Debug)]
enum Step {
    Char(char),
    Dash,
    One,
    Any,
}

impl Pattern {
    pub(super) fn new(parts: &[Part], cased: bool) -> Result<Self, String> {
        let step = |part: &Part| match part {
            Part::Any => Ok(Step::Any),
            Part::One => Ok(Step::One),
            Part::Dash(_) => Ok(Step::Dash),
            literally => {
                let text = literal(&[*literally])?;
                let c = text.chars().next().expect("one part has one character");
                Ok(Step::Char(if cased { c } else { fold(c) }))
            }
        };
        Ok(Self {
            steps: parts.iter().map(step).collect::<Result<_, String>>()?,
            cased,
        })
    }

    /// Whether the whole text is what the pattern says (S-160).
    ///
    /// Reads the text once and keeps every place in the pattern that the text so far may have led to.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut places = Places::new(self.steps.len());
        self.reach(0, &mut places);
        for c in text.chars() {
            let folded = if self.cased { c } else { fold(c) };
            let mut next = Places::new(self.steps.len());
            for &place in &places.list {
                match self.steps.get(place) {
                    Some(Step::Any) if place + 1 == self.steps.len() => return true,
                    Some(Step::Any) => self.reach(place, &mut next),
                    Some(Step::One) => self.reach(place + 1, &mut next),
                    Some(Step::Dash) if DASHES.contains(&c) => self.reach(place + 1, &mut next),
                    Some(Step::Char(wanted)) if *wanted == folded => {
                        self.reach(place + 1, &mut next)
                    }
                    _ => {}
                }
            }
            places = next;
            if places.list.is_empty() {
                return false;
            }
        }
        places.is_in[self.steps.len()]
    }

    /// A `*` may stand for nothing, so whoever reaches it reaches what is behind it.
    fn reach(&self, mut place: usize, places: &mut Places) {
        while !std::mem::replace(&mut places.is_in[place], true) {
            places.list.push(place);
            if !matches!(self.steps.get(place), Some(Step::Any)) {
                return;
            }
            place += 1;
        }
    }
}

/// Places in a pattern, each once.
struct Places {
    list: Vec<usize>,
    is_in: Vec<bool>,
}

impl Places {
    fn new(last: usize) -> Self {
        Self {
            list: Vec::new(),
            is_in: vec![false; last + 1],
        }
    }
}

#[test]
fn escapes() {
    // The table of S-161.
    for (source, text, other) in [
        (r"\", r"\", r"\\"),
        (r"\\", r"\", r"\\"),
        (r"\\\", r"\\", r"\"),
        (r"\\\\", r"\\", r"\\\\"),
        (r"a\\b", r"a\b", r"a\\b"),
        (r"a\\\b", r"a\\b", r"a\b"),
        (r"\*", "*", r"\x"),
        (r"\\*", r"\x", "x"),
        (r"\\\*", r"\*", r"\x"),
        (r"\\\\*", r"\\x", r"\x"),
        (r"C:\*\x", r"C:*\x", r"C:\foo\x"),
        (r"C:\\*\x", r"C:\foo\x", r"C:*\x"),
        (r"\n", r"\n", "\n"),
        (r"\\server\share", r"\server\share", r"\\server\share"),
    ] {
        let pattern = Pattern::new(&parse(source), false).expect("a pattern");
        assert!(pattern.matches(text), "{source} {text}");
        assert!(!pattern.matches(other), "{source} {other}");
    }
}

#[test]
fn wildcards() {
    let matches = |source, text| {
        Pattern::new(&parse(source), false)
            .expect("a pattern")
            .matches(text)
    };
    for (source, text) in [
        ("a?b", "a\nb"),
        ("a?b", "a😀b"),
        ("a*b", "a\n\nb"),
        ("a*b", "ab"),
        ("**", ""),
        ("*", ""),
        ("a*", "A"),
        ("*ab*ab", "abab"),
        ("*a*b*a", "xaybza"),
        ("?*?", "xy"),
        ("", ""),
    ] {
        assert!(matches(source, text), "{source} {text}");
    }
    for (source, text) in [
        ("a?b", "ab"),
        ("a*b", "abc"),
        ("", "a"),
        ("?", ""),
        ("*ab*ab", "aab"),
        ("?*?", "x"),
    ] {
        assert!(!matches(source, text), "{source} {text}");
    }
}
