//! The texts that findings point into.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::error::Location;

/// Texts by their name.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    list: Vec<Source>,
    by_name: HashMap<Arc<str>, usize>,
}

/// A text with the places where its lines start.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) name: Arc<str>,
    pub(super) text: String,
    lines: Vec<usize>,
}

impl Sources {
    /// Adds a text. One that is not UTF-8 has no places (S-001).
    pub(super) fn add(&mut self, name: &Arc<str>, text: &[u8]) {
        let text = String::from_utf8(text.to_owned()).unwrap_or_default();
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        self.by_name.insert(name.clone(), self.list.len());
        self.list.push(Source {
            name: name.clone(),
            text,
            lines,
        });
    }

    pub(super) fn get(&self, name: &str) -> Option<&Source> {
        self.list.get(*self.by_name.get(name)?)
    }

    /// Where a file comes among the others; those without a text come first.
    pub(super) fn order(&self, name: &Option<Arc<str>>) -> Option<usize> {
        self.by_name.get(name.as_ref()?).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Source> {
        self.list.iter()
    }
}

impl Source {
    /// A line without its end.
    pub(super) fn line(&self, line: u32) -> &str {
        let rest = self.start_of(line).and_then(|start| self.text.get(start..));
        let line = rest.unwrap_or_default().split('\n').next();
        line.unwrap_or_default().trim_end_matches('\r')
    }

    fn start_of(&self, line: u32) -> Option<usize> {
        let index = usize::try_from(line).ok()?.checked_sub(1)?;
        self.lines.get(index).copied()
    }

    /// The byte at a place.
    pub(super) fn offset(&self, place: Location) -> Option<usize> {
        let line = self.line(place.line);
        // The mark at the start of a file is no column.
        let mark = if place.line == 1 && line.starts_with('\u{feff}') {
            3
        } else {
            0
        };
        let before = usize::try_from(place.column).ok()?.checked_sub(1)?;
        let line = line.get(mark..)?;
        let within = line
            .char_indices()
            .nth(before)
            .map_or(line.len(), |(at, _)| at);
        Some(self.start_of(place.line)? + mark + within)
    }

    /// The place of a byte.
    pub(super) fn place(&self, offset: usize) -> Option<Location> {
        let line = self.lines.partition_point(|start| *start <= offset);
        let start = *self.lines.get(line.checked_sub(1)?)?;
        let before = self.text.get(start..offset)?.trim_start_matches('\u{feff}');
        Some(Location {
            line: u32::try_from(line).ok()?,
            column: u32::try_from(before.chars().count() + 1).ok()?,
        })
    }

    /// The bytes of the key or scalar that starts at a place, quotes included, to the end of its line at most.
    pub(super) fn span(&self, place: Location) -> Option<Range<usize>> {
        let start = self.offset(place)?;
        let rest = self.text.get(start..)?;
        let rest = rest
            .split('\n')
            .next()
            .unwrap_or_default()
            .trim_end_matches('\r');
        let length = match rest.chars().next() {
            Some(quote @ ('\'' | '"')) => quoted(rest, quote),
            _ => plain(rest),
        };
        Some(start..start + length)
    }

    /// The text within a span, without quotes, and where it stands.
    pub(super) fn inner(&self, span: &Range<usize>) -> Option<(Range<usize>, &str)> {
        let text = self.text.get(span.clone())?;
        let is_quoted = text.len() >= 2
            && ['\'', '"']
                .iter()
                .any(|quote| text.starts_with(*quote) && text.ends_with(*quote));
        let inner = if is_quoted {
            span.start + 1..span.end - 1
        } else {
            span.clone()
        };
        Some((inner.clone(), self.text.get(inner)?))
    }

    /// The whole line of a list item or key, its end included, if nothing else stands in it: before it only blanks and, for
    /// an item, one dash.
    pub(super) fn own_line(&self, span: &Range<usize>) -> Option<Range<usize>> {
        let line = self.lines.partition_point(|start| *start <= span.start);
        let start = *self.lines.get(line.checked_sub(1)?)?;
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        let before = self.text.get(start..span.start)?.trim();
        let after = self.text.get(span.end..end)?.trim();
        (matches!(before, "" | "-") && after.is_empty()).then_some(start..end)
    }

    /// The place of the value of a key at the left edge of the document that starts at `from`; of the key, if the value
    /// begins in a later line.
    pub(super) fn top_key(&self, from: Option<Location>, key: &str) -> Option<Location> {
        let first = from.map_or(1, |place| place.line);
        let index = usize::try_from(first).ok()?.checked_sub(1)?;
        for (number, _) in self.lines.iter().enumerate().skip(index) {
            let number = u32::try_from(number + 1).ok()?;
            let line = self.line(number);
            if number > first && line.starts_with("---") {
                return None;
            }
            if let Some(value) = line
                .strip_prefix(key)
                .and_then(|rest| rest.strip_prefix(':'))
            {
                let column = line.chars().count() - value.trim_start().chars().count() + 1;
                let at = |column| Location {
                    line: number,
                    column,
                };
                let column = u32::try_from(column).ok()?;
                return Some(at(if value.trim().is_empty() { 1 } else { column }));
            }
        }
        None
    }
}

/// The length of a quoted text; that of the rest, if it ends in a later line.
fn quoted(rest: &str, quote: char) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && quote == '"' {
            characters.next();
        } else if character == quote {
            // A single quote is doubled inside single quotes.
            if quote == '\'' && characters.next_if(|(_, next)| *next == quote).is_some() {
                continue;
            }
            return at + 1;
        }
    }
    rest.len()
}

/// The length of a text without quotes. Inside brackets a comma or bracket ends it; that it stands in brackets is guessed
/// from the line, which is good enough to mark it. Who edits looks at what is there.
fn plain(rest: &str) -> usize {
    if rest.starts_with(['[', '{']) {
        return if rest.starts_with("[]") || rest.starts_with("{}") {
            2
        } else {
            1
        };
    }
    let stops = [": ", " #", ", ", "],", " }", " ]"];
    let end = stops.iter().filter_map(|stop| rest.find(stop)).min();
    let end = end.unwrap_or(rest.len());
    let text = rest.get(..end).unwrap_or(rest).trim_end();
    text.strip_suffix(':').unwrap_or(text).len()
}
