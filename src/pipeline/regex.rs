//! The regular expressions of a pipeline file, and what they put in place of what they find.
//!
//! They look at names of fields and at values of rules, never at events. Syntax as in the `regex` family: what RE2
//! takes, which is what pySigma compiles them with; classes such as `\w` are those of Unicode, as in Python.

use regex_automata::meta::{self, BuildError, Regex};
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input, PatternID};

use crate::error::{Limits, PipelineFault};

/// A compiled regular expression.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    regex: Regex,
}

impl Pattern {
    pub(super) fn new(pattern: &str, limits: &Limits) -> Result<Self, PipelineFault> {
        if pattern.len() > limits.regex_bytes {
            return Err(PipelineFault::PatternTooLong {
                bytes: pattern.len(),
                limit: limits.regex_bytes,
            });
        }
        let config = meta::Config::new()
            .nfa_size_limit(Some(limits.regex_memory))
            // Many patterns, short texts: no tables that grow while searching.
            .onepass(false)
            .hybrid(false);
        match Regex::builder().configure(config).build(pattern) {
            Ok(regex) => Ok(Self { regex }),
            Err(error) => Err(PipelineFault::Pattern {
                pattern: pattern.to_owned(),
                message: message_of(&error),
            }),
        }
    }

    /// Bytes that it holds, about.
    pub(super) fn memory(&self) -> usize {
        OVERHEAD + self.regex.memory_usage()
    }

    /// Whether a match begins at the start of `text`.
    pub(super) fn matches_start(&self, text: &str) -> bool {
        self.regex.is_match(at_start(text))
    }

    /// The named groups, in the order in which they open, of a match at the start of `text`; those that took part.
    pub(super) fn groups_at_start<'t>(&self, text: &'t str) -> Option<Vec<(&str, &'t str)>> {
        let mut captures = self.regex.create_captures();
        self.regex.search_captures(&at_start(text), &mut captures);
        if !captures.is_match() {
            return None;
        }
        let named = self.names().filter_map(|(index, name)| {
            let span = captures.get_group(index)?;
            Some((name, text.get(span.start..span.end)?))
        });
        Some(named.collect())
    }

    pub(super) fn has_named_groups(&self) -> bool {
        self.names().next().is_some()
    }

    /// What is found from left to right.
    pub(super) fn find_all<'r, 't: 'r>(
        &'r self,
        text: &'t str,
    ) -> impl Iterator<Item = Captures> + 'r {
        self.regex.captures_iter(text)
    }

    fn names(&self) -> impl Iterator<Item = (usize, &str)> {
        let names = self.regex.group_info().pattern_names(PatternID::ZERO);
        names
            .enumerate()
            .filter_map(|(index, name)| Some((index, name?)))
    }

    fn group(&self, name: &str) -> Option<usize> {
        let index = match name.parse() {
            Ok(index) => index,
            Err(_) => self.names().find(|(_, known)| *known == name)?.0,
        };
        (index < self.regex.captures_len()).then_some(index)
    }
}

/// What the smallest pattern takes, which the regex crates do not count.
const OVERHEAD: usize = 1024;

fn at_start(text: &str) -> Input<'_> {
    Input::new(text).anchored(Anchored::Yes)
}

/// In one line: the display of the parser's error draws a picture.
fn message_of(error: &BuildError) -> String {
    match error.syntax_error() {
        Some(regex_syntax::Error::Parse(error)) => error.kind().to_string(),
        Some(regex_syntax::Error::Translate(error)) => error.kind().to_string(),
        None if error.size_limit().is_some() => "it takes too much memory when compiled".to_owned(),
        _ => error.to_string(),
    }
}

/// A replacement with references to groups: `\1`, `\g<1>`, `\g<name>`; `\\`, `\n`, `\r`, `\t` are characters, and any
/// other backslash is one.
#[derive(Clone, Debug)]
pub(super) struct Replacement {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String),
    Group(usize),
}

impl Replacement {
    pub(super) fn new(template: &str, pattern: &Pattern) -> Result<Self, PipelineFault> {
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('\\') {
            literal.push_str(before);
            if let Some((name, remaining)) = reference(after) {
                let group = pattern
                    .group(name)
                    .ok_or_else(|| PipelineFault::UnknownGroup {
                        group: name.to_owned(),
                    })?;
                parts.push(Part::Literal(std::mem::take(&mut literal)));
                parts.push(Part::Group(group));
                rest = remaining;
                continue;
            }
            let (character, taken) = match after.chars().next() {
                Some('\\') => ('\\', 1),
                Some('n') => ('\n', 1),
                Some('r') => ('\r', 1),
                Some('t') => ('\t', 1),
                _ => ('\\', 0),
            };
            literal.push(character);
            rest = after.get(taken..).unwrap_or_default();
        }
        literal.push_str(rest);
        parts.push(Part::Literal(literal));
        Ok(Self { parts })
    }

    /// Appends what stands for a match in `text`.
    pub(super) fn expand(&self, text: &str, found: &Captures, out: &mut String) {
        for part in &self.parts {
            match part {
                Part::Literal(literal) => out.push_str(literal),
                Part::Group(index) => {
                    let span = found.get_group(*index);
                    let group = span.and_then(|span| text.get(span.start..span.end));
                    out.push_str(group.unwrap_or_default());
                }
            }
        }
    }
}

/// The group that is named after a backslash, and what follows.
fn reference(after: &str) -> Option<(&str, &str)> {
    if let Some(named) = after.strip_prefix("g<") {
        return named.split_once('>');
    }
    let digits = after.bytes().take(2).take_while(u8::is_ascii_digit).count();
    (digits > 0 && !after.starts_with('0')).then(|| after.split_at(digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(pattern: &str, template: &str, text: &str) -> Result<String, PipelineFault> {
        let pattern = Pattern::new(pattern, &Limits::default())?;
        let replacement = Replacement::new(template, &pattern)?;
        let mut out = String::new();
        for found in pattern.find_all(text) {
            replacement.expand(text, &found, &mut out);
        }
        Ok(out)
    }

    #[test]
    fn replacements_as_python_writes_them() {
        assert_eq!(
            replaced("(a)(?P<n>b)?", r"<\2\1\g<n>\g<0>>", "ab"),
            Ok("<bababx>".replace('x', ""))
        );
        assert_eq!(replaced("a", r"\\1\n\.\", "a"), Ok("\\1\n\\.\\".to_owned()));
        let unknown = |group: &str| {
            Err(PipelineFault::UnknownGroup {
                group: group.to_owned(),
            })
        };
        assert_eq!(replaced("a", r"\1", "a"), unknown("1"));
        assert_eq!(replaced("a", r"\g<x>", "a"), unknown("x"));
    }

    #[test]
    fn errors_are_one_line() {
        for pattern in ["(", "a{1001}{1001}{1001}", r"(?=a)", r"\p{x}"] {
            match Pattern::new(pattern, &Limits::default()) {
                Err(PipelineFault::Pattern { message, .. }) => {
                    assert!(!message.contains('\n'), "{message}");
                }
                other => panic!("{pattern}: {other:?}"),
            }
        }
    }
}
